import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { EQUIPMENT_ANSWER } from './answer.ts';
import { GateCounters, sumCounters } from './counters.ts';
import { registerGateMetrics } from './metrics.ts';

describe('the counters of the gates', () => {
  it('are summed over threads, seen through the memory that is shared, and told as metrics', async () => {
    const first = new GateCounters();
    const second = new GateCounters();
    const inThread = new GateCounters(second.buffer);
    first.countCheck(0, EQUIPMENT_ANSWER.blocked);
    inThread.countCheck(0, EQUIPMENT_ANSWER.blocked);
    inThread.countCheck(1, EQUIPMENT_ANSWER.unknown);
    inThread.countVerdict(1, EQUIPMENT_ANSWER.tracked);
    inThread.s13.count('peerRefused');
    inThread.n5gEir.count('sessionFailed');
    inThread.n5gEir.countProblem('MANDATORY_QUERY_PARAM_MISSING');
    inThread.countRecords('dropped', 7);
    inThread.setGauge('n5g-eir connections', 3);
    const registry = new Registry();
    registerGateMetrics(registry, { read: () => sumCounters([first, second]) });
    // Asked twice: the totals of the threads are told, and are not added up.
    await registry.metrics();
    const lines = (await registry.metrics())
      .split('\n')
      .filter((line) => !line.startsWith('#') && !line.endsWith(' 0'));
    assert.deepEqual(
      lines.filter((line) => line !== ''),
      [
        'bongsu_gate_checks_total{gate="s13",answer="blocked"} 2',
        'bongsu_gate_checks_total{gate="n5g-eir",answer="unknown"} 1',
        'bongsu_gate_shadow_verdicts_total{gate="n5g-eir",answer="tracked"} 1',
        'bongsu_gate_s13_events_total{event="peerRefused"} 1',
        'bongsu_gate_n5g_eir_events_total{event="sessionFailed"} 1',
        'bongsu_gate_n5g_eir_problems_total{problem="MANDATORY_QUERY_PARAM_MISSING"} 1',
        'bongsu_gate_records_total{event="dropped"} 7',
        'bongsu_gate_connections{gate="n5g-eir"} 3',
      ],
    );
  });

  it('of a thread that died keep their totals and lose their gauges', () => {
    const counters = new GateCounters();
    counters.setGauge('records waiting', 5);
    counters.countRecords('written', 2);
    counters.clearGauges();
    const left = sumCounters([counters]).filter(({ value }) => value > 0);
    assert.deepEqual(
      left.map(({ family, value }) => [family, value]),
      [['records', 2]],
    );
  });
});
