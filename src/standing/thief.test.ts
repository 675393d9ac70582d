import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CELLS, CERTIFICATES, NUMBER_TAGS } from '../../test/support/books.ts';
import { imei, TAGS } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { Budget, Role } from '../governance/consortium.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { cellText } from '../identifiers/cell.ts';
import { type ImeiKey, type Tac, tacOf } from '../identifiers/imei.ts';
import type { Statement } from '../statements/statement.ts';
import { DAY_MS, LEARNED_DAYS, learnedBudget } from './budget.ts';
import { Findings } from './findings.ts';
import type { Opened } from './opened.ts';
import { Standing } from './standing.ts';

/*
 * What the holder of one member's log key can do, against the claim of docs/trust.md: at most the budget's devices are
 * refused, and one strike restores them. What he lets through is his victim's own alone.
 */

const DAY_0 = 20_000 * DAY_MS;
const VICTIM = 0;
const MEMBERS: readonly { name: string; roles: readonly Role[]; admittedAtMs: number }[] = [
  { name: 'hanbit', roles: ['operator', 'certifier'], admittedAtMs: DAY_0 },
  { name: 'saerom', roles: ['operator', 'register', 'certifier'], admittedAtMs: DAY_0 },
  { name: 'gwan', roles: ['operator', 'regulator'], admittedAtMs: DAY_0 },
];
const FLOOR: Budget = { perHour: 10, perDay: 10, perTac: 10 };
const TAC = 35_000_000 as Tac;
/** Devices, and far from them those of the others. */
const KEYS = Array.from({ length: 120 }, (_, number) => imei(TAC + (number % 6), number));
const [OF_SAEROM, OF_GWAN, OF_HANBIT] = [1, 2, 3].map((serial) => imei(99_000_000, serial)) as [
  ImeiKey,
  ImeiKey,
  ImeiKey,
];

const key = fc.constantFrom(...KEYS);
const target: fc.Arbitrary<DeviceTarget> = fc.oneof(
  { weight: 5, arbitrary: key.map((one) => ({ kind: 'imei' as const, imei: one })) },
  {
    weight: 3,
    arbitrary: fc.tuple(key, fc.nat(30)).map(([from, more]) => {
      return { kind: 'range' as const, from, to: (from + more) as ImeiKey };
    }),
  },
  { weight: 1, arbitrary: key.map((one) => ({ kind: 'tac' as const, tac: tacOf(one) })) },
);
const certificate = fc.constantFrom(...CERTIFICATES);
const tag = fc.constantFrom(...NUMBER_TAGS);
const ends = fc.record({ member: fc.constantFrom(...MEMBERS.map(({ name }) => name)), index: fc.nat(80) });
const restricting: fc.Arbitrary<Statement> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('device.blocked' as const, 'device.tracked' as const),
      target,
      reason: fc.constantFrom('stolen' as const, 'fraud' as const),
    }),
  },
  fc.record({
    kind: fc.constant('cell.distrusted' as const),
    cell: fc.constantFrom(...CELLS),
    fromMs: fc.nat(5),
    reason: fc.constant('cloned' as const),
  }),
  fc.record({
    kind: fc.constantFrom('sender.suspended' as const, 'sender.cancelled' as const),
    certificate,
    reason: fc.constant('spam' as const),
  }),
  fc.record({ kind: fc.constant('number.withdrawn' as const), certificate, tag }),
);
/** What permits: releases of whatever he likes to name, strikes and confirmations of anybody, certificates. */
const others: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    kind: fc.constant('device.released' as const),
    target: fc
      .constantFrom(OF_SAEROM, OF_GWAN, OF_HANBIT, ...KEYS)
      .map((one) => ({ kind: 'imei' as const, imei: one })),
    ends,
    reason: fc.constant('withdrawn' as const),
  }),
  fc.record({
    kind: fc.constantFrom('statements.struck' as const, 'statements.confirmed' as const),
    member: fc.constantFrom(...MEMBERS.map(({ name }) => name)),
    from: fc.nat(80),
  }),
  fc.record({ kind: fc.constant('device.paired' as const), imei: key, tag: fc.constantFrom(...TAGS) }),
  fc.record({ kind: fc.constant('cell.cleared' as const), cell: fc.constantFrom(...CELLS), ends }),
  fc.record({
    kind: fc.constant('sender.certified' as const),
    certificate,
    firm: fc.constant('thief'),
    originator: fc.constant('301200001'),
    priority: fc.constant('normal' as const),
  }),
  fc.constant({ kind: 'gate.opened' as const }),
);

