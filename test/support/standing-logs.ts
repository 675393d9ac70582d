import * as fc from 'fast-check';
import type { DeviceTarget } from '../../src/identifiers/device-target.ts';
import { type ImeiKey, tacOf } from '../../src/identifiers/imei.ts';
import type { Opened } from '../../src/standing/opened.ts';
import { Standing, type StandingDeps, type StandingMember } from '../../src/standing/standing.ts';
import type { Statement } from '../../src/statements/statement.ts';
import { silentLog } from '../../src/base/log.ts';
import { cellStatements, senderStatements } from './books.ts';
import { imei, TAGS, targetOf } from './standing.ts';

/** Operators and certifiers, a register and a regulator, so that everybody may say something and nobody everything. */
export const CROWD: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator', 'certifier'], admittedAtMs: 1_000_000 },
  { name: 'injeung', roles: ['operator', 'register', 'certifier'], admittedAtMs: 1_000_000 },
  { name: 'gwan', roles: ['operator', 'regulator'], admittedAtMs: 1_000_000 },
];
/** Small, so that what is beyond is soon met. */
export const TIGHT_BUDGET = { perHour: 4, perDay: 9, perTac: 6 };
export const tight: StandingDeps = {
  log: silentLog,
  budgets: {
    floor: () => TIGHT_BUDGET,
    budgetOf: (member) => (member === 'gwan' ? { ...TIGHT_BUDGET, perHour: 2 } : undefined),
  },
};

const HOUR_MS = 3_600_000;
export const CROWD_DEVICES = [imei(35_000_000, 1), imei(35_000_000, 2), imei(35_000_001, 7)];
const device = fc.constantFrom(...CROWD_DEVICES);
const target: fc.Arbitrary<DeviceTarget> = fc.oneof(
  { weight: 6, arbitrary: device.map((key) => ({ kind: 'imei' as const, imei: key })) },
  { weight: 1, arbitrary: device.map((key) => ({ kind: 'tac' as const, tac: tacOf(key) })) },
  {
    weight: 2,
    arbitrary: device.map((key) => ({ kind: 'range' as const, from: key, to: (key + 1) as ImeiKey })),
  },
);
const member = fc.nat(CROWD.length - 1);
/** Where in a log, as a part of it: also a little beyond. */
const place = fc.double({ min: 0, max: 1.1, noNaN: true });

type Draft =
  | { does: 'state'; statement: Statement }
  | { does: 'release'; of: number; place: number; target: DeviceTarget }
  | { does: 'restate'; place: number; statement: Statement; isOther: boolean }
  | { does: 'mark'; kind: 'statements.confirmed' | 'statements.struck'; of: number; from: number; to: number | null }
  | { does: 'anchor'; hours: number }
  | { does: 'seal' };

const stated: fc.Arbitrary<Statement> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('device.blocked' as const, 'device.tracked' as const),
      target,
      reason: fc.constantFrom('stolen' as const, 'fraud' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('device.paired' as const), imei: device, tag: fc.constantFrom(...TAGS) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'gate.opened' as const }) },
  { weight: 2, arbitrary: senderStatements },
  { weight: 2, arbitrary: cellStatements },
);
const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('state' as const), statement: stated }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('release' as const), of: member, place, target }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('restate' as const),
      place,
      statement: stated,
      isOther: fc.nat(5).map((drawn) => drawn === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('mark' as const),
      kind: fc.constantFrom('statements.confirmed' as const, 'statements.struck' as const),
      of: member,
      from: fc.nat(30),
      to: fc.option(fc.nat(30)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('anchor' as const), hours: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.constant({ does: 'seal' as const }) },
);

/** Logs of CROWD with everything that can stand in them, as far as it was opened. */
export const openedLogs: fc.Arbitrary<readonly (readonly Opened[])[]> = fc
  .array(fc.record({ member, draft, hours: fc.double({ min: -1, max: 3, noNaN: true }) }), {
    minLength: 20,
    maxLength: 120,
    size: 'max',
  })
  .map((steps) => {
    const logs: Opened[][] = CROWD.map(() => []);
    let timeMs = 1_000_000;
    for (const { member: by, draft: drafted, hours } of steps) {
      timeMs += Math.round(hours * HOUR_MS);
      const id = new Uint8Array(16);
      const envelope = { issuer: CROWD[by]!.name, timeMs: Math.max(timeMs, 0), id };
      logs[by]!.push({ ...envelope, ...openedOf(drafted, by, logs) });
    }
    return logs;
  });

function openedOf(drafted: Draft, by: number, logs: readonly (readonly Opened[])[]): Pick<Opened, 'statement'> {
  const at = (of: number, part: number): number => Math.floor(part * logs[of]!.length);
  switch (drafted.does) {
    case 'state':
      return { statement: drafted.statement };
    case 'release': {
      const index = at(drafted.of, drafted.place);
      const named = logs[drafted.of]![index]?.statement;
      const ends = { member: CROWD[drafted.of]!.name, index };
      if (named?.kind === 'gate.opened') return { statement: { kind: 'gate.restored', ends } };
      if (named !== undefined && 'cell' in named)
        return { statement: { kind: 'cell.cleared', cell: named.cell, ends } };
      const meant = (named && targetOf(named)) ?? drafted.target;
      return { statement: { kind: 'device.released', target: meant, ends, reason: 'withdrawn' } };
    }
    case 'restate': {
      const index = at(by, drafted.place);
      const named = logs[by]![index]?.statement;
      const statement =
        drafted.isOther || named === undefined || named.kind === 'log.anchored' ? drafted.statement : named;
      return { statement, continues: index } as Pick<Opened, 'statement'>;
    }
    case 'mark': {
      const { kind, of, from, to } = drafted;
      const range = { member: CROWD[of]!.name, from, ...(to !== null && { to: from + to + 1 }) };
      return { statement: { kind, ...range } };
    }
    case 'anchor':
      return {
        statement: { kind: 'log.anchored', own: 'o', shared: 's' },
        witnessedAtMs: 1_000_000 + drafted.hours * HOUR_MS,
      } as Pick<Opened, 'statement'>;
    case 'seal':
      return { statement: undefined, isSealed: true } as Pick<Opened, 'statement'>;
  }
}

export function newCrowd(): Standing {
  return new Standing({ members: CROWD }, tight);
}
