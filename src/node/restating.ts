import { randomBytes } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Consortium } from '../governance/consortium.ts';
import { ENTRY_ID_SIZE } from '../ledger/entry.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import type { EpochKey, KeyOf } from '../sealing/seal.ts';
import { openEntry } from '../standing/opened.ts';
import type { Standing } from '../standing/standing.ts';
import { openStatement, sealStatement } from '../statements/codec.ts';
import type { Statement } from '../statements/statement.ts';
import type { NodeGovernance } from './governance.ts';
import { epochOf, type OlderCount, type OlderStatement, OlderStatements } from './older-statements.ts';
import type { NodeLogs } from './logs.ts';
import { writeRestating } from './restating-file.ts';
import type { Surroundings } from './surroundings.ts';
import type { NodeSystem } from './system.ts';

/** Statements that are appended together. */
export const RESTATED_TOGETHER_MAX = 256;
/** How often it is looked whether something is left. */
const PASS_INTERVAL_MS = 2_000;
/** After a look it rests for so long per entry that it read: of a million, a minute and a half. */
const REST_MS_PER_ENTRY = 0.1;

/** A log of any member, as this node has verified it. */
export interface RestatedLog {
  readonly member: string;
  readonly size: () => number;
  readonly entries: (from: number, to: number) => AsyncIterable<EntryBatch>;
  readonly entry: (index: number) => Promise<Uint8Array | undefined>;
}

export interface RestatingParts {
  readonly root: string;
  readonly member: string;
  readonly governance: { readonly consortium: Pick<Consortium, 'epochs'> } & Pick<NodeGovernance, 'onChanged'>;
  readonly epochs: { readonly keys: { readonly keyOf: KeyOf }; readonly current: EpochKey };
  readonly standing: Standing;
  /** The members' logs as they are now, this member's among them. */
  readonly logs: () => readonly RestatedLog[];
  readonly append: (entries: readonly Uint8Array[]) => Promise<{ firstIndex: number; size: number }>;
  /** Brings standing level with what was appended. */
  readonly level: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far the members are with stating anew what rests on older epochs. */
export interface RestatingState {
  /** The epoch under which all is sealed now. */
  readonly epoch: number;
  readonly members: ReadonlyMap<string, OlderCount>;
}

/**
 * Once a new epoch is open, this member states anew what of its own is in force and sealed under an older one, so that
 * the old key can be destroyed. The log itself tells what is done: it may be stopped and begun again at any point. How
 * far the others are, this node sees in their logs.
 */
export class Restating implements NodeSystem {
  readonly #parts: RestatingParts;
  readonly #older = new Map<string, OlderStatements>();
  readonly #members = new Map<string, OlderCount>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #told = '';

  constructor(parts: RestatingParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.governance.onChanged(() => this.#plan(0));
    this.#plan(0);
  }

  /** Undefined where there is one open epoch alone: nothing is older. */
  get state(): RestatingState | undefined {
    const epoch = this.#present();
    return epoch === undefined ? undefined : { epoch, members: this.#members };
  }

  readonly registerMetrics = (registry: Registry): void => {
    const state = (): RestatingState | undefined => this.state;
    void new Gauge({
      name: 'bongsu_statements_of_older_epochs',
      help: 'Statements in force that their member has not stated anew under the present epoch',
      labelNames: ['member'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [member, { inForce }] of state()?.members ?? []) this.set({ member }, sumOf(inForce));
      },
    });
  };

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** The epoch to seal under, while an older one is open. */
  #present(): number | undefined {
    const open = this.#parts.governance.consortium.epochs.filter(({ isEnded }) => !isEnded);
    return open.length < 2 ? undefined : open.at(-1)!.number;
  }

