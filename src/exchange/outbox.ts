import { createHash } from 'node:crypto';
import { writeDurably } from '../base/durable.ts';
import type { Decision, Decisions, DeskRequest } from '../desks/decisions/decision.ts';
import type { CaseStatementRow } from '../store/schema.ts';
import type { ExchangeFileRow, ExchangeLineFaultRow, NewExchangeFileRow } from '../store/exchange/schema.ts';
import type { Tables } from '../store/store.ts';
import type { ListKind } from './formats/list-format.ts';
import { giveList, type Given } from './giving.ts';
import { listName, ListWriter, type ListWriterOptions } from './list-writer.ts';
import type { Register } from './register.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { Origin } from './origin.ts';
import { type ListResponse, readResponse, responseName, responseText } from './response.ts';
import type { Spool } from './spool.ts';

/** Rows read at a time. */
const PAGE_ROWS = 10_000;

export interface OutboxDependencies {
  readonly decisions: Decisions;
  readonly spool: Spool;
}

/** What became of an order to give out a list; without a file where there was nothing new to say. */
export interface GivenList extends Given {
  readonly file?: number;
}

/**
 * Makes a list of this member's own standing statements, whole or what changed, ready to be delivered.
 * @throws StoreError
 */
export function makeList(
  register: Register,
  kind: ListKind,
  { decisions, spool }: OutboxDependencies,
  { request, isStanding }: { request: DeskRequest; isStanding: (row: CaseStatementRow) => boolean },
): Promise<GivenList> {
  const { actor, role } = request;
  return decisions.decide<GivenList>({ actor, role }, async (decision) => {
    const { files } = decision.tables.exchange;
    const last = await files.lastNumber(register.name, 'out');
    const number = (last ?? 0) + 1;
    const { organisation, table: format } = register;
    const options: ListWriterOptions = { format, kind, organisation, number, createdMs: decision.nowMs };
    const file = await files.add({ ...newFile(decision, register), kind, name: listName(options), listNumber: number });
    const writer = await ListWriter.open(spool.path(file.id), options);
    const given = await giveList(decision, { register, kind, fileId: file.id, writer }, isStanding);
    const octets = await writer.finish();
    if (kind === 'delta' && writer.records === 0) {
      await files.remove(file.id);
      return given;
    }
    await files.change(file.id, {
      ...octets,
      records: writer.records,
      inserted: given.inserted,
      removed: given.removed,
    });
    seal(decision, register, { id: file.id, ...octets });
    decision.note('exchange.list-made', null, { file: file.id, register: register.name, kind, number, ...given });
    return { ...given, file: file.id };
  });
}

/** Makes the answer to a list, in the very decision that takes or refuses it. */
export async function writeResponse(
  decision: Decision,
  register: Register,
  list: ExchangeFileRow,
  spool: Spool,
): Promise<void> {
  const { files } = decision.tables.exchange;
  const faults = await allFaults(decision.tables, list.id);
  const bytes = Buffer.from(responseText(register.table, list, faults));
  const octets = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  const name = responseName(register.table.response!, list.name);
  const file = await files.add({ ...newFile(decision, register), kind: 'response', name, ...octets });
  await writeDurably(spool.path(file.id), bytes, 0o600);
  seal(decision, register, { id: file.id, ...octets });
  decision.note('exchange.answer-made', null, { file: file.id, to: list.id });
}

/**
 * Takes a register's answer to one of our lists, once. A line that it refused stands nowhere there: the next list says
 * it again, and until then the desk shows it. An answer that cannot be read is kept as a refused file.
 */
export async function takeResponse(
  register: Register,
  { path, name, remote, sha256, size }: Origin & { path: string; sha256: string; size: number },
  { decisions }: OutboxDependencies,
  { actor, role }: DeskRequest,
): Promise<number> {
  const response = await readResponse(path, register.table).catch((cause: unknown) => {
    if (cause instanceof ExchangeError) return cause;
    throw cause;
  });
  const { file } = await decisions.decide<{ file: number }>({ actor, role }, async (decision) => {
    const { files } = decision.tables.exchange;
    const earlier = await files.findReceived(register.name, sha256);
    if (earlier !== undefined) return { file: earlier.id };
    const isRead = !(response instanceof ExchangeError);
    const added = await files.add({
      ...newFile(decision, register),
      direction: 'in',
      kind: 'response',
      name,
      sha256,
      size,
      remote: remote ?? null,
      state: isRead ? 'taken' : 'refused',
      finishedMs: decision.nowMs,
      records: isRead ? response.lines.length : 0,
      faultCode: isRead ? null : response.facts.code,
    });
    if (isRead) await noteResponse(decision, register, response);
    decision.note('exchange.answer-taken', null, { file: added.id, register: register.name, sha256 });
    return { file: added.id };
  });
  return file;
}

async function noteResponse({ tables, nowMs }: Decision, register: Register, response: ListResponse): Promise<void> {
  const { files, delivered } = tables.exchange;
  const list = await files.findSent(register.name, response.file);
  if (list === undefined || list.state === 'answered') return;
  for (const { line, code } of response.lines) await delivered.refuse(list.id, line, code);
  if (!response.isAccepted) await delivered.refuseAll(list.id, response.code);
  const faults = response.lines.map(({ line, code }) => ({ fileId: list.id, line, code, field: null }));
  await files.addLineFaults(onePerLine(faults));
  await files.change(list.id, {
    state: 'answered',
    finishedMs: nowMs,
    refused: response.lines.length,
    faultCode: response.isAccepted ? null : response.code,
  });
}

function newFile({ nowMs, request }: Decision, register: Register): NewExchangeFileRow {
  const counts = { records: 0, recordsDone: 0, inserted: 0, removed: 0, unchanged: 0, skipped: 0, refused: 0 };
  return {
    register: register.name,
    direction: 'out',
    kind: 'full',
    name: '',
    sha256: '',
    size: 0,
    state: 'written',
    listNumber: null,
    createdMs: nowMs,
    createdBy: request.actor,
    finishedMs: null,
    ...counts,
    conflicts: 0,
    faultCode: null,
    faultLine: null,
    remote: null,
    acceptShrink: 0,
  };
}

function seal(decision: Decision, register: Register, file: { id: number; sha256: string; size: number }): void {
  decision.seal({
    kind: 'digest.sealed',
    subject: `exchange-list:${register.name}:${file.id}`,
    sha256: Buffer.from(file.sha256, 'hex'),
    size: file.size,
  });
}

async function allFaults({ exchange }: Tables, fileId: number): Promise<ExchangeLineFaultRow[]> {
  const faults: ExchangeLineFaultRow[] = [];
  for (;;) {
    const page = await exchange.files.lineFaults(fileId, { after: faults.at(-1)?.line ?? 0, limit: PAGE_ROWS });
    for (const fault of page) faults.push(fault);
    if (page.length < PAGE_ROWS) return faults;
  }
}

/** An answer may name a line twice; the first is kept. */
function onePerLine(faults: readonly ExchangeLineFaultRow[]): ExchangeLineFaultRow[] {
  const kept = new Map<number, ExchangeLineFaultRow>();
  for (const fault of faults) if (!kept.has(fault.line)) kept.set(fault.line, fault);
  return [...kept.values()];
}
