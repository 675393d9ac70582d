import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { afterEach, describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CELLS, CERTIFICATES, NUMBER_TAGS } from '../../test/support/books.ts';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { imei, TAGS } from '../../test/support/standing.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Role } from '../governance/consortium.ts';
import { cellText } from '../identifiers/cell.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import { decodeEntry, isSealed } from '../ledger/entry.ts';
import { Findings } from '../standing/findings.ts';
import { Standing } from '../standing/standing.ts';
import { openStatement, sealStatement } from '../statements/codec.ts';
import type { Statement } from '../statements/statement.ts';
import { namedAsNow } from './older-statements.ts';
import { Restating, type RestatingParts } from './restating.ts';

const MEMBERS: readonly { readonly name: string; readonly roles: readonly Role[] }[] = [
  { name: 'hanbit', roles: ['operator', 'certifier'] },
  { name: 'gwan', roles: ['operator', 'regulator'] },
];
const BUDGET = { perHour: 2_000_020, perDay: 2_000_020, perTac: 2_000_020 };
const DEVICES = Array.from({ length: 8 }, (_, serial) => imei(35_000_000 + serial, serial));
const [BLOCKED, TRACKED, , IN_RANGE, RELEASED, OVERRULED, STRUCK, PAIRED] = DEVICES as [
  ...(readonly [ImeiKey, ImeiKey, ImeiKey, ImeiKey]),
  ...(readonly [ImeiKey, ImeiKey, ImeiKey, ImeiKey]),
];
const [CERTIFIED, CANCELLED] = CERTIFICATES;
const [DISTRUSTED, CLEARED] = CELLS as [(typeof CELLS)[number], (typeof CELLS)[number]];

/** Everything that one member can have in force, and at its end what must not come back. */
const STATED: readonly Statement[] = [
  listed('device.blocked', BLOCKED),
  listed('device.tracked', TRACKED),
  { kind: 'device.blocked', target: { kind: 'tac', tac: 35_000_002 as never }, reason: 'fraud' },
  {
    kind: 'device.tracked',
    target: { kind: 'range', from: IN_RANGE, to: (IN_RANGE + 5) as ImeiKey },
    reason: 'other',
  },
  { kind: 'device.paired', imei: PAIRED, tag: TAGS[0]! },
  { kind: 'device.paired', imei: PAIRED, tag: TAGS[1]! },
  certified(CERTIFIED),
  { kind: 'sender.suspended', certificate: CERTIFIED, reason: 'spam', reference: 'S-1' },
  { kind: 'number.registered', certificate: CERTIFIED, tag: NUMBER_TAGS[0]!, customer: 'a' },
  { kind: 'number.registered', certificate: CERTIFIED, tag: NUMBER_TAGS[1]!, customer: 'b' },
  certified(CANCELLED),
  { kind: 'sender.cancelled', certificate: CANCELLED, reason: 'order' },
  { kind: 'cell.distrusted', cell: DISTRUSTED, fromMs: 1, toMs: 9, reason: 'cloned' },
  { kind: 'cell.distrusted', cell: CLEARED, fromMs: 2, reason: 'moved' },
  { kind: 'gate.opened' },
  { kind: 'gate.opened' },
  listed('device.blocked', RELEASED),
  listed('device.blocked', OVERRULED),
  listed('device.blocked', STRUCK),
];
const at = (wanted: (statement: Statement) => boolean): number => STATED.findIndex(wanted);
const ofDevice = (key: ImeiKey): number =>
  at((one) => 'target' in one && one.target.kind === 'imei' && one.target.imei === key);
