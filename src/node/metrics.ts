import { Gauge, Counter, Registry } from 'prom-client';
import type { EquipmentGate } from '../gates/equipment/gate.ts';
import { registerGateMetrics } from '../gates/equipment/metrics.ts';
import type { Health } from './health.ts';
import type { StandingKeeper } from './standing-keeper.ts';

export interface MetricsSources {
  readonly health: () => Health;
  readonly keeper: StandingKeeper;
  readonly gate: EquipmentGate | undefined;
  /** Requests to the API that were refused for want of a right, by HTTP status. */
  readonly refused: () => Readonly<Record<string, number>>;
}

/** Everything a node tells Prometheus. Each value is read when it is asked for. */
export function createMetrics({ health, keeper, gate, refused }: MetricsSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  // The values live elsewhere, so a metric has nothing to do with itself but to be registered.
  void new Gauge({
    name: 'bongsu_log_entries',
    help: 'Entries of each log, as far as this node has verified it',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, size } of health().logs) this.set({ member: name }, size);
    },
  });
  void new Gauge({
    name: 'bongsu_followed_age_seconds',
    help: 'Since when a followed log was last found to be current; absent until it was',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, ageSeconds } of health().logs)
        if (ageSeconds !== undefined) this.set({ member: name }, ageSeconds);
    },
  });
  void new Gauge({
    name: 'bongsu_followed_fault',
    help: '1 while following that log fails, by the code of the fault',
    labelNames: ['member', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { name, fault } of health().logs) if (fault !== undefined) this.set({ member: name, code: fault }, 1);
    },
  });
  void new Gauge({
    name: 'bongsu_governance_fault',
    help: '1 while something keeps this node from what is new in the governance log, by its code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset();
      const { fault } = health().governance;
      if (fault !== undefined) this.set({ code: fault }, 1);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_log_entries',
    help: 'Entries of each log that standing rests on',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, foldedSize } of health().logs) this.set({ member: name }, foldedSize);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_settled_entries',
    help: 'Entries of each log that have all taken effect, those that let something through among them',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, settledSize } of health().logs) this.set({ member: name }, settledSize);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_waiting',
    help: 'Statements that let something through and wait until witnesses have seen them',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, waiting } of health().logs) this.set({ member: name }, waiting);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_quarantined',
    help: 'Statements beyond the budget of their member that nobody has confirmed or struck',
    labelNames: ['member'],
    registers,
    collect() {
      for (const { name, quarantined } of health().logs) this.set({ member: name }, quarantined);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_statements',
    help: 'Statements in force, by what they are about',
    labelNames: ['about'],
    registers,
    collect() {
      const { devices, ranges, pairings, releasesAhead } = keeper.standing.sizes();
      for (const [about, value] of Object.entries({ devices, ranges, pairings, releasesAhead }))
        this.set({ about }, value);
    },
  });
  void new Gauge({
    name: 'bongsu_standing_bytes',
    help: 'Memory of the index of standing',
    registers,
    collect() {
      this.set(keeper.standing.sizes().bytes);
    },
  });
  void new Counter({
    name: 'bongsu_standing_entries_skipped_total',
    help: 'Entries that were taken without effect since the node started, by why',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, value] of Object.entries(keeper.skipped)) this.inc({ reason }, value);
    },
  });
  void new Counter({
    name: 'bongsu_portal_refused_total',
    help: 'Requests to the API that were refused for want of a token or of a right, by HTTP status',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const [status, value] of Object.entries(refused())) this.inc({ status }, value);
    },
  });
  if (gate !== undefined) registerGateMetrics(registry, { read: () => gate.counters() });
  return registry;
}
