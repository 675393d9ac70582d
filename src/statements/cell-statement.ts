import type { CellIdentity } from '../identifiers/cell.ts';
import type { EntryName } from './statement.ts';

/** What is wrong with a cell, in the classes that evidence can tell apart. */
export const CELL_REASONS = ['unregistered', 'cloned', 'moved', 'woken', 'other'] as const;
export type CellReason = (typeof CELL_REASONS)[number];

/** A cell is not to be trusted: what passes through it may be read and forged. */
export interface CellDistrusted {
  readonly kind: 'cell.distrusted';
  readonly cell: CellIdentity;
  /** From when on, in ms since 1970. */
  readonly fromMs: number;
  /** Until when; without it, until the statement is ended. */
  readonly toMs?: number;
  readonly reason: CellReason;
  /** SHA-256 of the evidence, which stays with the issuer. */
  readonly evidence?: Uint8Array;
  readonly reference?: string;
}

/** Ends one statement of the same issuer about the same cell. */
export interface CellCleared {
  readonly kind: 'cell.cleared';
  readonly cell: CellIdentity;
  readonly ends: EntryName;
  readonly reference?: string;
}

export type CellStatement = CellDistrusted | CellCleared;
