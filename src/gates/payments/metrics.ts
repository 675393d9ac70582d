import { Counter, type Registry } from 'prom-client';

/** What became of the records of payments that were not simply let pass. */
export class PaymentRecordCounts {
  readonly #counts = { written: 0, dropped: 0 };

  get all(): readonly (readonly [event: string, records: number])[] {
    return Object.entries(this.#counts);
  }

  add(event: 'written' | 'dropped', records: number): void {
    this.#counts[event] += records;
  }
}

/** Adds the payment gate's metrics to a registry. */
export function registerPaymentMetrics(registry: Registry, counts: PaymentRecordCounts): void {
  void new Counter({
    name: 'bongsu_payments_records_total',
    help: 'Records of payments that were refused, held or sent to a step-up: written, or dropped',
    labelNames: ['event'],
    registers: [registry],
    // The counts are totals, and a Counter of prom-client can only be added to.
    collect() {
      this.reset();
      for (const [event, records] of counts.all) this.inc({ event }, records);
    },
  });
}
