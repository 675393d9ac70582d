import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { SENDER_CONFIG } from '../../../test/support/senders.ts';
import { SenderRules } from './rules.ts';
import { SENDER_TRANSITIONS, type SenderEvent, type SenderState } from './states.ts';

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

describe('the rules of the certification desk', () => {
  it('hold from their first moment until the one before their last', () => {
    const items = (day: number): string[] => new SenderRules(SENDER_CONFIG).items('web', day).map(({ item }) => item);
    assert.deepEqual(items(at('2024-06-01')), ['1.1']);
    assert.deepEqual(items(at('2026-10-01') - 1), ['1.1']);
    assert.deepEqual(items(at('2026-10-01')), ['1.1', '2.1', '5.1']);
    const missing = refused({ code: 'SENDER_RULES_MISSING', rule: 'checklists' });
    assert.throws(() => items(at('2024-06-01') - 1), missing);
  });

  it('demand of a service what is demanded of it', () => {
    const rules = new SenderRules(SENDER_CONFIG);
    const items = rules.items('module', at('2026-11-01')).map(({ item }) => item);
    assert.deepEqual(items, ['1.1', '5.1']);
  });

  it('of two that hold, the one that began last does', () => {
    const [period] = SENDER_CONFIG.periods;
    const newer = { ...period!, from: '2026-06-01', validityDays: 365 };
    for (const periods of [
      [period!, newer],
      [newer, period!],
    ]) {
      const rules = new SenderRules({ ...SENDER_CONFIG, periods });
      assert.equal(rules.periods(at('2026-05-31')).validityDays, 730);
      assert.equal(rules.periods(at('2026-06-01')).validityDays, 365);
    }
  });

  it('that end before they begin, name no day, or have an item twice, stop the start', () => {
    const [period] = SENDER_CONFIG.periods;
    const expected = 'from and until are days of the calendar, and from comes first';
    const malformed = refused({ code: 'SENDER_RULES_MALFORMED', rule: 'periods', expected });
    for (const days of [
      { until: '2026-01-01' },
      { until: '2025-12-31' },
      { from: '2026-02-30' },
      { until: '2027-02-30' },
    ]) {
      assert.throws(() => new SenderRules({ ...SENDER_CONFIG, periods: [{ ...period!, ...days }] }), malformed);
    }
    const [list] = SENDER_CONFIG.checklists;
    const checklists = [{ ...list!, items: [...list!.items, ...list!.items] }];
    const twice = refused({ code: 'SENDER_RULES_MALFORMED', rule: 'checklists', expected: 'each item once' });
    assert.throws(() => new SenderRules({ ...SENDER_CONFIG, checklists }), twice);
  });
});

describe('the table of states', () => {
  it('lets every state but the last ones be left, and every state be reached', () => {
    const states = Object.keys(SENDER_TRANSITIONS) as SenderState[];
    const ends = states.filter((state) => Object.keys(SENDER_TRANSITIONS[state]).length === 0);
    assert.deepEqual(ends.sort(), ['cancelled', 'refused', 'withdrawn']);
    const reached = new Set<string>([
      'applied',
      ...states.flatMap((state) => Object.values(SENDER_TRANSITIONS[state])),
    ]);
    assert.deepEqual([...reached].sort(), [...states].sort());
  });

  it('after a cancellation no way leads back to sending', () => {
    const events = [...new Set(Object.values(SENDER_TRANSITIONS).flatMap((row) => Object.keys(row)))] as SenderEvent[];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60 }), (walk) => {
        let state: SenderState = 'applied';
        let wasCancelled = false;
        for (const event of walk) {
          // A change of fact and a renewal begin another application: the certificate itself stays where it is.
          if (event === 'change' || event === 'renewal') continue;
          state = SENDER_TRANSITIONS[state][event] ?? state;
          wasCancelled ||= state === 'cancelled';
        }
        assert(!wasCancelled || state === 'cancelled');
      }),
    );
  });
});
