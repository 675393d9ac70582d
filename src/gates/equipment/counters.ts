import { ANSWER_NAMES, type EquipmentAnswer, GATES } from './answer.ts';
import { N5G_EIR_EVENTS, N5G_EIR_PROBLEMS, type N5gEirCounters } from './n5g-eir/events.ts';
import { S13_EVENTS, type S13Counters } from './s13/events.ts';

const RECORD_EVENTS = ['written', 'dropped'] as const;
export type RecordEvent = (typeof RECORD_EVENTS)[number];
const GAUGES = ['s13 connections', 'n5g-eir connections', 'records waiting'] as const;
export type GateGauge = (typeof GAUGES)[number];

/** One number that a thread keeps, named as the metrics name it. */
export interface Series {
  readonly family: 'checks' | 'verdicts' | 's13Events' | 'n5gEirEvents' | 'n5gEirProblems' | 'records' | 'gauges';
  readonly labels: Readonly<Record<string, string>>;
}

const PER_ANSWER = GATES.flatMap((gate) => ANSWER_NAMES.map((answer) => ({ gate, answer })));

/** In the order in which they stand in memory. */
export const SERIES: readonly Series[] = [
  ...PER_ANSWER.map((labels) => ({ family: 'checks', labels }) as const),
  ...PER_ANSWER.map((labels) => ({ family: 'verdicts', labels }) as const),
  ...S13_EVENTS.map((event) => ({ family: 's13Events', labels: { event } }) as const),
  ...N5G_EIR_EVENTS.map((event) => ({ family: 'n5gEirEvents', labels: { event } }) as const),
  ...N5G_EIR_PROBLEMS.map((problem) => ({ family: 'n5gEirProblems', labels: { problem } }) as const),
  ...RECORD_EVENTS.map((event) => ({ family: 'records', labels: { event } }) as const),
  ...GAUGES.map((gauge) => ({ family: 'gauges', labels: { gauge } }) as const),
];

/**
 * The counters of one thread, in memory that the main thread reads. Each has one writer, so nothing is locked; 64-bit
 * machines write an aligned number whole, and what a reader sees is at most a moment old.
 */
export class GateCounters {
  readonly buffer: SharedArrayBuffer;
  readonly #values: Float64Array;
  readonly s13: S13Counters;
  readonly n5gEir: N5gEirCounters;

  constructor(buffer = new SharedArrayBuffer(SERIES.length * 8)) {
    this.buffer = buffer;
    this.#values = new Float64Array(buffer);
    const s13Events = placesOf('s13Events', S13_EVENTS);
    const n5gEvents = placesOf('n5gEirEvents', N5G_EIR_EVENTS);
    const problems = placesOf('n5gEirProblems', N5G_EIR_PROBLEMS);
    this.s13 = { count: (event) => this.#add(s13Events.get(event)!, 1) };
    this.n5gEir = {
      count: (event) => this.#add(n5gEvents.get(event)!, 1),
      countProblem: (problem) => this.#add(problems.get(problem)!, 1),
    };
  }

  /** What the network was told. @param gate its place in GATES */
  countCheck(gate: number, answer: EquipmentAnswer): void {
    this.#add(gate * ANSWER_NAMES.length + answer, 1);
  }

  /** What the network would be told without shadow mode. */
  countVerdict(gate: number, verdict: EquipmentAnswer): void {
    this.#add(PER_ANSWER.length + gate * ANSWER_NAMES.length + verdict, 1);
  }

  countRecords(event: RecordEvent, records: number): void {
    this.#add(RECORDS_AT + RECORD_EVENTS.indexOf(event), records);
  }

  setGauge(gauge: GateGauge, value: number): void {
    this.#values[GAUGES_AT + GAUGES.indexOf(gauge)] = value;
  }

  /** A thread that died holds no connection. */
  clearGauges(): void {
    this.#values.fill(0, GAUGES_AT);
  }

  value(series: number): number {
    return this.#values[series]!;
  }

  #add(at: number, amount: number): void {
    this.#values[at]! += amount;
  }
}

const RECORDS_AT = SERIES.findIndex(({ family }) => family === 'records');
const GAUGES_AT = SERIES.findIndex(({ family }) => family === 'gauges');

/** Each series summed over the threads. */
export function sumCounters(threads: readonly GateCounters[]): readonly (Series & { value: number })[] {
  return SERIES.map((series, at) => ({ ...series, value: threads.reduce((sum, thread) => sum + thread.value(at), 0) }));
}

function placesOf<T extends string>(family: Series['family'], names: readonly T[]): Map<T, number> {
  const start = SERIES.findIndex((series) => series.family === family);
  return new Map(names.map((name, place) => [name, start + place]));
}
