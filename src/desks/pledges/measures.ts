import type { MeasureName } from './catalogue.ts';

/** Both in ms since 1970; `toMs` is the first moment after the span. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a part of the node says about a span. Where it cannot know, it says so: no number is made up. */
export type Measured =
  | {
      readonly state: 'measured';
      readonly value: number;
      readonly unit: string;
      /** What the value was computed from. */
      readonly counts: Readonly<Record<string, number>>;
      /** What the value does and does not mean. */
      readonly means: string;
    }
  | { readonly state: 'nothing to measure'; readonly why: string }
  | { readonly state: 'not measured here'; readonly why: string };

/** How one measure is computed. A part of the node that is off has none. */
export type Measure = (span: Span) => Promise<Measured>;
export type Measures = Readonly<Partial<Record<MeasureName, Measure>>>;

const OFF: Readonly<Record<MeasureName, string>> = {
  'report-to-refusal': 'this node has no equipment gate',
  'spam-suspended': 'the consortium has no certifier',
  'clocks-kept': 'this node has no incident desk',
  'exposed-made-whole': 'this node has no incident desk',
};

/** @returns what the part says, or that there is none */
export async function measure(measures: Measures, name: MeasureName, span: Span): Promise<Measured> {
  return measures[name]?.(span) ?? { state: 'not measured here', why: OFF[name] };
}

/** The value below which this share of them lies, from values in ascending order; 0 to 1. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}
