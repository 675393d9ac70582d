/** One measured figure, beside its baseline from the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** User and system time of the measured process, per operation, in microseconds. */
  readonly cpuMicrosPerOperation?: number;
  readonly baseline?: { readonly name: string; readonly value: number; readonly cpuMicrosPerOperation?: number };
  /** What `target` speaks of: ours against the baseline. */
  readonly ratio?: number;
  readonly target?: string;
  readonly met?: boolean;
  readonly note?: string;
}