const ENDED: readonly Statement[] = [
  released(RELEASED, ofDevice(RELEASED)),
  { kind: 'device.released', target: imeiTarget(PAIRED), ends: own(5), reason: 'withdrawn' },
  { kind: 'number.withdrawn', certificate: CERTIFIED, tag: NUMBER_TAGS[1]! },
  { kind: 'cell.cleared', cell: CLEARED, ends: own(at((one) => 'cell' in one && one.cell === CLEARED)) },
  { kind: 'gate.restored', ends: own(at(({ kind }) => kind === 'gate.opened')) },
];
const OF_REGULATOR: readonly Statement[] = [
  { ...released(OVERRULED, ofDevice(OVERRULED)), reason: 'overruled' } as Statement,
  { kind: 'statements.struck', member: 'hanbit', from: ofDevice(STRUCK), to: ofDevice(STRUCK) + 1 },
  { kind: 'statements.confirmed', member: 'hanbit', from: 500, to: 600 },
];

describe('what is in force when an epoch ends', () => {
  const open: Restating[] = [];
  afterEach(() => Promise.all(open.splice(0).map((restating) => restating.close())));

  it('is stated anew, every kind of it and once: the next epoch alone tells the same', async (t) => {
    const consortium = new TestConsortium(t, open);
    consortium.stateAll();
    const before = consortium.answers();
    assert.deepEqual(
      before.devices.map(({ length }) => length),
      [1, 1, 1, 1, 0, 0, 0, 0],
    );
    await consortium.restate();
    assert.deepEqual(consortium.answers(), before, 'nothing changes while it is stated anew');
    consortium.endEpoch();
    assert.deepEqual(consortium.answers(), before, 'nor when the old key is gone');
    assert.deepEqual(consortium.sizes(), [STATED.length + ENDED.length + 12, OF_REGULATOR.length + 2]);
  });

  it('is stated anew at each end, and what was stated three epochs ago is ended by its first entry', async (t) => {
    const consortium = new TestConsortium(t, open);
    consortium.stateAll();
    const before = consortium.answers();
    for (let ends = 0; ends < 3; ends++) {
      await consortium.restate();
      consortium.endEpoch();
      assert.deepEqual(consortium.answers(), before);
    }
    for (const key of [BLOCKED, TRACKED]) consortium.state('hanbit', released(key, ofDevice(key)));
    for (const [index, statement] of STATED.entries()) {
      if (statement.kind === 'device.paired') consortium.state('hanbit', released(PAIRED, index));
      if ('target' in statement && statement.target.kind !== 'imei') {
        consortium.state('hanbit', { ...released(BLOCKED, index), target: statement.target } as Statement);
      }
      if (statement.kind === 'cell.distrusted') {
        consortium.state('hanbit', { kind: 'cell.cleared', cell: statement.cell, ends: own(index) });
      }
      if (statement.kind === 'gate.opened') consortium.state('hanbit', { kind: 'gate.restored', ends: own(index) });
    }
    consortium.state('hanbit', { kind: 'sender.reinstated', certificate: CERTIFIED, reason: 'remedied' });
    const { devices, isPaired, cells, opened, senders } = consortium.answers();
    assert.deepEqual([devices.flat(), isPaired, cells, opened], [[], [false, false], [[], []], false]);
    assert.deepEqual(
      senders.map(({ state }) => state),
      ['certified', 'cancelled'],
    );
  });
});

describe('a member that was not given the newest key', () => {
  it('sees what is left, and states nothing anew', async (t) => {
    const consortium = new TestConsortium(t, []);
    consortium.stateAll();
    const sizes = consortium.sizes();
    const restating = consortium.withoutNewestKey();
    while (restating.state?.members.get('gwan') === undefined) await turn();
    await restating.close();
    assert.ok(restating.state.members.get('hanbit')!.inForce[1]! > 0);
    assert.deepEqual(consortium.sizes(), sizes);
  });
});

/** Two members in memory, whose shared logs are sealed under one epoch after the other. */
class TestConsortium {
  readonly #open: Restating[];
  readonly #root: string;
  readonly #logs = new Map<string, Uint8Array[]>(MEMBERS.map(({ name }) => [name, []]));
  readonly #epochs = [newEpoch(1)];
  readonly #restated = new Map<string, number>();
  #standing: Standing;

