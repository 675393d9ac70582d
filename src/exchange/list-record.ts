import type { ImeiKey } from '../identifiers/imei.ts';
import type { DeviceReason, ReleaseReason } from '../statements/statement.ts';
import type { LineFault } from './exchange-fault.ts';
import type { ListKind } from './formats/list-format.ts';

/** What a list says of itself. */
export interface ListHeader {
  readonly kind: ListKind;
  /** Who sends it; undefined in formats that do not say. */
  readonly organisation?: string;
  readonly number?: number;
}

/** What a line of a list says, read and not believed yet. Both ends lie in one TAC. */
export interface ListRecord {
  readonly from: ImeiKey;
  readonly to: ImeiKey;
  /** Who says so, where the line names somebody: otherwise who sends the list. */
  readonly organisation?: string;
  readonly country?: string;
  readonly occurredMs?: number;
  /** In the register's words; '' where the format has none. */
  readonly theirReason: string;
  readonly says: { readonly insert: DeviceReason } | { readonly remove: ReleaseReason };
  /** True for a removal that means nothing where nothing is listed. */
  readonly ifListed?: true;
}

/** One line between header and trailer. */
export type ListItem =
  | { readonly line: number; readonly record: ListRecord; readonly fault?: never }
  | { readonly line: number; readonly record?: never; readonly fault: LineFault };
