import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ImeiKey } from '../../src/identifiers/imei.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { type RunningGate, runGate } from '../support/equipment-gate.ts';

const STOLEN = 35_209_900_176_148 as ImeiKey;

describe('N5g-eir', () => {
  let running: RunningGate;
  let amf: N5gEirProbe;
  before(async () => {
    running = await runGate({ n5gEir: { port: 0 }, policy: {} });
    running.test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei: STOLEN }, reason: 'stolen' });
    amf = await N5gEirProbe.connect({ apiRoot: running.apiRoot });
  });
  after(async () => {
    await amf.close();
    await running.stop();
  });

  it('answers', async () => {
    const a = await amf.check({ pei: 'imei-352099001761481' });
    assert.equal(a.status, 'BLACKLISTED');
    const b = await amf.check({ pei: 'imei-352099001761491' });
    assert.equal(b.cause, 'ERROR_EQUIPMENT_UNKNOWN');
    console.log(a, b, running.gate.counters().filter(({ value }) => value > 0));
  });
});
