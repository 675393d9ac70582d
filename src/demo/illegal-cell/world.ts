import type { AttachEvent } from '../../records/attach.ts';

/** What a cell of the made-up network really is. */
export type CellTruth =
  // Illegal: an identity of its own; one of a femtocell taken out of service; a registered femtocell that was carried
  // away; the identity of a cell that stands elsewhere.
  | 'unregistered'
  | 'woken'
  | 'moved'
  | 'cloned'
  // Honest.
  | 'macro'
  | 'femto'
  | 'new-femto'
  | 'femto-awaiting-inventory'
  | 'femto-forgotten'
  | 'rehomed'
  | 'stadium';

export const ILLEGAL: readonly CellTruth[] = ['unregistered', 'woken', 'moved', 'cloned'];

export interface WorldCell {
  readonly cell: string;
  readonly truth: CellTruth;
  readonly form: 'macro' | 'femto';
  readonly area: string;
  /** In the inventory of the beginning, and in that of the end. */
  readonly inEarlier: boolean;
  readonly inNewest: boolean;
  /** Of an illegal cell: payments were made through it. */
  readonly fraud?: boolean;
  /** Of an illegal cell: its night. */
  readonly activeMs?: readonly [from: number, to: number];
}

export interface WorldPayment {
  readonly atMs: number;
  readonly payment: string;
  readonly msisdn: string;
  /** Won. */
  readonly amount: number;
  readonly channel: 'ars' | 'sms' | 'pass';
  readonly merchant: string;
  readonly cell: string;
  /** Made by the thief. */
  readonly fraud: boolean;
  /** The line says that it did not make it: late and partly, and some for other reasons. */
  readonly disputed: boolean;
}

export interface WorldOptions {
  readonly seed: number;
  /** When the story ends, in ms since 1970: the inventory's time. */
  readonly endMs: number;
  readonly days: number;
  readonly subscribers: number;
  readonly areas: number;
  readonly illegalCells: number;
  readonly illegalCellsWithFraud: number;
  readonly capturesPerCell: number;
  /** Of those captured by a cell with fraud. */
  readonly victimShare: number;
}

/** The shape of 2025, scaled down: 20 identities of which 5 with fraud, a few victims to each. */
export const WORLD_DEFAULTS: Omit<WorldOptions, 'seed'> = {
  endMs: Date.UTC(2026, 10, 22),
  days: 10,
  subscribers: 3_000,
  areas: 30,
  illegalCells: 20,
  illegalCellsWithFraud: 5,
  capturesPerCell: 60,
  victimShare: 0.066,
};

/** A network for some days, with the truth of every cell, attach and payment. All of it is made up. */
export interface World {
  readonly options: WorldOptions;
  readonly cells: readonly WorldCell[];
  /** In no order. What passed through an illegal cell is known by its cell and that cell's night. */
  readonly attaches: readonly AttachEvent[];
  readonly payments: readonly WorldPayment[];
}