  #plan(waitMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A pass plans the next one.
      this.#running ??= this.#pass().finally(() => (this.#running = undefined));
    }, waitMs);
  }

  async #pass(): Promise<void> {
    const { log } = this.#parts;
    const epoch = this.#present();
    let wait = PASS_INTERVAL_MS;
    try {
      if (epoch === undefined) this.#members.clear();
      else await this.#lookThrough(epoch);
      for (const { looked } of this.#older.values()) wait += looked * REST_MS_PER_ENTRY;
    } catch (error) {
      const reason = error instanceof Fault ? (error as Fault).facts.code : String(error);
      log.warn({ reason }, 'what rests on older epochs could not be stated anew: it is tried again');
    }
    this.#plan(wait);
  }

  async #lookThrough(epoch: number): Promise<void> {
    for (const source of this.#parts.logs()) {
      if (this.#isClosed) return;
      // Who was not given the newest key sees what is left, and states it anew when the key is granted.
      const isOwn = source.member === this.#parts.member && this.#parts.epochs.keys.keyOf(epoch) !== undefined;
      if (isOwn) await this.#restateOwn(source, epoch);
      else for await (const _ of this.#find(source, epoch)) if (this.#isClosed) return;
    }
    const members = Object.fromEntries(this.#members);
    const told = JSON.stringify({ epoch, members });
    await writeRestating(this.#parts.root, { atMs: this.#parts.clock.nowMs(), epoch, members });
    if (told !== this.#told) this.#parts.log.info({ epoch, left: sumOf(this.#left()) }, 'what rests on older epochs');
    this.#told = told;
  }

  #left(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#members].map(([member, { inForce }]) => [member, sumOf(inForce)]));
  }

  async #restateOwn(source: RestatedLog, epoch: number): Promise<void> {
    let isMoving = true;
    while (isMoving && !this.#isClosed) {
      isMoving = false;
      // What standing has not taken in yet would be stated a second time.
      if (this.#parts.standing.foldedSize(source.member) < source.size()) return;
      let batch: OlderStatement[] = [];
      let from = this.#parts.standing.foldedSize(this.#parts.member);
      for await (const older of this.#find(source, epoch)) {
        if (this.#isClosed) return;
        batch.push(older);
        if (batch.length < RESTATED_TOGETHER_MAX) continue;
        await this.#restate(source, batch, from);
        [batch, isMoving, from] = [[], true, this.#parts.standing.foldedSize(this.#parts.member)];
      }
      if (batch.length === 0) continue;
      await this.#restate(source, batch, from);
      isMoving = true;
    }
  }

  /** @param from what was in force was judged by what the own log held below this size */
  async #restate(source: RestatedLog, batch: readonly OlderStatement[], from: number): Promise<void> {
    const { append, level, epochs } = this.#parts;
    const entries = batch.map(({ statement, index }) => this.#sealed(statement, index));
    const { firstIndex } = await append(entries);
    const moved = new Map(batch.map(({ index, statement }, place) => [index, { now: firstIndex + place, statement }]));
    const after: Uint8Array[] = [];
    for await (const { entries: between } of source.entries(from, firstIndex)) {
      for (const bytes of between) {
        const statement = openEntry(bytes, (octets) => openStatement(octets, epochs.keys.keyOf))?.statement;
        const again = statement && saidAgain(statement, { member: this.#parts.member, moved });
        if (again !== undefined) after.push(this.#sealed(again));
      }
    }
    // What was decided while these were on their way comes after them once more, or they would undo it.
    if (after.length > 0) await append(after);
    await level();
  }

  #sealed(statement: Statement, continues?: number): Uint8Array {
    const { member, clock, epochs } = this.#parts;
    const envelope = { issuer: member, timeMs: clock.nowMs(), id: randomBytes(ENTRY_ID_SIZE) };
    return sealStatement(envelope, statement, epochs.current, continues);
  }

  #find(source: RestatedLog, epoch: number): AsyncGenerator<OlderStatement> {
    const { governance, standing, epochs } = this.#parts;
    const { member, entries } = source;
    const epochAt = async (name: string, index: number): Promise<number | undefined> => {
      const entry = await this.#parts
        .logs()
        .find((one) => one.member === name)
        ?.entry(index);
      return entry && epochOf(entry);
    };
    const older =
      this.#older.get(member) ?? new OlderStatements({ member, entries, standing, keyOf: epochs.keys.keyOf, epochAt });
    this.#older.set(member, older);
    const isEnded = (number: number): boolean => governance.consortium.epochs[number - 1]?.isEnded === true;
    return older.find(epoch, { isEnded, found: (count) => this.#members.set(member, count) });
  }
}

/** Begins to look whether anything rests on older epochs. */
export function startRestating(
  { config, folder, governance, self, clock, log, stops }: Surroundings,
  { sharedLog, followers, keeper, epochs }: NodeLogs,
): Restating {
  const ownLog = {
    member: config.member,
    size: () => sharedLog.size,
    entries: (from: number, to: number) => sharedLog.readEntries(from, to),
    entry: (index: number) => sharedLog.entry(index),
  };
  const logs = (): readonly RestatedLog[] => {
    const others = governance.consortium.members.filter(({ name }) => followers.of(name) !== undefined);
    const mirrors = others.map(({ name }) => ({
      member: name,
      size: () => followers.state(name).size,
      entries: (from: number, to: number) => followers.entries(name, from, to),
      entry: (index: number) => followers.entry(name, index),
    }));
    return [ownLog, ...mirrors];
  };
  const restating = new Restating({
    root: folder.root,
    member: self.name,
    governance,
    epochs,
    standing: keeper.standing,
    logs,
    append: (entries) => sharedLog.append(entries),
    level: () => keeper.levelWith(self.name),
    clock,
    log,
  });
  return stops.add(restating, (part) => part.close());
}

/** The statement that has to be made once more after these, which it was about, were stated anew. */
function saidAgain(
  statement: Statement,
  {
    member,
    moved,
  }: { member: string; moved: ReadonlyMap<number, { readonly now: number; readonly statement: Statement }> },
): Statement | undefined {
  if ('ends' in statement) {
    const now = statement.ends.member === member ? moved.get(statement.ends.index)?.now : undefined;
    return now === undefined ? undefined : { ...statement, ends: { ...statement.ends, index: now } };
  }
  if (!('certificate' in statement)) return undefined;
  const { certificate } = statement;
  const isMeant = [...moved.values()].some(
    (one) => 'certificate' in one.statement && one.statement.certificate === certificate,
  );
  return isMeant ? statement : undefined;
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
