import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Decisions, DeskRequest } from '../desks/decisions/decision.ts';
import type { ExchangeFileRow } from '../store/exchange/schema.ts';
import type { SftpConfig } from './config.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { GivenList } from './outbox.ts';
import type { Register } from './register.ts';
import { readSecrets, RegisterServer, type RemoteFile } from './server.ts';
import type { Spool } from './spool.ts';
import { EXCHANGE_REQUEST } from './taking.ts';
import type { FileView } from './views.ts';

/** The wait before another attempt doubles no further than this. */
const RETRY_WAIT_MS_MAX = 60_000;

export interface RunnerDependencies {
  readonly exchange: Exchange;
  readonly decisions: Decisions;
  readonly spool: Spool;
  readonly log: Log;
}

/** What one run with a register did. */
export interface RunReport {
  readonly fetched: readonly FileView[];
  /** Answers of the register to our lists. */
  readonly answers: readonly FileView[];
  readonly given?: GivenList;
  readonly delivered: readonly FileView[];
}

/** Fetches from registers' servers and delivers there: at intervals, and when somebody asks. One run at a time each. */
export class Runner {
  readonly #deps: RunnerDependencies;
  readonly #running = new Map<string, Promise<RunReport>>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #closing = new AbortController();

  constructor(deps: RunnerDependencies) {
    this.#deps = deps;
  }

