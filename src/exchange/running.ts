import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Decisions, DeskRequest } from '../desks/decisions/decision.ts';
import type { ExchangeFileRow } from '../store/exchange/schema.ts';
import type { SftpConfig } from './config.ts';
import { ANSWER_SIZE_MAX, type Exchange } from './exchange.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { Origin } from './origin.ts';
import type { GivenList } from './outbox.ts';
import type { Register } from './register.ts';
import { isRefusal, readSecrets, RegisterServer, type RemoteFile } from './server.ts';
import { LIST_SIZE_MAX, type Spool } from './spool.ts';
import { EXCHANGE_REQUEST } from './taking.ts';
import { UnfetchedFiles } from './unfetched-files.ts';
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
  readonly #unfetched = new UnfetchedFiles();
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

  /** Each step is done whatever became of those before it, unless nobody can be spoken to; then the first failure. */
  async #run(name: string, request: DeskRequest): Promise<RunReport> {
    const { exchange } = this.#deps;
    const register = exchange.register(name);
    const { sftp, give } = register;
    if (sftp === undefined) throw new ExchangeError({ code: 'EXCHANGE_NOT_CONNECTED' });
    const failures: unknown[] = [];
    const step = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (cause) {
        if (this.#closing.signal.aborted || isServerAway(cause)) throw failures[0] ?? cause;
        failures.push(cause);
        return undefined;
      }
    };
    const fetched = await step(() => this.#fetchLists(register, sftp, failures, request));
    const answers = await step(() => this.#fetchAnswers(register, sftp, failures));
    const given = await step(async () =>
      give === 'none' ? undefined : await exchange.give(name, await this.#kindOf(register, give), request),
    );
    const delivered = await step(() => this.#deliver(register, sftp));
    if (failures.length > 0) throw failures[0];
    return { fetched: fetched!, answers: answers!, ...(given !== undefined && { given }), delivered: delivered! };
  }

  async #fetchLists(
    register: Register,
    sftp: SftpConfig,
    failures: unknown[],
    { actor, role }: DeskRequest,
  ): Promise<FileView[]> {
    const { exchange } = this.#deps;
    const { inbox: folder, namePattern } = sftp;
    if (folder === undefined) return [];
    const ids: number[] = [];
    const from = { folder, namePattern, sizeMax: LIST_SIZE_MAX };
    await this.#fetchAll(register, sftp, from, failures, async (part, origin) => {
      const { file: id } = await exchange.receive(register.name, createReadStream(part), origin, { actor, role });
      ids.push(id);
    });
    await exchange.inbox.settled();
    return Promise.all(ids.map((id) => exchange.file(id)));
  }

  async #fetchAnswers(register: Register, sftp: SftpConfig, failures: unknown[]): Promise<FileView[]> {
    const folder = sftp.responses;
    if (folder === undefined || register.table.response === undefined) return [];
    const { exchange } = this.#deps;
    const views: FileView[] = [];
    const from = { folder, namePattern: '', sizeMax: ANSWER_SIZE_MAX };
    await this.#fetchAll(register, sftp, from, failures, async (part, origin) => {
      views.push(await exchange.receiveAnswer(register.name, createReadStream(part), origin, EXCHANGE_REQUEST));
    });
    return views;
  }

  /** Fetches what is new in a folder, file by file; one that cannot be had is told of, and left. */
  async #fetchAll(
    register: Register,
    sftp: SftpConfig,
    { folder, namePattern, sizeMax }: { folder: string; namePattern: string; sizeMax: number },
    failures: unknown[],
    take: (part: string, origin: Origin) => Promise<void>,
  ): Promise<void> {
    const files = await this.#newFiles(register, sftp, folder, namePattern);
    const looked = this.#unfetched.look(`${register.name} ${folder}`);
    for (const file of files) {
      const { name } = file;
      const origin = { name, remote: remoteMark(file) };
      try {
        if (file.size > sizeMax) throw new ExchangeError({ code: 'EXCHANGE_FILE_TOO_LARGE', sizeMax });
        await this.#fetchOne(register, sftp, folder, file, (part) => take(part, origin));
      } catch (cause) {
        if (this.#closing.signal.aborted) throw cause;
        failures.push(cause);
        const { code, isNews, isPassedOver } = looked.failed(origin, cause);
        const facts = { code, register: register.name, file: name, cause: String(cause) };
        if (isNews) this.#deps.log.error(facts, 'a file could not be fetched');
        if (!isPassedOver) return;
      }
    }
  }

  /** Whole files that were not fetched before: those that nobody has touched between two looks. */
  async #newFiles(register: Register, sftp: SftpConfig, folder: string, namePattern: string): Promise<RemoteFile[]> {
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
          const answered = isRefusal(cause) ? 'EXCHANGE_SERVER_REFUSED' : 'EXCHANGE_TRANSFER_FAILED';
          const code = server === undefined ? 'EXCHANGE_UNREACHABLE' : answered;
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

/** Nobody can be spoken to: nothing else of this run would come to more. */
function isServerAway(cause: unknown): boolean {
  const codes = [
    'EXCHANGE_SECRET_UNREADABLE',
    'EXCHANGE_HOST_KEY_WRONG',
    'EXCHANGE_SIGN_IN_REFUSED',
    'EXCHANGE_UNREACHABLE',
  ];
  return cause instanceof ExchangeError && codes.includes(cause.facts.code);
}