interface Act {
  /** How long he truly waits before. */
  readonly waitsMs: number;
  readonly statedMs: number;
  /** He gets a cosigned anchor: of now, or of so long ago. */
  readonly anchorAgoMs: number | null;
  readonly statements: readonly { readonly statement: Statement; readonly continues: number | null }[];
}

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    waitsMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2 * DAY_MS) }),
    statedMs: fc.oneof(
      fc.constant(Number.MAX_SAFE_INTEGER),
      fc.integer({ min: -3, max: 9 }).map((days) => DAY_0 + days * DAY_MS),
    ),
    anchorAgoMs: fc.option(fc.oneof(fc.constant(0), fc.nat(5 * DAY_MS)), { freq: 2 }),
    statements: fc.array(
      fc.record({
        statement: fc.oneof({ weight: 4, arbitrary: restricting }, { weight: 1, arbitrary: others }),
        // Free, were it true: it is not, or of what is in force already.
        continues: fc.option(fc.nat(120), { freq: 3 }),
      }),
      { maxLength: 15 },
    ),
  }),
  { maxLength: 30 },
);

/** The days before the theft on which the victim stated so much: the learned budget rests on them. */
const history = fc.array(fc.nat(30), { maxLength: 12 });

describe('a thief of a member’s key', () => {
  for (const isLearned of [false, true]) {
    const budgetName = isLearned ? 'the learned budget' : 'a governed budget';
    it(`refuses no more than (days + 2) days of ${budgetName} with whatever he states, and one strike leaves nothing`, () => {
      fc.assert(
        fc.property(isLearned ? history : fc.constant([]), acts, (days, thiefs) => {
          const world = new World(isLearned);
          world.stateOthers();
          const stolenMs = world.live(days);
          const before = world.standing.foldedSize('hanbit');
          const spent = world.restricted();
          const nowMs = world.steal(thiefs, stolenMs);
          const perDay = mostOfADay(isLearned ? days : [], (nowMs - stolenMs) / DAY_MS);
          const most = ((nowMs - stolenMs) / DAY_MS + 2) * perDay;
          assert(world.restricted() - spent <= most, `${world.restricted() - spent} of ${most}`);
          world.assertOthersStand();

          const to = world.standing.foldedSize('hanbit');
          world.state('saerom', nowMs, { kind: 'statements.struck', member: 'hanbit', from: before, to });
          assert(world.restricted() <= spent, 'one strike restores all');
          for (let index = before; index < to; index++) {
            const { statement } = world.logs.get('hanbit')![index]!;
            if (statement!.kind !== 'log.anchored') world.state('hanbit', nowMs, statement!, { continues: index });
          }
          assert(world.restricted() <= spent, 'and he brings none of it back by stating it anew');
          world.state('saerom', nowMs, { kind: 'statements.struck', member: 'hanbit', from: before });
          for (const one of KEYS) world.state('hanbit', nowMs, blockedOf(one));
          assert(world.restricted() <= spent, 'a strike without an end takes what he states after');
          world.assertOthersStand();
        }),
        { numRuns: 150 },
      );
    });
  }

  it('lets through what his victim stated, and nothing of another member’s unless its role lets it', () => {
    for (const { roles, letsThrough } of [
      { roles: ['operator', 'certifier'], letsThrough: [true, false, false] },
      { roles: ['register'], letsThrough: [true, true, true] },
      { roles: ['regulator'], letsThrough: [true, true, true] },
    ] as const) {
      const world = new World(false, roles);
      world.stateOthers();
      world.state('hanbit', DAY_0, blockedOf(OF_HANBIT));
      for (const [number, key] of [OF_HANBIT, OF_SAEROM, OF_GWAN].entries()) {
        const { name: member } = MEMBERS[number]!;
        const target = { kind: 'imei', imei: key } as const;
        world.state('hanbit', DAY_0, {
          kind: 'device.released',
          target,
          ends: { member, index: 0 },
          reason: 'withdrawn',
        });
        world.state('hanbit', DAY_0, { kind: 'statements.struck', member, from: 0 });
      }
      const isThrough = [OF_HANBIT, OF_SAEROM, OF_GWAN].map((key, number) => !world.isListed(key, number));
      assert.deepEqual(isThrough, letsThrough, roles.join());
    }
  });

  it('has done nothing at all, whatever his victim’s role, once governance ends the log where the theft begins', () => {
    const roles = fc.uniqueArray(fc.constantFrom<Role>('operator', 'register', 'certifier', 'regulator'));
    fc.assert(
      fc.property(roles, history, acts, (victims, days, thiefs) => {
        const world = new World(true, victims);
        world.stateOthers();
        const stolenMs = world.live(days);
        const endsAtSize = world.standing.foldedSize('hanbit');
        const before = world.standing.digest();
        world.steal(thiefs, stolenMs);
        const suspended = new World(true, victims, endsAtSize);
        for (const [member, entries] of world.logs) {
          suspended.standing.foldOpened(member, 0, entries);
          suspended.standing.settle(member, entries.length);
        }
        world.standing.become(suspended.standing);
        assert.equal(world.standing.digest(), before);
      }),
      { numRuns: 50 },
    );
  });
});

