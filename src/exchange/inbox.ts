import { randomUUID } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import type { Decision, DeskRequest } from '../desks/decisions/decision.ts';
import type { ExchangeFileRow } from '../store/exchange/schema.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { Origin } from './origin.ts';
import type { Register } from './register.ts';
import { ListTaking, type TakingDependencies } from './taking.ts';

/** Lists that may wait to be taken. */
export const FILES_WAITING_MAX = 64;

/** Receives lists, and takes them one at a time in the order in which they came. */
export class Inbox {
  readonly #registers: ReadonlyMap<string, Register>;
  readonly #deps: TakingDependencies;
  #taking: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  constructor({ registers }: { registers: ReadonlyMap<string, Register> }, deps: TakingDependencies) {
    this.#registers = registers;
    this.#deps = deps;
  }

  /** Goes on with what an earlier process left half taken. It does not wait for the end of it. */
  async resume(): Promise<void> {
    const left = await this.#deps.decisions.store.read(({ exchange }) =>
      exchange.files.inStates(['received', 'applying', 'sweeping']),
    );
    await this.#tidySpool();
    for (const { id } of left) this.#enqueue(id);
  }

  /** Lets the list in hand come to the end of its group. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#taking;
  }

  /** Waits until every list that came so far is taken or refused. */
  async settled(): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#taking) await (last = this.#taking);
  }

  /**
   * Receives a list; it is taken afterwards. The same octets again are the same file, and change nothing.
   * @throws ExchangeError EXCHANGE_FILE_TOO_LARGE, EXCHANGE_BUSY; StoreError
   */
  async receive(
    register: Register,
    source: AsyncIterable<Uint8Array>,
    origin: Origin,
    { actor, role }: DeskRequest,
  ): Promise<ExchangeFileRow> {
    if (this.#waiting >= FILES_WAITING_MAX) {
      throw new ExchangeError({ code: 'EXCHANGE_BUSY', filesMax: FILES_WAITING_MAX });
    }
    const { spool, decisions } = this.#deps;
    const part = spool.partPath(randomUUID());
    try {
      const octets = await spool.receive(source, part);
      const { id, isNew } = await decisions.decide<{ id: number; isNew: boolean }>(
        { actor, role },
        async (decision) => {
          const file = await keepFile(decision, register, { ...octets, ...origin });
          // Before the commit: a row whose octets are nowhere could never be taken.
          if (file.isNew) await spool.keep(part, file.id);
          return file;
        },
      );
      if (isNew) this.#enqueue(id);
      return (await decisions.store.read(({ exchange }) => exchange.files.find(id)))!;
    } finally {
      await spool.forget(part);
    }
  }

  /** What a killed process left: halves of what came in, and lists that are finished. */
  async #tidySpool(): Promise<void> {
    const { spool, decisions } = this.#deps;
    const states = ['received', 'applying', 'sweeping', 'written'] as const;
    const needed = await decisions.store.read(({ exchange }) => exchange.files.inStates(states));
    await spool.keepOnly(needed.map(({ id }) => id));
  }

  #enqueue(id: number): void {
    this.#waiting++;
    this.#taking = this.#takeAfter(this.#taking, id);
  }

  async #takeAfter(earlier: Promise<void>, id: number): Promise<void> {
    await earlier;
    try {
      if (!this.#isClosed) await this.#take(id);
    } catch (cause) {
      // It stands as it stood after its last group, and the next start goes on.
      const code = cause instanceof Fault ? (cause as Fault).facts.code : 'INTERNAL';
      this.#deps.log.error({ code, file: id, cause: String(cause) }, 'a list could not be taken to its end');
    } finally {
      this.#waiting--;
    }
  }

  async #take(id: number): Promise<void> {
    const { decisions, spool, log } = this.#deps;
    const file = await decisions.store.read(({ exchange }) => exchange.files.find(id));
    const register = file && this.#registers.get(file.register);
    if (file === undefined || register === undefined) {
      log.warn({ file: id }, 'a list waits for a register that the configuration does not name');
      return;
    }
    const isStopped = (): boolean => this.#isClosed;
    const taking = new ListTaking({ register, path: spool.path(id), file, isStopped }, this.#deps);
    const taken = await taking.run();
    if (taken.state !== 'taken' && taken.state !== 'refused') return;
    const { name, kind, state, inserted, removed, refused, conflicts } = taken;
    log.info({ register: register.name, file: id, state, kind, inserted, removed, refused, conflicts }, `list ${name}`);
    await spool.forget(spool.path(id));
  }
}

/** The row of received octets: the one they have already, or a new one. */
async function keepFile(
  decision: Decision,
  register: Register,
  file: Origin & { readonly sha256: string; readonly size: number },
): Promise<{ id: number; isNew: boolean }> {
  const { tables, request, nowMs } = decision;
  const { files } = tables.exchange;
  const earlier = await files.findReceived(register.name, file.sha256);
  // A full list without a number says how things are now: after another one, the same octets are news again.
  const isNews = earlier?.kind === 'full' && earlier.listNumber === null && (await files.isFollowed(earlier));
  if (earlier !== undefined && !isNews) {
    // What is known of these octets is known, save that a list may be meant though it shrank, or may have been lost.
    const isMeant = earlier.faultCode === 'EXCHANGE_LIST_SHRUNK' && file.acceptShrink === true;
    if (!isMeant) return { id: earlier.id, isNew: false };
    await files.change(earlier.id, { state: 'received', faultCode: null, finishedMs: null, acceptShrink: 1 });
    decision.note('exchange.list-accepted', null, { file: earlier.id, register: register.name });
    return { id: earlier.id, isNew: true };
  }
  const counts = { records: 0, recordsDone: 0, inserted: 0, removed: 0, unchanged: 0, skipped: 0, refused: 0 };
  const added = await files.add({
    register: register.name,
    direction: 'in',
    kind: 'unknown',
    name: file.name,
    sha256: file.sha256,
    size: file.size,
    state: 'received',
    listNumber: null,
    createdMs: nowMs,
    createdBy: request.actor,
    finishedMs: null,
    ...counts,
    conflicts: 0,
    faultCode: null,
    faultLine: null,
    remote: file.remote ?? null,
    acceptShrink: file.acceptShrink === true ? 1 : 0,
  });
  decision.note('exchange.list-received', null, { file: added.id, register: register.name, sha256: file.sha256 });
  return { id: added.id, isNew: true };
}