  constructor(t: TestContext, open: Restating[]) {
    this.#root = temporaryFolder(t);
    this.#open = open;
    this.#standing = this.#newStanding();
  }

  state(member: string, statement: Statement): void {
    const named = namedAsNow(statement, { member, standing: this.#standing });
    this.#logs.get(member)!.push(this.#sealed(member, named));
    this.#level();
  }

  stateAll(): void {
    for (const statement of [...STATED, ...ENDED]) this.state('hanbit', statement);
    for (const statement of OF_REGULATOR) this.state('gwan', statement);
  }

  /** Opens the next epoch, and waits until every member has stated anew what rests on the ones before. */
  async restate(): Promise<void> {
    this.#epochs.push(newEpoch(this.#epochs.length + 1));
    for (const { name } of MEMBERS) {
      const restating = this.#restating(name);
      this.#open.push(restating);
      while (!isDone(restating, name)) await turn();
      this.#assertBelow(restating, name);
      await restating.close();
    }
    this.#assertOnce();
  }

  withoutNewestKey(): Restating {
    const [held] = this.#epochs;
    this.#epochs.push(newEpoch(2));
    return this.#restating('hanbit', {
      keys: { keyOf: (number) => (number === 1 ? held!.key : undefined) },
      current: held!,
    });
  }

  /** Ends all epochs but the newest: everybody folds anew what is left to be read. */
  endEpoch(): void {
    for (const epoch of this.#epochs.slice(0, -1)) epoch.isEnded = true;
    for (const [member, entries] of this.#logs) this.#restated.set(member, entries.length);
    const anew = this.#newStanding();
    const before = this.#standing;
    this.#standing = anew;
    this.#level();
    before.become(anew);
    assert.equal(anew.digest(), before.digest());
    this.#standing = before;
  }

  sizes(): number[] {
    return [...this.#logs.values()].map(({ length }) => length);
  }

  /** All that gates ask. */
  answers() {
    const { books } = this.#standing;
    const reader = this.#standing.openReader();
    const findings = new Findings(MEMBERS.length);
    const devices = DEVICES.map((key) => {
      const count = reader.find(key, findings);
      return Array.from({ length: count }, (_, place) => `${findings.member(place)} ${findings.code(place)}`);
    });
    const restsOn = { member: 0, index: 0 };
    const senders = CERTIFICATES.map((certificate) => books.senders.find(certificate)!);
    return {
      devices,
      isPaired: TAGS.slice(0, 2).map((tag) => reader.isPaired(PAIRED, tag, restsOn)),
      // Since when is told by entries that nobody can open any more.
      senders: senders.map((sender) => ({ ...sender, sinceMs: 0, entries: [] })),
      numbers: NUMBER_TAGS.map((tag) => senders.map((sender) => books.senders.number(sender, tag)?.customer)),
      cells: CELLS.map((cell) =>
        books.cells.find(cellText(cell)).map(({ fromMs, toMs, reason }) => [fromMs, toMs, reason]),
      ),
      opened: reader.openedBy(0) !== -1,
      quarantined: MEMBERS.map(({ name }) => this.#standing.progress(name).quarantined),
    };
  }

  /** What the end of the epoch has to name lies right behind the last that is stated anew, and no lower. */
  #assertBelow({ state }: Restating, name: string): void {
    const continuing = this.#logs.get(name)!.map((bytes) => {
      const entry = decodeEntry(bytes);
      return isSealed(entry) && entry.continues !== undefined;
    });
    assert.ok(continuing.includes(true));
    assert.equal(state!.members.get(name)!.restatedBelow, continuing.lastIndexOf(true) + 1);
  }

  /** No entry is stated anew twice, and none that is not in force. */
  #assertOnce(): void {
    for (const entries of this.#logs.values()) {
      const continued = entries.flatMap((bytes) => {
        const entry = decodeEntry(bytes);
        return isSealed(entry) && entry.continues !== undefined ? [entry.continues] : [];
      });
      assert.equal(new Set(continued).size, continued.length);
    }
    const hanbit = this.#logs.get('hanbit')!.map((bytes) => openStatement(bytes, this.#keyOf));
    for (const key of [RELEASED, OVERRULED, STRUCK]) {
      const about = hanbit.filter(({ statement }) => statement?.kind === 'device.blocked' && isOf(statement, key));
      assert.ok(about.length <= 1, 'what is not in force is not stated anew');
    }
  }