/**
 * The most that a day may put in force while he has the key: what he puts in force himself is learned too, so that each
 * day that truly passes may give three times what the day before gave, once half of the days are his.
 */
function mostOfADay(days: readonly number[], heldDays: number): number {
  const learned = [...days];
  let most = 0;
  for (let day = 0; day <= heldDays + 2; day++) {
    const { perDay } = learnedBudget(learned.slice(-LEARNED_DAYS), FLOOR);
    most = Math.max(most, perDay);
    learned.push(most);
  }
  return most;
}

class World {
  readonly standing: Standing;
  readonly logs = new Map<string, Opened[]>(MEMBERS.map(({ name }) => [name, []]));
  readonly #reader;
  readonly #findings = new Findings(MEMBERS.length);

  constructor(isLearned: boolean, roles = MEMBERS[VICTIM]!.roles, endsAtSize?: number) {
    const budgets = {
      floor: () => FLOOR,
      budgetOf: (member: string) => (isLearned && member === 'hanbit' ? undefined : FLOOR),
    };
    const victim = { ...MEMBERS[VICTIM]!, roles, ...(endsAtSize !== undefined && { endsAtSize }) };
    this.standing = new Standing({ members: MEMBERS.with(VICTIM, victim) }, { log: silentLog, budgets });
    this.#reader = this.standing.openReader();
  }

  /** What the other members have in force, and the victim's own from before. */
  stateOthers(): void {
    this.state('saerom', DAY_0, blockedOf(OF_SAEROM));
    this.state('gwan', DAY_0, blockedOf(OF_GWAN));
    this.state('saerom', DAY_0, { kind: 'cell.distrusted', cell: CELLS[0]!, fromMs: 1, reason: 'moved' });
    this.state('saerom', DAY_0, {
      kind: 'sender.certified',
      certificate: 'KS-2026-000009',
      firm: 'honest',
      originator: '301200009',
      priority: 'normal',
    });
    this.state('hanbit', DAY_0, {
      kind: 'sender.certified',
      certificate: CERTIFICATES[0],
      firm: 'victim',
      originator: '301200001',
      priority: 'normal',
    });
    for (const tag of NUMBER_TAGS) {
      this.state('hanbit', DAY_0, { kind: 'number.registered', certificate: CERTIFICATES[0], tag, customer: 'a' });
    }
  }

