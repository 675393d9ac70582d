import { CHECK_NAMES, type CheckName } from './sender-checks.ts';

export const VIAS = ['smpp', 'http', 'own'] as const;
/** How a text came. */
export type Via = (typeof VIAS)[number];

const FORWARDINGS = ['accepted', 'refused', 'unreachable', 'lost', 'silent', 'retried', 'queueFull'] as const;
export type Forwarding = (typeof FORWARDINGS)[number];
export const CONNECTION_EVENTS = [
  'bound',
  'bindRefused',
  'bindHeldBack',
  'unboundForStanding',
  'connectionRefused',
  'streamBroken',
  'pduMalformed',
  'windowFull',
  'linkLost',
  'silent',
] as const;
export type ConnectionEvent = (typeof CONNECTION_EVENTS)[number];
const RECEIPTS = ['delivered', 'unknown', 'early', 'dropped'] as const;
export type ReceiptEvent = (typeof RECEIPTS)[number];
const RECORDS = ['written', 'dropped'] as const;
const PASSED = ['told', 'dropped'] as const;
const GAUGES = ['esmes', 'smscLinks', 'waiting', 'traces'] as const;
export type MessageGauge = (typeof GAUGES)[number];

/** One number, named as the metrics name it. */
export interface MessageSeries {
  readonly family:
    | 'passed'
    | 'refused'
    | 'shadow'
    | 'forwarded'
    | 'connections'
    | 'receipts'
    | 'records'
    | 'told'
    | 'gauges';
  readonly labels: Readonly<Record<string, string>>;
}

/** In the order in which they stand in memory. */
export const MESSAGE_SERIES: readonly MessageSeries[] = [
  ...VIAS.map((via) => ({ family: 'passed', labels: { via } }) as const),
  ...CHECK_NAMES.map((check) => ({ family: 'refused', labels: { check } }) as const),
  ...CHECK_NAMES.map((check) => ({ family: 'shadow', labels: { check } }) as const),
  ...FORWARDINGS.map((outcome) => ({ family: 'forwarded', labels: { outcome } }) as const),
  ...CONNECTION_EVENTS.map((event) => ({ family: 'connections', labels: { event } }) as const),
  ...RECEIPTS.map((event) => ({ family: 'receipts', labels: { event } }) as const),
  ...RECORDS.map((event) => ({ family: 'records', labels: { event } }) as const),
  ...PASSED.map((event) => ({ family: 'told', labels: { event } }) as const),
  ...GAUGES.map((gauge) => ({ family: 'gauges', labels: { gauge } }) as const),
];

/**
 * The counters of the gate's thread, in memory that the main thread reads. There is one writer, so nothing is locked;
 * what a reader sees is at most a moment old.
 */
export class MessageCounters {
  readonly buffer: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(buffer = new SharedArrayBuffer(MESSAGE_SERIES.length * 8)) {
    this.buffer = buffer;
    this.#values = new Float64Array(buffer);
  }

  passed(via: Via): void {
    this.#add('passed', VIAS.indexOf(via));
  }

  refused(check: CheckName, { shadow }: { shadow: boolean }): void {
    this.#add(shadow ? 'shadow' : 'refused', CHECK_NAMES.indexOf(check));
  }

  forwarded(outcome: Forwarding): void {
    this.#add('forwarded', FORWARDINGS.indexOf(outcome));
  }

  connection(event: ConnectionEvent): void {
    this.#add('connections', CONNECTION_EVENTS.indexOf(event));
  }

  receipt(event: ReceiptEvent): void {
    this.#add('receipts', RECEIPTS.indexOf(event));
  }

  records(event: (typeof RECORDS)[number], records: number): void {
    this.#add('records', RECORDS.indexOf(event), records);
  }

  told(event: (typeof PASSED)[number], texts: number): void {
    this.#add('told', PASSED.indexOf(event), texts);
  }

  setGauge(gauge: MessageGauge, value: number): void {
    this.#values[FIRST.get('gauges')! + GAUGES.indexOf(gauge)] = value;
  }

  /** A thread that died holds nothing. */
  clearGauges(): void {
    for (const gauge of GAUGES) this.setGauge(gauge, 0);
  }

  series(): (MessageSeries & { value: number })[] {
    return MESSAGE_SERIES.map((series, at) => ({ ...series, value: this.#values[at]! }));
  }

  #add(family: MessageSeries['family'], place: number, amount = 1): void {
    this.#values[FIRST.get(family)! + place]! += amount;
  }
}

const FIRST = new Map(
  [...new Set(MESSAGE_SERIES.map(({ family }) => family))].map((family) => [
    family,
    MESSAGE_SERIES.findIndex((series) => series.family === family),
  ]),
);