  #restating(
    member: string,
    epochs: RestatingParts['epochs'] = { keys: { keyOf: this.#keyOf }, current: this.#epochs.at(-1)! },
  ): Restating {
    return new Restating({
      root: this.#root,
      member,
      governance: { consortium: { epochs: this.#epochs }, onChanged: () => () => undefined },
      epochs,
      standing: this.#standing,
      logs: () =>
        [...this.#logs].map(([name, entries]) => ({
          member: name,
          size: () => entries.length,
          async *entries(from: number, to: number) {
            if (from < to)
              yield { firstIndex: from, entries: entries.slice(from, to).map((bytes) => Buffer.from(bytes)) };
          },
          entry: (index: number) => Promise.resolve(entries[index]),
        })),
      append: (entries) => {
        const log = this.#logs.get(member)!;
        const firstIndex = log.push(...entries) - entries.length;
        return Promise.resolve({ firstIndex, size: log.length });
      },
      level: () => Promise.resolve(this.#level()),
      clock: systemClock,
      log: silentLog,
    });
  }

  #newStanding(): Standing {
    return new Standing(
      { members: MEMBERS },
      {
        log: silentLog,
        open: (bytes) => openStatement(bytes, this.#keyOf),
        restatedBelow: (member) => this.#restated.get(member) ?? 0,
        budgets: { floor: () => BUDGET, budgetOf: () => undefined },
      },
    );
  }

  #level(): void {
    for (const [member, entries] of this.#logs) {
      const from = this.#standing.foldedSize(member);
      this.#standing.fold(member, from, entries.slice(from));
      this.#standing.settle(member, entries.length);
    }
  }

  readonly #keyOf = (number: number) => {
    const epoch = this.#epochs[number - 1];
    return epoch === undefined || epoch.isEnded ? undefined : epoch.key;
  };

  #sealed(issuer: string, statement: Statement): Uint8Array {
    return sealStatement({ issuer, timeMs: 1_000, id: new Uint8Array(16) }, statement, this.#epochs.at(-1)!);
  }
}

function newEpoch(number: number) {
  const key = createSecretKey(Buffer.alloc(32, number));
  return { number, epoch: number, key, keyDigest: '', wraps: new Map<string, string>(), isEnded: false };
}

function isDone({ state }: Restating, member: string): boolean {
  const own = state?.members.get(member);
  return own !== undefined && own.undecided === 0 && Object.keys(own.inForce).length === 0;
}

function isOf(statement: Statement, key: ImeiKey): boolean {
  return 'target' in statement && statement.target.kind === 'imei' && statement.target.imei === key;
}

function imeiTarget(key: ImeiKey) {
  return { kind: 'imei', imei: key } as const;
}

function listed(kind: 'device.blocked' | 'device.tracked', key: ImeiKey): Statement {
  return { kind, target: imeiTarget(key), reason: 'stolen' };
}

function released(key: ImeiKey, index: number): Statement {
  return { kind: 'device.released', target: imeiTarget(key), ends: own(index), reason: 'withdrawn' };
}

function certified(certificate: string): Statement {
  return { kind: 'sender.certified', certificate, firm: 'x', originator: '301200001', priority: 'normal' };
}

function own(index: number) {
  return { member: 'hanbit', index };
}
