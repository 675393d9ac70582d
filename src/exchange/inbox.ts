import { randomUUID } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import type { Decision, DeskRequest } from '../desks/decisions/decision.ts';
import type { ExchangeFileRow, ExchangeFileState } from '../store/exchange/schema.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { Origin } from './origin.ts';
import type { Register } from './register.ts';
import { ListTaking, type TakingDependencies } from './taking.ts';

/** Lists that may wait to be taken. */
export const FILES_WAITING_MAX = 64;
/** The pause before a list that could not be taken to its end is taken on. */
const TAKE_ON_WAIT_MS = 2_000;
const UNFINISHED: readonly ExchangeFileState[] = ['received', 'applying', 'sweeping'];

/**
 * Receives lists, and takes them one at a time in the order in which they came. What waits is what the database says:
 * a list that could not be taken to its end is taken on after a pause, and nothing newer of its register before it.
 */
export class Inbox {
  readonly #registers: ReadonlyMap<string, Register>;
  readonly #deps: TakingDependencies;
  #rounds: Promise<void> = Promise.resolve();
  #pause: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ registers }: { registers: ReadonlyMap<string, Register> }, deps: TakingDependencies) {
    this.#registers = registers;
    this.#deps = deps;
  }

  /** Goes on with what an earlier process left half taken, and forgets the octets of what is finished. */
  async resume(): Promise<void> {
    const { decisions, spool, log } = this.#deps;
    const needed = await decisions.store.read(({ exchange }) => exchange.files.inStates([...UNFINISHED, 'written']));
    await spool.keepOnly(needed.map(({ id }) => id));
    for (const { id, register, state } of needed) {
      if (state === 'written' || this.#registers.has(register)) continue;
      log.warn({ file: id }, 'a list waits for a register that the configuration does not name');
    }
    this.#wake();
  }

  /** Lets the list in hand come to the end of its group. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#pause);
    await this.#rounds;
  }

  /** Waits until every list that came so far is taken or refused, or could not be and waits to be taken on. */
  async settled(): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#rounds) await (last = this.#rounds);
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
    if ((await this.#waiting()).length >= FILES_WAITING_MAX) {
      throw new ExchangeError({ code: 'EXCHANGE_BUSY', filesMax: FILES_WAITING_MAX });
    }
    const { spool, decisions } = this.#deps;
    const part = spool.partPath(randomUUID());
    try {
      const octets = await spool.receive(source, part);
      const { id } = await decisions.decide<{ id: number }>({ actor, role }, async (decision) => {
        const file = await keepFile(decision, register, { ...octets, ...origin });
        // Before the commit: a row whose octets are nowhere could never be taken.
        if (UNFINISHED.includes(file.state)) await spool.keep(part, file.id);
        return { id: file.id };
      });
      this.#wake();
      return (await decisions.store.read(({ exchange }) => exchange.files.find(id)))!;
    } finally {
      await spool.forget(part);
    }
  }

  #wake(): void {
    this.#rounds = this.#rounds.then(() => this.#round());
  }

  /** Takes what waits. A list that cannot be taken to its end holds back its register until the next round. */
  async #round(): Promise<void> {
    const held = new Set<string>();
    while (!this.#isClosed) {
      let list: ExchangeFileRow | undefined;
      try {
        list = (await this.#waiting()).find(({ register }) => !held.has(register));
        if (list === undefined) return;
        await this.#take(list);
      } catch (cause) {
        const code = cause instanceof Fault ? (cause as Fault).facts.code : 'INTERNAL';
        this.#deps.log.error({ code, file: list?.id, cause: String(cause) }, 'a list could not be taken to its end');
        this.#wakeLater();
        if (list === undefined) return;
        held.add(list.register);
      }
    }
  }

  #wakeLater(): void {
    clearTimeout(this.#pause);
    if (!this.#isClosed) this.#pause = setTimeout(() => this.#wake(), TAKE_ON_WAIT_MS);
  }

  /** Lists that are to be taken: the half taken ones before the others, each in the order in which they came. */
  async #waiting(): Promise<ExchangeFileRow[]> {
    const left = await this.#deps.decisions.store.read(({ exchange }) => exchange.files.inStates(UNFINISHED));
    const known = left.filter(({ register }) => this.#registers.has(register));
    return known.toSorted((a, b) => Number(a.state === 'received') - Number(b.state === 'received'));
  }

  async #take(file: ExchangeFileRow): Promise<void> {
    const { spool, log } = this.#deps;
    const register = this.#registers.get(file.register)!;
    const isStopped = (): boolean => this.#isClosed;
    const taking = new ListTaking({ register, path: spool.path(file.id), file, isStopped }, this.#deps);
    const taken = await taking.run();
    if (taken.state !== 'taken' && taken.state !== 'refused') return;
    const { id, name, kind, state, inserted, removed, refused, conflicts } = taken;
    log.info({ register: register.name, file: id, state, kind, inserted, removed, refused, conflicts }, `list ${name}`);
    await spool.forget(spool.path(id));
  }
}

/** The row of received octets: the one they have already, or a new one. */
async function keepFile(
  decision: Decision,
  register: Register,
  file: Origin & { readonly sha256: string; readonly size: number },
): Promise<Pick<ExchangeFileRow, 'id' | 'state'>> {
  const { tables, request, nowMs } = decision;
  const { files } = tables.exchange;
  const earlier = await files.findReceived(register.name, file.sha256);
  // A full list without a number says how things are now: after another one, the same octets are news again.
  const isNews = earlier?.kind === 'full' && earlier.listNumber === null && (await files.isFollowed(earlier));
  if (earlier !== undefined && !isNews) {
    // What is known of these octets is known, save that a list may be meant though it shrank, or may have been lost.
    const isMeant = earlier.faultCode === 'EXCHANGE_LIST_SHRUNK' && file.acceptShrink === true;
    if (!isMeant) return earlier;
    await files.change(earlier.id, { state: 'received', faultCode: null, finishedMs: null, acceptShrink: 1 });
    decision.note('exchange.list-accepted', null, { file: earlier.id, register: register.name });
    return { id: earlier.id, state: 'received' };
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
  return added;
}
