import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CellDistrust } from '../../standing/cells.ts';
import { paymentConfig } from '../../../test/support/payment-gate.ts';
import { type CellKnowledge, decideRisk, PAYMENT_CHECKS, type PaymentEvidence } from './checks.ts';
import { CHECK_NAMES, type RiskDecision, RISK_DECISIONS } from './config.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 9);
const MINUTE_MS = 60_000;
const HOME = '450-08-eci-00a1b2c';
const ROGUE = '450-08-eci-0badce1';

const QUIET: PaymentEvidence = {
  nowMs: NOW_MS,
  amount: 10_000,
  monthlyLimit: 1_000_000,
  channel: undefined,
  isBlockedByCustomer: false,
  exposedOn: [],
  sights: [{ atMs: NOW_MS - 300 * MINUTE_MS, cell: HOME, event: 'attach' }],
  servingCell: HOME,
  linePayments: 0,
  cellPayers: 1,
};

function cells({
  distrusted = [],
  unknown = [],
}: { distrusted?: CellDistrust[]; unknown?: string[] } = {}): CellKnowledge {
  return {
    distrusts: (cell, atMs) =>
      distrusted.filter((one) => one.cell === cell && one.fromMs <= atMs && (one.toMs ?? Infinity) > atMs),
    isInInventory: (cell) => !unknown.includes(cell),
  };
}

const DISTRUST: CellDistrust = {
  cell: ROGUE,
  fromMs: NOW_MS - 600 * MINUTE_MS,
  reason: 'cloned',
  entry: { member: 'narae', index: 4 },
};
const onRogue = (minutesAgo: number) => ({ atMs: NOW_MS - minutesAgo * MINUTE_MS, cell: ROGUE, event: 'tau' }) as const;

function decide(
  changes: Partial<PaymentEvidence>,
  knowledge: CellKnowledge = cells(),
  checks: object = {},
): { decision: RiskDecision; names: string[] } {
  const { checks: config } = paymentConfig({ checks });
  const { decision, reasons } = decideRisk({ ...QUIET, ...changes }, { config, cells: knowledge });
  return { decision, names: reasons.map(({ name }) => name) };
}

describe('the checks of a payment', () => {
  it('have nothing against a quiet line at home', () => {
    assert.deepEqual(decide({}), { decision: 'allow', names: [] });
  });

  it('are the configured ones, in their order', () => {
    assert.deepEqual(
      PAYMENT_CHECKS.map(({ name }) => name),
      [...CHECK_NAMES],
    );
  });

  it('refuse on a distrusted serving cell, on the entries that say so', () => {
    const sights = [...QUIET.sights, onRogue(90)];
    const { checks: config } = paymentConfig();
    const evidence = { ...QUIET, sights, servingCell: ROGUE };
    const risk = decideRisk(evidence, { config, cells: cells({ distrusted: [DISTRUST] }) });
    assert.equal(risk.decision, 'refuse');
    assert.deepEqual(risk.reasons, [
      {
        name: 'distrusted serving cell',
        decision: 'refuse',
        facts: { cell: ROGUE, reason: 'cloned' },
        entries: [{ member: 'narae', index: 4 }],
      },
    ]);
  });

  it('ask for a step-up after a distrusted cell: to the minute of the window', () => {
    const knowledge = cells({ distrusted: [DISTRUST] });
    const at = (minutes: number) => decide({ sights: [onRogue(minutes), ...QUIET.sights] }, knowledge).names;
    assert.deepEqual(at(60), ['distrusted cell lately']);
    assert.deepEqual(at(61), []);
  });

  it('mind only what is stated of the time when the line was there', () => {
    const ended = { ...DISTRUST, toMs: NOW_MS - 30 * MINUTE_MS };
    const after = decide({ sights: [onRogue(20)], servingCell: ROGUE }, cells({ distrusted: [ended] }));
    assert.deepEqual(after.names, []);
    const during = decide({ sights: [onRogue(40)], servingCell: ROGUE }, cells({ distrusted: [ended] }));
    assert.deepEqual(during.names, ['distrusted cell lately']);
  });

  it('take a code by voice or text for nothing where somebody may listen, and let it be elsewhere', () => {
    for (const channel of ['ARS', 'sms', 'Voice']) {
      assert.equal(decide({ channel }).decision, 'allow');
      assert(decide({ channel, exposedOn: ['E-1'] }).names.includes('readable authentication channel'));
      assert(decide({ channel }, cells({ unknown: [HOME] })).names.includes('readable authentication channel'));
    }
    assert(!decide({ channel: 'PASS', exposedOn: ['E-1'] }).names.includes('readable authentication channel'));
  });

  it('hold the third payment in a while, and the tenth payer on a cell', () => {
    assert.equal(decide({ linePayments: 1 }).decision, 'allow');
    assert.deepEqual(decide({ linePayments: 2 }), { decision: 'hold', names: ['many payments of one line'] });
    assert.equal(decide({ cellPayers: 9 }).decision, 'allow');
    assert.deepEqual(decide({ cellPayers: 10 }), { decision: 'hold', names: ['many payers on one cell'] });
  });

  it('ask for a step-up for a fifth of the limit on a cell that is new for the line', () => {
    const moved = (minutes: number, amount: number) =>
      decide({ sights: [...QUIET.sights, onRogue(minutes)], servingCell: ROGUE, amount }).names;
    assert.deepEqual(moved(9, 200_000), ['large amount soon after a new cell']);
    assert.deepEqual(moved(9, 199_999), []);
    assert.deepEqual(moved(10, 200_000), []);
    const alone = { sights: [onRogue(1)], servingCell: ROGUE, amount: 900_000 };
    assert.deepEqual(decide(alone).names, [], 'nothing was known of the line before: no cell is new then');
  });

  it('decide as configured, and are silent where they are switched off', () => {
    const blocked = { isBlockedByCustomer: true };
    assert.equal(decide(blocked).decision, 'refuse');
    const off = { decisions: { 'blocked by the customer': 'allow' } };
    assert.deepEqual(decide(blocked, cells(), off), { decision: 'allow', names: [] });
  });

  it('the strictest of what they ask for is decided', () => {
    const asked = fc.record(Object.fromEntries(CHECK_NAMES.map((name) => [name, fc.constantFrom(...RISK_DECISIONS)])));
    const everything: Partial<PaymentEvidence> = {
      isBlockedByCustomer: true,
      exposedOn: ['E-1'],
      channel: 'ARS',
      linePayments: 9,
      cellPayers: 99,
      amount: 1_000_000,
      sights: [...QUIET.sights, onRogue(1)],
      servingCell: ROGUE,
    };
    const knowledge = cells({ distrusted: [DISTRUST], unknown: [ROGUE] });
    fc.assert(
      fc.property(asked, (decisions) => {
        const places = Object.values(decisions).map((decision) => RISK_DECISIONS.indexOf(decision));
        const { decision, names } = decide(everything, knowledge, { decisions });
        assert.equal(decision, RISK_DECISIONS[Math.max(...places)]);
        assert.equal(names.length, places.filter((place) => place > 0).length);
      }),
    );
  });
});
