import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { DeviceTarget } from '../../src/identifiers/device-target.ts';
import { type ImeiKey, SERIALS_PER_TAC, tacOf } from '../../src/identifiers/imei.ts';
import { rangeLevel } from '../../src/standing/ranges.ts';
import type { FoldCounts, Standing, StandingMember } from '../../src/standing/standing.ts';
import { PAIRINGS_PER_DEVICE_MAX, STATEMENTS_PER_PLACE_MAX } from '../../src/standing/standing-index.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import { DEVICE_REASONS, type DeviceReleased, type EntryName, type Statement } from '../../src/statements/statement.ts';

/** Two operators, a regulator, and one that is both. */
export const MEMBERS: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator'] },
  { name: 'saerom', roles: ['operator', 'register'] },
  { name: 'gwan', roles: ['regulator'] },
  { name: 'maru', roles: ['operator', 'regulator'] },
];

/** The logs of MEMBERS, in their order. */
export type Logs = readonly (readonly Statement[])[];

export function imei(tac: number, serial: number): ImeiKey {
  return (tac * SERIALS_PER_TAC + serial) as ImeiKey;
}

/** Devices near to each other and to the ends of blocks, so that statements meet. */
const SERIALS = [0, 1, 9, 10, 11, 99_999, 100_000, 100_001, 500_000, 999_999];
export const DEVICES: readonly ImeiKey[] = [35_000_000, 35_000_001, 99_999_999].flatMap((tac) =>
  SERIALS.map((serial) => imei(tac, serial)),
);
export const TAGS: readonly Uint8Array[] = [1, 2, 3].map((tag) => new Uint8Array(16).fill(tag));

const device = fc.constantFrom(...DEVICES);
const range = fc
  .tuple(device, fc.constantFrom(...SERIALS))
  .map(([key, serial]) => [key, imei(tacOf(key), serial)].sort((a, b) => a - b) as [ImeiKey, ImeiKey]);
const target: fc.Arbitrary<DeviceTarget> = fc.oneof(
  { weight: 3, arbitrary: device.map((key) => ({ kind: 'imei' as const, imei: key })) },
  { weight: 1, arbitrary: device.map((key) => ({ kind: 'tac' as const, tac: tacOf(key) })) },
  { weight: 2, arbitrary: range.map(([from, to]) => ({ kind: 'range' as const, from, to })) },
);

const stated: fc.Arbitrary<Statement> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('device.blocked' as const, 'device.tracked' as const),
      target,
      reason: fc.constantFrom(...DEVICE_REASONS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('device.paired' as const), imei: device, tag: fc.constantFrom(...TAGS) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'gate.opened' as const }) },
);
/** A release before it is known what stands at the entry it names. */
const ending = fc.record({
  member: fc.nat(MEMBERS.length - 1),
  place: fc.double({ min: 0, max: 1.2, noNaN: true }),
  isMismatch: fc.nat(7).map((drawn) => drawn === 0),
  target,
});
const step = fc.record({
  member: fc.nat(MEMBERS.length - 1),
  does: fc.oneof({ weight: 3, arbitrary: stated }, { weight: 2, arbitrary: ending }),
});

/** Logs in which releases name entries of their own and of other logs: earlier ones, later ones, and none at all. */
export const logs: fc.Arbitrary<Logs> = fc.array(step, { maxLength: 80 }).map((steps) => {
  const drafts = MEMBERS.map((_, number) => steps.filter(({ member }) => member === number).map(({ does }) => does));
  return drafts.map((drafted) =>
    drafted.map((does): Statement => {
      if ('kind' in does) return does;
      const log = drafts[does.member]!;
      const index = Math.floor(does.place * log.length);
      const ends: EntryName = { member: MEMBERS[does.member]!.name, index };
      const named = log[index];
      if (named !== undefined && 'kind' in named && named.kind === 'gate.opened')
        return { kind: 'gate.restored', ends };
      const meant = does.isMismatch || named === undefined || !('kind' in named) ? undefined : targetOf(named);
      return { kind: 'device.released', target: meant ?? does.target, ends, reason: 'withdrawn' };
    }),
  );
});

