import type { CellReason } from '../../statements/cell-statement.ts';

export const CELL_RULES = ['not-in-inventory', 'before-disputed-payments'] as const;
export type CellRule = (typeof CELL_RULES)[number];

/** `low`: to be looked at. `medium`: likely. `high`: nothing honest is known that looks like it. */
export type Confidence = 'low' | 'medium' | 'high';

/** What is held against a cell, and why. It names no subscriber. */
export interface CellFinding {
  readonly rule: CellRule;
  readonly cell: string;
  readonly reason: CellReason;
  readonly confidence: Confidence;
  /** When the evidence begins and ends, in ms since 1970. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly evidence: Readonly<Record<string, string | number | boolean>>;
}