  /** Days on which the victim stated something, each with its anchor. @returns when the key is stolen */
  live(days: readonly number[]): number {
    let nowMs = DAY_0;
    this.#anchor(nowMs, nowMs);
    for (const [day, devices] of days.entries()) {
      nowMs = DAY_0 + day * DAY_MS;
      this.#anchor(nowMs, nowMs);
      for (let device = 0; device < devices; device++)
        this.state('hanbit', nowMs, blockedOf(imei(90_000_000 + device, day)));
    }
    return nowMs;
  }

  /** @returns when he has done all that */
  steal(thiefs: readonly Act[], stolenMs: number): number {
    let nowMs = stolenMs;
    for (const { waitsMs, statedMs, anchorAgoMs, statements } of thiefs) {
      nowMs += waitsMs;
      if (anchorAgoMs !== null) this.#anchor(statedMs, nowMs - anchorAgoMs);
      for (const { statement, continues } of statements) {
        this.state('hanbit', statedMs, statement, continues === null ? {} : { continues });
      }
    }
    return nowMs;
  }

  state(member: string, timeMs: number, statement: Statement, more: Partial<Opened> = {}): void {
    const index = this.standing.foldedSize(member);
    const opened: Opened = { issuer: member, timeMs, id: new Uint8Array(16), statement, ...more };
    this.logs.get(member)!.push(opened);
    this.standing.foldOpened(member, index, [opened]);
    this.standing.settle(member, index + 1);
  }

  /** Devices, cells, senders, numbers that the victim's log keeps from what they may. A TAC, and a range, by all that it hits. */
  restricted(): number {
    const { books } = this.standing;
    const cells = CELLS.filter((cell) =>
      books.cells.find(cellText(cell)).some(({ entry }) => entry.member === 'hanbit'),
    );
    const senders = [...books.senders.all()].filter(({ issuer, permille }) => issuer === 'hanbit' && permille < 1_000);
    const hit = [...KEYS, ...NEIGHBOURS].filter((one) => this.isListed(one, VICTIM));
    const sender = books.senders.find(CERTIFICATES[0]);
    const gone = NUMBER_TAGS.filter((tag) => sender !== undefined && books.senders.number(sender, tag) === undefined);
    return cells.length + senders.length + gone.length + hit.length;
  }

  assertOthersStand(): void {
    assert(this.isListed(OF_SAEROM, 1) && this.isListed(OF_GWAN, 2), 'what others state stands');
    assert(this.standing.books.cells.find(cellText(CELLS[0]!)).some(({ entry }) => entry.member === 'saerom'));
    assert.equal(this.standing.books.senders.find('KS-2026-000009')?.state, 'certified');
  }

  isListed(one: ImeiKey, member: number): boolean {
    const count = this.#reader.find(one, this.#findings);
    return Array.from({ length: count }, (_, at) => this.#findings.member(at)).includes(member);
  }

  #anchor(statedMs: number, witnessedAtMs: number): void {
    this.state('hanbit', statedMs, { kind: 'log.anchored', own: 'o', shared: 's' }, { witnessedAtMs });
  }
}

/** What ranges and TACs hit besides. */
const NEIGHBOURS = KEYS.flatMap((one) => [5, 11, 17, 500_000].map((more) => (one + more) as ImeiKey)).filter(
  (one) => !KEYS.includes(one),
);

function blockedOf(one: ImeiKey): Statement {
  return { kind: 'device.blocked', target: { kind: 'imei', imei: one }, reason: 'stolen' };
}