export function targetOf(statement: Statement): DeviceTarget | undefined {
  if (statement.kind === 'device.paired') return { kind: 'imei', imei: statement.imei };
  return 'target' in statement ? statement.target : undefined;
}

let lastId = 0;

/** The bytes of a statement, as an entry of its member's log. */
export function entryOf(issuer: string, statement: Statement): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(++lastId);
  return encodeStatement({ issuer, timeMs: 1_700_000_000_000, id }, statement);
}

export interface InForce {
  readonly member: number;
  readonly index: number;
  readonly statement: Statement;
}

/** Takes all that there is of a log, and lets it settle at once, as often as that lets it go on. */
export function foldSettled(standing: Standing, member: string, entries: readonly Uint8Array[]): FoldCounts {
  const total = standing.fold(member, standing.foldedSize(member), []);
  for (let taken = -1; taken !== total.folded;) {
    taken = total.folded;
    const folded = standing.fold(member, standing.foldedSize(member), entries.slice(taken));
    add(total, folded);
    add(total, standing.settle(member, standing.foldedSize(member)));
  }
  total.waiting = standing.progress(member).waiting;
  return total;
}

function add(total: FoldCounts, counts: Partial<FoldCounts>): void {
  for (const [outcome, count] of Object.entries(counts)) total[outcome as keyof FoldCounts] += count;
}

/** What is in force by the words of the rules, worked out from whole logs with no order between them. */
export function inForce(read: Logs): InForce[] {
  return read.flatMap((log, member) =>
    heldBy(log, member).filter((held) => !read.some((other, by) => by !== member && overrules(other, by, held))),
  );
}

function heldBy(log: readonly Statement[], member: number): InForce[] {
  let held: InForce[] = [];
  for (const [index, statement] of log.entries()) {
    if (statement.kind === 'device.released' || statement.kind === 'gate.restored') {
      held = held.filter((one) => !ends(statement, member, one));
    } else {
      const max = statement.kind === 'device.paired' ? PAIRINGS_PER_DEVICE_MAX : STATEMENTS_PER_PLACE_MAX;
      const place = placeName(statement);
      if (held.filter((one) => placeName(one.statement) === place).length < max)
        held.push({ member, index, statement });
    }
  }
  return held;
}

function overrules(log: readonly Statement[], by: number, held: InForce): boolean {
  if (!MEMBERS[by]!.roles.includes('regulator')) return false;
  return log.some((statement) => statement.kind === 'device.released' && names(statement, held));
}

function ends(statement: Statement, member: number, held: InForce): boolean {
  if (held.member !== member) return false;
  if (statement.kind === 'device.released') return names(statement, held);
  if (statement.kind !== 'gate.restored' || held.statement.kind !== 'gate.opened') return false;
  return statement.ends.member === MEMBERS[member]!.name && statement.ends.index === held.index;
}

function names({ ends, target }: DeviceReleased, { member, index, statement }: InForce): boolean {
  if (ends.member !== MEMBERS[member]!.name || ends.index !== index) return false;
  return isDeepStrictEqual(targetOf(statement), target);
}

function placeName(statement: Statement): string {
  if (statement.kind === 'device.paired') return `pairing ${statement.imei}`;
  if (!('target' in statement)) return 'gate';
  const { target } = statement;
  if (target.kind !== 'range') return JSON.stringify(target);
  const level = rangeLevel(target.from, target.to);
  return `range ${level} ${Math.floor(target.from / 10 ** (6 - level))}`;
}

export function covers(target: DeviceTarget, key: ImeiKey): boolean {
  switch (target.kind) {
    case 'imei':
      return target.imei === key;
    case 'tac':
      return target.tac === tacOf(key);
    case 'range':
      return target.from <= key && key <= target.to;
  }
}
