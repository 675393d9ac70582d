import { Counter, Gauge, type Registry } from 'prom-client';
import type { Series } from './counters.ts';

type Family = Exclude<Series['family'], 'gauges'>;

const COUNTERS: Readonly<Record<Family, { name: string; help: string; labelNames: readonly string[] }>> = {
  checks: {
    name: 'bongsu_gate_checks_total',
    help: 'Equipment checks answered, by gate and by the answer the network was given',
    labelNames: ['gate', 'answer'],
  },
  verdicts: {
    name: 'bongsu_gate_shadow_verdicts_total',
    help: 'In shadow mode: what the network would have been told',
    labelNames: ['gate', 'answer'],
  },
  s13Events: { name: 'bongsu_gate_s13_events_total', help: 'What happened with Diameter peers', labelNames: ['event'] },
  n5gEirEvents: {
    name: 'bongsu_gate_n5g_eir_events_total',
    help: 'What happened with HTTP/2 connections',
    labelNames: ['event'],
  },
  n5gEirProblems: {
    name: 'bongsu_gate_n5g_eir_problems_total',
    help: 'N5g-eir requests refused, by the cause that was given',
    labelNames: ['problem'],
  },
  records: {
    name: 'bongsu_gate_records_total',
    help: 'Records of refused and tracked devices: written to disk, or dropped because too many waited',
    labelNames: ['event'],
  },
};

const GAUGES: Readonly<Record<string, { name: string; help: string; labels: Record<string, string> }>> = {
  's13 connections': { name: 'bongsu_gate_connections', help: 'Connections open', labels: { gate: 's13' } },
  'n5g-eir connections': { name: 'bongsu_gate_connections', help: 'Connections open', labels: { gate: 'n5g-eir' } },
  'records waiting': { name: 'bongsu_gate_records_waiting', help: 'Records not yet written to disk', labels: {} },
};

/** Adds the gates' metrics to a registry. They are read from the threads' memory when the registry is asked. */
export function registerGateMetrics(
  registry: Registry,
  { read }: { read: () => readonly (Series & { value: number })[] },
): void {
  for (const [family, { name, help, labelNames }] of Object.entries(COUNTERS)) {
    const counter = new Counter({ name, help, labelNames: [...labelNames], registers: [registry], collect });
    // The threads hold totals, and a Counter of prom-client can only be added to.
    function collect(): void {
      counter.reset();
      for (const series of read()) if (series.family === family) counter.inc(series.labels, series.value);
    }
  }
  for (const name of new Set(Object.values(GAUGES).map((gauge) => gauge.name))) registerGauge(registry, name, read);
}

function registerGauge(registry: Registry, name: string, read: () => readonly (Series & { value: number })[]): void {
  const members = Object.entries(GAUGES).filter(([, gauge]) => gauge.name === name);
  const [, { help, labels }] = members[0]!;
  const gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry], collect });
  function collect(): void {
    for (const series of read()) {
      const [, member] = members.find(([key]) => key === series.labels['gauge']) ?? [];
      if (member !== undefined) gauge.set(member.labels, series.value);
    }
  }
}
