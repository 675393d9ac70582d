import { ATTACH_EVENTS } from '../attach.ts';
import { ArchiveError } from './archive-fault.ts';

export const RECORD_KINDS = ['inventory', 'attaches', 'payments'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** How a column is read from a file, and what refuses a row. */
export type ColumnType = 'time' | 'imsi' | 'msisdn' | 'imei' | 'cell' | 'amount' | 'word' | 'text';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** The only words it may hold. */
  readonly words?: readonly string[];
}

/** What is kept of each kind, in the order of its columns. Of events, the first column is their time. */
export const COLUMNS: Readonly<Record<RecordKind, readonly Column[]>> = {
  inventory: [
    { name: 'cell', type: 'cell', required: true },
    { name: 'form', type: 'word', required: true, words: ['macro', 'femto'] },
    { name: 'area', type: 'text', required: false },
  ],
  attaches: [
    { name: 'at', type: 'time', required: true },
    { name: 'imsi', type: 'imsi', required: true },
    { name: 'msisdn', type: 'msisdn', required: false },
    { name: 'imei', type: 'imei', required: false },
    { name: 'cell', type: 'cell', required: true },
    { name: 'event', type: 'word', required: true, words: ATTACH_EVENTS },
  ],
  payments: [
    { name: 'at', type: 'time', required: true },
    { name: 'payment', type: 'text', required: true },
    { name: 'msisdn', type: 'msisdn', required: true },
    { name: 'amount', type: 'amount', required: true },
    { name: 'channel', type: 'text', required: false },
    { name: 'merchant', type: 'text', required: false },
    { name: 'cell', type: 'cell', required: false },
  ],
};

/** @throws ArchiveError RECORD_KIND_UNKNOWN */
export function readKind(text: string): RecordKind {
  const kind = RECORD_KINDS.find((known) => known === text);
  if (kind === undefined) throw new ArchiveError({ code: 'RECORD_KIND_UNKNOWN', expected: RECORD_KINDS.join(', ') });
  return kind;
}

/** The name and type of a column in a Parquet file. Times are ms since 1970; a cell is its one spelling, as text. */
export function storedColumn({ name, type }: Column): { name: string; type: 'BIGINT' | 'VARCHAR' } {
  if (type === 'time') return { name: `${name}_ms`, type: 'BIGINT' };
  return { name, type: type === 'amount' ? 'BIGINT' : 'VARCHAR' };
}