  /** Runs with every register that has an interval, from now on. */
  start(): void {
    for (const { name, everySeconds, sftp } of this.#deps.exchange.registers.values()) {
      if (everySeconds === undefined || sftp === undefined) continue;
      const run = (): void => {
        this.run(name, EXCHANGE_REQUEST).catch((cause: unknown) => {
          const code = cause instanceof Fault ? (cause as Fault).facts.code : 'INTERNAL';
          this.#deps.log.error({ code, register: name, cause: String(cause) }, 'a run with a register failed');
        });
      };
      run();
      this.#timers.push(setInterval(run, everySeconds * 1_000));
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timers.forEach(clearInterval);
    await Promise.allSettled(this.#running.values());
  }

  /** Who asks while a run is under way gets its report. @throws ExchangeError, StoreError */
  run(name: string, request: DeskRequest): Promise<RunReport> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const run = this.#run(name, request).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  }

  async #run(name: string, request: DeskRequest): Promise<RunReport> {
    const { exchange } = this.#deps;
    const register = exchange.register(name);
    const { sftp, give } = register;
    if (sftp === undefined) throw new ExchangeError({ code: 'EXCHANGE_NOT_CONNECTED' });
    const fetched = sftp.inbox === undefined ? [] : await this.#fetchLists(register, sftp, sftp.inbox, request);
    const answers = sftp.responses === undefined ? [] : await this.#fetchAnswers(register, sftp, sftp.responses);
    const given = give === 'none' ? undefined : await exchange.give(name, await this.#kindOf(register, give), request);
    const delivered = await this.#deliver(register, sftp);
    return { fetched, answers, ...(given !== undefined && { given }), delivered };
  }

  async #fetchLists(
    register: Register,
    sftp: SftpConfig,
    folder: string,
    { actor, role }: DeskRequest,
  ): Promise<FileView[]> {
    const { exchange } = this.#deps;
    const ids: number[] = [];
    for (const file of await this.#newFiles(register, sftp, folder, sftp.namePattern)) {
      await this.#fetchOne(register, sftp, folder, file, async (part) => {
        const origin = { name: file.name, remote: remoteMark(file) };
        const { file: id } = await exchange.receive(register.name, createReadStream(part), origin, { actor, role });
        ids.push(id);
      });
    }
    await exchange.inbox.settled();
    return Promise.all(ids.map((id) => exchange.file(id)));
  }

  async #fetchAnswers(register: Register, sftp: SftpConfig, folder: string): Promise<FileView[]> {
    if (register.table.response === undefined) return [];
    const { exchange } = this.#deps;
    const views: FileView[] = [];
    for (const file of await this.#newFiles(register, sftp, folder)) {
      await this.#fetchOne(register, sftp, folder, file, async (part) => {
        const origin = { name: file.name, remote: remoteMark(file) };
        views.push(await exchange.receiveAnswer(register.name, createReadStream(part), origin, EXCHANGE_REQUEST));
      });
    }
    return views;
  }

  /** Whole files that were not fetched before: those that nobody has touched between two looks. */
  async #newFiles(register: Register, sftp: SftpConfig, folder: string, namePattern = ''): Promise<RemoteFile[]> {
    const pattern = new RegExp(namePattern);
    const look = (): Promise<RemoteFile[]> => this.#attempt(register, sftp, (server) => server.list(folder));
    const first = new Map((await look()).map((file) => [file.name, remoteMark(file)]));
    const names = [...first.keys()].filter((name) => pattern.test(name));
    const fresh = await this.#notFetched(register, names, first);
    if (fresh.size === 0) return [];
    await wait(sftp.quietMs, undefined, { signal: this.#closing.signal });
    return (await look()).filter((file) => fresh.has(file.name) && first.get(file.name) === remoteMark(file));
  }

  #notFetched(
    register: Register,
    names: readonly string[],
    marks: ReadonlyMap<string, string>,
  ): Promise<ReadonlySet<string>> {
    return this.#deps.decisions.store.read(async ({ exchange }) => {
      const fresh = new Set<string>();
      for (const name of names) {
        if (!(await exchange.files.wasFetched(register.name, name, marks.get(name)!))) fresh.add(name);
      }
      return fresh;
    });
  }

  /** A fetch that is cut begins again: what lies on disk until then is no list. */
  async #fetchOne(
    register: Register,
    sftp: SftpConfig,
    folder: string,
    file: RemoteFile,
    take: (part: string) => Promise<void>,
  ): Promise<void> {
    const { spool } = this.#deps;
    const part = spool.partPath(`${register.name} ${folder} ${file.name}`);
    try {
      await this.#attempt(register, sftp, (server) => server.fetch(folder, file, part));
      await take(part);
    } finally {
      await spool.forget(part);
    }
  }

  async #deliver(register: Register, sftp: SftpConfig): Promise<FileView[]> {
    const { decisions, exchange, spool } = this.#deps;
    const waiting = await decisions.store.read(({ exchange }) => exchange.files.inStates(['written'], register.name));
    const delivered: FileView[] = [];
    for (const file of waiting) {
      const folder = file.kind === 'response' ? sftp.answers : sftp.outbox;
      if (folder === undefined) continue;
      await this.#attempt(register, sftp, (server) => server.deliver(spool.path(file.id), folder, file.name));
      await this.#markDelivered(file);
      delivered.push(await exchange.file(file.id));
      await spool.forget(spool.path(file.id));
    }
    return delivered;
  }

  #markDelivered({ id, name, register, sha256 }: ExchangeFileRow): Promise<unknown> {
    return this.#deps.decisions.decide(EXCHANGE_REQUEST, async (decision) => {
      const change = { state: 'delivered', finishedMs: decision.nowMs } as const;
      await decision.tables.exchange.files.change(id, change);
      decision.note('exchange.list-delivered', null, { file: id, name, register, sha256 });
      return {};
    });
  }

  /** After a list that the register refused whole, nobody knows what it holds: the next one says everything. */
  async #kindOf({ name }: Register, give: 'delta' | 'full'): Promise<'delta' | 'full'> {
    const last = await this.#deps.decisions.store.read(({ exchange }) => exchange.files.lastSent(name));
    return last === undefined || last.faultCode !== null ? 'full' : give;
  }

  /** Does something on a connection of its own, again and again while it breaks, within bounds. */
  async #attempt<T>(register: Register, sftp: SftpConfig, work: (server: RegisterServer) => Promise<T>): Promise<T> {
    const secrets = await readSecrets(register.name, sftp);
    for (let attempt = 1; ; attempt++) {
      let server: RegisterServer | undefined;
      try {
        server = await RegisterServer.connect(register.name, sftp, secrets);
        return await work(server);
      } catch (cause) {
        if (cause instanceof ExchangeError) throw cause;
        if (attempt >= sftp.attemptsMax || this.#closing.signal.aborted) {
          const code = server === undefined ? 'EXCHANGE_UNREACHABLE' : 'EXCHANGE_TRANSFER_FAILED';
          throw new ExchangeError({ code, register: register.name, attempts: attempt }, { cause });
        }
        this.#deps.log.warn({ register: register.name, attempt, reason: String(cause) }, 'a transfer is tried again');
      } finally {
        await server?.close();
      }
      const waitMs = Math.min(sftp.retryWaitMs * 2 ** (attempt - 1), RETRY_WAIT_MS_MAX);
      await wait(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }
}

/** By what a remote file is known to be the same. */
function remoteMark({ size, modifiedMs }: RemoteFile): string {
  return `${size}:${modifiedMs}`;
}
