import type { Decision } from '../desks/decisions/decision.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import type { DeviceReason } from '../statements/statement.ts';
import type { DeviceCursor } from '../store/exchange/exchange-delivered.ts';
import type { ExchangeDeliveredRow } from '../store/exchange/schema.ts';
import type { CaseStatementRow } from '../store/schema.ts';
import type { Tables } from '../store/store.ts';
import type { ListKind } from './formats/list-format.ts';
import { type GivenRecord, type ListWriter, theirReasonOf } from './list-writer.ts';
import type { Register } from './register.ts';

/** Rows read at a time. */
const PAGE_ROWS = 1_000;

type Block = Pick<ExchangeDeliveredRow, 'imeiFrom' | 'imeiTo' | 'reason'>;
type IsStanding = (row: CaseStatementRow) => boolean;

/** What a register is to hear, and where its lines stand. */
export interface Given {
  readonly inserted: number;
  readonly removed: number;
  /** Statements that it has no code for. */
  readonly leftOut: number;
}

/**
 * Writes what the register does not know yet: the difference between this member's own blocks as they stand and what
 * the last list said, row by row. What other registers listed is theirs to give out. A full list says all that stands.
 */
export async function giveList(
  decision: Decision,
  { register, kind, fileId, writer }: { register: Register; kind: ListKind; fileId: number; writer: ListWriter },
  isStanding: IsStanding,
): Promise<Given> {
  const { tables } = decision;
  const counts = { inserted: 0, removed: 0, leftOut: 0 };
  const put: ExchangeDeliveredRow[] = [];
  const gone: DeviceCursor[] = [];
  for await (const { stands, held } of compare(tables, register, isStanding)) {
    const isGiven = stands !== undefined && theirReasonOf(register.table, insertOf(stands)) !== undefined;
    if (stands !== undefined && !isGiven) counts.leftOut++;
    const isSame = held !== undefined && isGiven && held.reason === stands.reason && held.refusedCode === null;
    if (held !== undefined && !isSame && kind === 'delta') {
      // What the register refused stands nowhere there, so there is nothing to take back.
      if (held.refusedCode === null) await writer.add(removeOf(held));
      if (held.refusedCode === null) counts.removed++;
      if (!isGiven) gone.push(held);
    }
    if (isGiven && (kind === 'full' || !isSame)) {
      const line = await writer.add(insertOf(stands));
      counts.inserted++;
      put.push({ register: register.name, ...stands, fileId, line, refusedCode: null });
    }
  }
  await tables.exchange.delivered.put(put);
  for (const row of gone) await tables.exchange.delivered.remove(register.name, row);
  if (kind === 'full') await tables.exchange.delivered.keepOnly(register.name, fileId);
  return counts;
}

/** Both lists side by side, device by device in the order of their IMEIs. */
async function* compare(
  tables: Tables,
  register: Register,
  isStanding: IsStanding,
): AsyncGenerator<{ stands?: Block; held?: ExchangeDeliveredRow }> {
  const { delivered } = tables.exchange;
  const standing = paged((after) => delivered.ownBlocks(after, PAGE_ROWS));
  const held = paged((after) => delivered.page(register.name, after, PAGE_ROWS));
  let ours = await nextBlock(standing, isStanding);
  let theirs = await held.next();
  while (ours !== undefined || theirs.done !== true) {
    const order = ours === undefined ? 1 : theirs.done === true ? -1 : compareDevices(ours, theirs.value);
    yield {
      ...(order <= 0 && { stands: ours! }),
      ...(order >= 0 && { held: theirs.value as ExchangeDeliveredRow }),
    };
    if (order <= 0) ours = await nextBlock(standing, isStanding, ours);
    if (order >= 0) theirs = await held.next();
  }
}

/** The next of this member's own blocks in force; of two about the same devices, the first. */
async function nextBlock(
  rows: AsyncGenerator<CaseStatementRow>,
  isStanding: IsStanding,
  before?: Block,
): Promise<Block | undefined> {
  for (;;) {
    const { value, done } = await rows.next();
    if (done === true) return undefined;
    const { imeiFrom, imeiTo, reason } = value;
    if (imeiFrom === null || imeiTo === null || reason === null || !isStanding(value)) continue;
    const block = { imeiFrom, imeiTo, reason };
    if (before === undefined || compareDevices(block, before) !== 0) return block;
  }
}

async function* paged<Row extends object>(
  read: (after: DeviceCursor | undefined) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last as DeviceCursor | undefined);
    yield* rows;
    if (rows.length < PAGE_ROWS) return;
    last = rows.at(-1);
  }
}

function compareDevices(a: DeviceCursor, b: DeviceCursor): number {
  return a.imeiFrom - b.imeiFrom || a.imeiTo - b.imeiTo;
}

function insertOf(block: Block): GivenRecord {
  return { action: 'insert', ...endsOf(block) };
}

function removeOf(block: Block): GivenRecord {
  return { action: 'remove', ...endsOf(block) };
}

function endsOf({ imeiFrom, imeiTo, reason }: Block): Omit<GivenRecord, 'action'> {
  return { from: imeiFrom as ImeiKey, to: imeiTo as ImeiKey, reason: reason as DeviceReason };
}
