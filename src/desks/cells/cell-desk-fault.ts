import { Fault } from '../../base/fault.ts';
import type { CellFault } from '../../identifiers/cell.ts';

/** What a cell desk refuses, and why. */
export type CellDeskFault =
  | (CellFault & { field: string })
  | { code: 'CELL_DISTRUSTED_ALREADY'; cell: string }
  | { code: 'CELL_NOT_DISTRUSTED'; cell: string }
  | { code: 'CELLS_NONE_DISTRUSTED' }
  | { code: 'EXPOSED_LIST_UNKNOWN' }
  | { code: 'EXPOSED_VERSION_UNKNOWN'; versions: number }
  | { code: 'EXPOSED_LIST_UNCHANGED'; list: string; version: number };
export class CellDeskError extends Fault<CellDeskFault> {}
