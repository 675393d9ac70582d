import { Counter, Gauge, type Registry } from 'prom-client';
import type { MessageSeries } from './counters.ts';

const COUNTERS: Readonly<
  Record<Exclude<MessageSeries['family'], 'gauges'>, { name: string; help: string; label: string }>
> = {
  passed: {
    name: 'bongsu_messages_passed_total',
    help: 'Texts that passed the checks, by how they came',
    label: 'via',
  },
  refused: { name: 'bongsu_messages_refused_total', help: 'Texts refused, by the check', label: 'check' },
  shadow: {
    name: 'bongsu_messages_shadow_total',
    help: 'In shadow mode: texts that would have been refused, by the check',
    label: 'check',
  },
  forwarded: {
    name: 'bongsu_messages_forwarded_total',
    help: 'What became of passed texts at the message centres',
    label: 'outcome',
  },
  connections: {
    name: 'bongsu_messages_connection_events_total',
    help: 'What happened with firms’ connections and links to message centres',
    label: 'event',
  },
  receipts: { name: 'bongsu_messages_receipts_total', help: 'Receipts, by what became of them', label: 'event' },
  records: {
    name: 'bongsu_messages_records_total',
    help: 'Records of refused texts: written, or dropped',
    label: 'event',
  },
  told: {
    name: 'bongsu_messages_told_total',
    help: 'Passed texts told to the campaign watcher, or dropped because it was behind',
    label: 'event',
  },
};

const GAUGE = {
  name: 'bongsu_messages_now',
  help: 'Connections of firms, bound message centres, texts that wait for one, and texts whose receipt may come',
} as const;

/** Adds the message gate's metrics to a registry. They are read from the thread's memory when the registry is asked. */
export function registerMessageMetrics(
  registry: Registry,
  { read }: { read: () => readonly (MessageSeries & { value: number })[] },
): void {
  const registers = [registry];
  for (const [family, { name, help, label }] of Object.entries(COUNTERS)) {
    const counter = new Counter({ name, help, labelNames: [label], registers, collect });
    // The thread holds totals, and a Counter of prom-client can only be added to.
    function collect(): void {
      counter.reset();
      for (const series of read()) if (series.family === family) counter.inc(series.labels, series.value);
    }
  }
  void new Gauge({
    ...GAUGE,
    labelNames: ['gauge'],
    registers,
    collect() {
      for (const { family, labels, value } of read()) if (family === 'gauges') this.set(labels, value);
    },
  });
}
