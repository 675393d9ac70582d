import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Decisions, DeskRequest } from '../desks/decisions/decision.ts';
import type { CaseStatementRow } from '../store/schema.ts';
import { type Resolution, resolveConflict } from './conflicts.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { ListKind } from './formats/list-format.ts';
import { Inbox } from './inbox.ts';
import type { Origin } from './origin.ts';
import { type GivenList, makeList, takeResponse } from './outbox.ts';
import type { Register } from './register.ts';
import type { Spool } from './spool.ts';
import {
  type ConflictView,
  conflictView,
  type FileView,
  fileView,
  type LineFaultView,
  lineFaultView,
  type RefusedLineView,
  refusedLineView,
} from './views.ts';

/** Rows in one page. */
export const PAGE_SIZE_MAX = 1_000;
export const PAGE_SIZE_DEFAULT = 100;
/** Octets of one answer. */
export const ANSWER_SIZE_MAX = 64 * 1024 ** 2;

export interface ExchangeOptions {
  readonly registers: readonly Register[];
}

export interface ExchangeDependencies {
  readonly decisions: Decisions;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this member's own statement about these devices stands no more by the logs, as a regulator has ended it. */
  readonly isPast: (row: Pick<CaseStatementRow, 'kind' | 'imeiFrom' | 'imeiTo' | 'logIndex'>) => boolean;
}

export interface PageForm {
  readonly after?: number;
  readonly limit?: number;
}

/** Lists from and for registers that are not members: what came, what went, and what a person has to decide. */
export class Exchange {
  readonly registers: ReadonlyMap<string, Register>;
  readonly inbox: Inbox;
  readonly #deps: ExchangeDependencies;

  constructor({ registers }: ExchangeOptions, deps: ExchangeDependencies) {
    this.registers = new Map(registers.map((register) => [register.name, register]));
    this.#deps = deps;
    this.inbox = new Inbox({ registers: this.registers }, deps);
  }

  /** @throws ExchangeError EXCHANGE_REGISTER_UNKNOWN */
  register(name: string): Register {
    const register = this.registers.get(name);
    if (register === undefined) throw new ExchangeError({ code: 'EXCHANGE_REGISTER_UNKNOWN' });
    return register;
  }

  /** Receives a list that somebody brings; it is taken afterwards. @throws ExchangeError, StoreError */
  async receive(
    registerName: string,
    source: AsyncIterable<Uint8Array>,
    origin: Origin,
    request: DeskRequest,
  ): Promise<FileView> {
    return fileView(await this.inbox.receive(this.register(registerName), source, origin, request));
  }

  /** Makes a list of this member's own standing statements. @throws ExchangeError, StoreError */
  give(registerName: string, kind: ListKind, request: DeskRequest): Promise<GivenList> {
    const isStanding = (row: CaseStatementRow): boolean => !this.#deps.isPast(row);
    return makeList(this.register(registerName), kind, this.#deps, { request, isStanding });
  }

  /** Takes a register's answer to one of our lists. @throws ExchangeError, StoreError */
  async receiveAnswer(
    registerName: string,
    source: AsyncIterable<Uint8Array>,
    origin: Origin,
    request: DeskRequest,
  ): Promise<FileView> {
    const register = this.register(registerName);
    if (register.table.response === undefined) throw new ExchangeError({ code: 'EXCHANGE_NO_ANSWERS' });
    const { spool } = this.#deps;
    const path = spool.partPath(randomUUID());
    try {
      const octets = await spool.receive(source, path, ANSWER_SIZE_MAX);
      return await this.file(await takeResponse(register, { path, ...octets, ...origin }, this.#deps, request));
    } finally {
      await spool.forget(path);
    }
  }

  /** @throws ExchangeError EXCHANGE_FILE_UNKNOWN */
  async file(id: number): Promise<FileView> {
    const row = await this.#deps.decisions.store.read(({ exchange }) => exchange.files.find(id));
    if (row === undefined) throw new ExchangeError({ code: 'EXCHANGE_FILE_UNKNOWN' });
    return fileView(row);
  }

  /**
   * Where the octets of a list that is ready to go out are. The journal notes who carries it.
   * @throws ExchangeError EXCHANGE_FILE_UNKNOWN
   */
  async outgoing(id: number, request: DeskRequest): Promise<string> {
    const { direction, state } = await this.file(id);
    if (direction !== 'out' || state !== 'written') throw new ExchangeError({ code: 'EXCHANGE_FILE_UNKNOWN' });
    await this.#deps.decisions.noteLook(request, { action: 'exchange.list-carried', detail: { file: id } });
    return this.#deps.spool.path(id);
  }

  /** Newest first. */
  async files({
    before,
    limit,
    register,
  }: {
    before?: number;
    limit?: number;
    register?: string;
  }): Promise<FileView[]> {
    const page = { limit: pageSize(limit), ...(before !== undefined && { before }), ...(register && { register }) };
    return (await this.#deps.decisions.store.read(({ exchange }) => exchange.files.list(page))).map(fileView);
  }

  /** What was wrong with a list's lines, or had no effect, in their order. @throws ExchangeError EXCHANGE_FILE_UNKNOWN */
  async lines(id: number, { after = 0, limit }: PageForm): Promise<LineFaultView[]> {
    await this.file(id);
    const page = { after, limit: pageSize(limit) };
    return (await this.#deps.decisions.store.read(({ exchange }) => exchange.files.lineFaults(id, page))).map(
      lineFaultView,
    );
  }

  /** Conflicts that wait for somebody, or all; oldest first. */
  async conflicts({ after = 0, limit, all = false }: PageForm & { all?: boolean }): Promise<ConflictView[]> {
    const page = { after, limit: pageSize(limit), open: !all };
    return (await this.#deps.decisions.store.read(({ exchange }) => exchange.conflicts.list(page))).map(conflictView);
  }

  /** Decides a conflict. @throws ExchangeError, DecisionError, StoreError */
  resolve(id: number, resolution: Resolution, request: DeskRequest): Promise<ConflictResolved> {
    return this.#deps.decisions.decide(request, (decision) =>
      resolveConflict(decision, this.registers, { id, resolution }),
    );
  }

  /** Statements of this member that a register refused. @throws ExchangeError EXCHANGE_REGISTER_UNKNOWN */
  async refusedLines(registerName: string): Promise<RefusedLineView[]> {
    const { name } = this.register(registerName);
    const rows = await this.#deps.decisions.store.read(({ exchange }) =>
      exchange.delivered.refused(name, PAGE_SIZE_MAX),
    );
    return rows.map(refusedLineView);
  }
}

export interface ConflictResolved {
  readonly conflict: number;
  readonly resolution: Resolution;
  readonly entries: readonly {
    readonly kind: string;
    readonly entry: { readonly member: string; readonly index: number };
  }[];
}

function pageSize(limit: number | undefined): number {
  return Math.min(limit ?? PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
}
