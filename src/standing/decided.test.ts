import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { CELLS, CERTIFICATES, NUMBER_TAGS } from '../../test/support/books.ts';
import { imei } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import type { Opened } from './opened.ts';
import { Standing, type StandingMember } from './standing.ts';

const CROWD: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator', 'certifier'] },
  { name: 'saerom', roles: ['register'] },
];
const BUDGET = { perHour: 2, perDay: 2, perTac: 2 };
const deps = { log: silentLog, budgets: { floor: () => BUDGET, budgetOf: () => undefined } };
const [CERTIFICATE] = CERTIFICATES;

/** One of each that can be beyond a budget, about different things. */
const RESTRICTING: readonly Statement[] = [
  ...[1, 2, 3].map((serial): Statement => ({
    kind: 'device.blocked',
    target: { kind: 'imei', imei: imei(35_000_000 + serial, serial) },
    reason: 'stolen',
  })),
  ...CELLS.map((cell): Statement => ({ kind: 'cell.distrusted', cell, fromMs: 1, reason: 'cloned' })),
  { kind: 'sender.suspended', certificate: CERTIFICATE, reason: 'spam' },
  ...NUMBER_TAGS.map((tag): Statement => ({ kind: 'number.withdrawn', certificate: CERTIFICATE, tag })),
];

type Step =
  | { readonly does: 'state'; readonly what: number }
  | { readonly does: 'restate'; readonly which: number }
  | { readonly does: 'confirm' | 'strike'; readonly from: number; readonly length: number };

const range = { from: fc.nat(20), length: fc.integer({ min: 1, max: 8 }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('state' as const), what: fc.nat(RESTRICTING.length - 1) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('restate' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('confirm' as const, 'strike' as const), ...range }) },
);

function opened(issuer: string, statement: Statement, continues?: number): Opened {
  return { issuer, timeMs: 1, id: new Uint8Array(16), statement, ...(continues !== undefined && { continues }) };
}

/** The two logs that these steps make. Nothing is stated anew twice: the later one takes the place of the one before. */
function logsOf(steps: readonly Step[]): { hanbit: Opened[]; saerom: Opened[]; order: string[] } {
  const logs = { hanbit: [] as Opened[], saerom: [] as Opened[], order: [] as string[] };
  const present: number[] = [];
  const say = (member: 'hanbit' | 'saerom', one: Opened): number => {
    logs.order.push(member);
    return logs[member].push(one) - 1;
  };
  for (const step of steps) {
    if (step.does === 'state') present.push(say('hanbit', opened('hanbit', RESTRICTING[step.what]!)));
    else if (step.does !== 'restate') {
      const kind = step.does === 'confirm' ? 'statements.confirmed' : 'statements.struck';
      say('saerom', opened('saerom', { kind, member: 'hanbit', from: step.from, to: step.from + step.length }));
    } else if (present.length > 0) {
      const at = step.which % present.length;
      present[at] = say('hanbit', opened('hanbit', logs.hanbit[present[at]!]!.statement!, present[at]));
    }
  }
  return logs;
}

function foldOne(standing: Standing, member: string, one: Opened): void {
  const index = standing.foldedSize(member);
  standing.foldOpened(member, index, [one]);
  standing.settle(member, index + 1);
}

function foldIn(order: readonly string[], logs: Record<'hanbit' | 'saerom', readonly Opened[]>): Standing {
  const standing = new Standing({ members: CROWD }, deps);
  for (const member of order as ('hanbit' | 'saerom')[]) {
    foldOne(standing, member, logs[member][standing.foldedSize(member)]!);
  }
  return standing;
}

function rangesOf({ quarantine }: Standing): number[] {
  return [...quarantine.ranges('hanbit')].flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, at) => from + at),
  );
}

/** Where the statements of these entries stand that nobody has decided about, each under its last index. */
function undecidedOf(standing: Standing, log: readonly Opened[]): number[] {
  const anew = new Set(log.map(({ continues }) => continues));
  return log.flatMap(({ statement }, index) => {
    const force = standing.quarantine.restriction('hanbit', index, statement!)?.force;
    return !anew.has(index) && force === 'quarantined' ? [index] : [];
  });
}

it('what is quarantined is what nobody decided about, however often it is stated anew and in whichever order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'decided-'));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { order, ...logs } = logsOf(steps);
        const lived = foldIn(order, logs);
        const left = rangesOf(lived);
        assert.deepEqual(left, undecidedOf(lived, logs.hanbit));
        assert.equal(lived.progress('hanbit').quarantined, left.length);
        for (const anew of [foldIn(order.toSorted(), logs), foldIn(order.toSorted().toReversed(), logs)]) {
          assert.equal(anew.digest(), lived.digest());
          assert.deepEqual(rangesOf(anew), left);
        }
        const roots = new Map(CROWD.map(({ name }) => [name, '1'.repeat(64)]));
        await lived.writeSnapshot(join(folder, 'snapshot'), roots);
        const options = { members: CROWD, rootAt: () => Promise.resolve('1'.repeat(64)) };
        const loaded = await Standing.fromSnapshot(join(folder, 'snapshot'), options, deps);
        assert.deepEqual(rangesOf(loaded), left);
        assert.equal(loaded.digest(), lived.digest());
        foldOne(lived, 'saerom', opened('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 0 }));
        assert.deepEqual(rangesOf(lived), []);
      }),
      { numRuns: 60 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('what was confirmed and then stated anew over two epochs leaves nothing in quarantine', () => {
  for (const isLate of [false, true]) {
    const standing = new Standing({ members: CROWD }, deps);
    const confirm = (): void =>
      foldOne(standing, 'saerom', opened('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 0, to: 8 }));
    for (const statement of RESTRICTING) foldOne(standing, 'hanbit', opened('hanbit', statement));
    assert.equal(standing.progress('hanbit').quarantined, RESTRICTING.length - 2);
    if (!isLate) confirm();
    for (const first of [0, RESTRICTING.length]) {
      for (const [at, statement] of RESTRICTING.entries()) {
        foldOne(standing, 'hanbit', opened('hanbit', statement, first + at));
      }
    }
    if (isLate) confirm();
    assert.deepEqual(rangesOf(standing), []);
    assert.equal(standing.progress('hanbit').quarantined, 0);
    for (const index of [3, 11, 19]) {
      assert.equal(standing.quarantine.restriction('hanbit', index, RESTRICTING[3]!)?.force, 'in force');
    }
  }
});

it('what its member takes back, or a regulator overrules, is no longer in quarantine', () => {
  const standing = new Standing({ members: [CROWD[0]!, { name: 'gwan', roles: ['regulator'] }] }, deps);
  for (const statement of RESTRICTING) foldOne(standing, 'hanbit', opened('hanbit', statement));
  assert.deepEqual(rangesOf(standing), [2, 3, 4, 5, 6, 7]);
  const ends = { member: 'hanbit', index: 3 };
  foldOne(standing, 'hanbit', opened('hanbit', { kind: 'cell.cleared', cell: CELLS[0]!, ends }));
  const { target } = RESTRICTING[2] as Extract<Statement, { kind: 'device.blocked' }>;
  const named = { member: 'hanbit', index: 2 };
  foldOne(standing, 'gwan', opened('gwan', { kind: 'device.released', target, ends: named, reason: 'overruled' }));
  assert.deepEqual(rangesOf(standing), [4, 5, 6, 7]);
  assert.equal(standing.progress('hanbit').quarantined, 4);
});
