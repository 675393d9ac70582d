import assert from 'node:assert/strict';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer } from '../../src/gates/equipment/answer.ts';
import { GateCounters, sumCounters } from '../../src/gates/equipment/counters.ts';
import { N5gEirServer } from '../../src/gates/equipment/n5g-eir/server.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';

export const RESOURCE = '/n5g-eir-eic/v1/equipment-status';
export const PATH = `${RESOURCE}?pei=imei-352099001761481`;

/** What the checker was asked. */
export interface Asked {
  readonly key: number;
  readonly imsi: string;
  readonly caller: string;
}

/** The N5g-eir server in the test's own thread, on a free port, before a checker that gives one answer. */
export class TestN5gEir {
  readonly server: N5gEirServer;
  readonly counters: GateCounters;
  readonly asked: Asked[];

  private constructor(server: N5gEirServer, counters: GateCounters, asked: Asked[]) {
    this.server = server;
    this.counters = counters;
    this.asked = asked;
  }

  static async open(
    config: object = {},
    {
      clock = systemClock,
      answer = () => EQUIPMENT_ANSWER.allowed,
    }: { clock?: Clock; answer?: () => EquipmentAnswer } = {},
  ): Promise<TestN5gEir> {
    const counters = new GateCounters();
    const asked: Asked[] = [];
    const checker = {
      check(_gate: string, key: number, imsi: string, caller: string) {
        asked.push({ key, imsi, caller });
        return answer();
      },
    };
    const server = await N5gEirServer.open(
      { config: { host: '127.0.0.1', port: 0, pathPrefix: '', ...config }, threads: 1 },
      { checker, clock, counters: counters.n5gEir, log: silentLog },
    );
    return new TestN5gEir(server, counters, asked);
  }

  get port(): number {
    return this.server.address.port;
  }

  get apiRoot(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whatever one caller did, another is served. */
  async assertServes(): Promise<void> {
    const amf = await N5gEirProbe.connect({ apiRoot: this.apiRoot });
    let answer = await amf.check({ pei: 'imei-352099001761481' });
    // To a gate whose clock a test moved far, it seems that its own timer came late: a beat later that is over.
    while (answer.cause === 'NF_CONGESTION') answer = await amf.check({ pei: 'imei-352099001761481' });
    assert.equal(answer.status, 'WHITELISTED');
    await amf.close();
  }

  /** Waits until every connection is gone: the gate hears of an end a moment after its caller. */
  async happened(event: string): Promise<void> {
    while (this.server.connections > 0) await new Promise(setImmediate);
    assert.equal(this.count(event), 1);
  }

  /** How often something was counted: an event or a problem. */
  count(name: string): number {
    const series = sumCounters([this.counters]).find(
      ({ family, labels }) => family.startsWith('n5gEir') && Object.values(labels).includes(name),
    );
    return series!.value;
  }
}
