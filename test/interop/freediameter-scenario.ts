import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { S13Probe } from '../../src/probes/s13.ts';
import { AVP, COMMAND } from '../../src/wire/diameter/dictionary.ts';
import { readAnswerResult } from '../../src/wire/diameter/error-answer.ts';
import { writeMeIdentityCheckRequest } from '../../src/wire/diameter/me-identity-check-request.ts';
import { FreeDiameter, RELAY_ADDRESS } from '../support/freediameter.ts';
import { type RunningGate, startS13Gate } from '../support/s13.ts';
import { S13Tap } from '../support/s13-tap.ts';

const CHECKS = 5_000;
/** A name of its own for each run: freeDiameter remembers peers that went away without a word. */
const run = process.pid;
const names = { relay: `dra${run}.epc.test`, mme: `mme${run}.epc.test`, gate: `eir${run}.epc.test`, realm: 'epc.test' };

/* Run by freediameter.test.ts, where there is no network but loopback. */

/** One freeDiameter is both: a peer that connects to the gate by itself, and the relay between an MME and the gate. */
describe('freeDiameter', { timeout: 60_000 }, () => {
  let gate: RunningGate;
  let tap: S13Tap;
  let relay: FreeDiameter;
  let mme: S13Probe;

  before(async () => {
    const peers = [{ originHost: names.relay }];
    const config = { originHost: names.gate, originRealm: names.realm, peers, watchdogSeconds: 6 };
    // The least jitter, so that the gate asks before the relay does: each is put off by the other's messages.
    gate = await startS13Gate(config, {}, { random: () => 0 });
    tap = await S13Tap.open(gate.server.address.port);
    const address = { identity: names.gate, port: tap.port };
    relay = await FreeDiameter.start({ identity: names.relay, realm: names.realm, gate: address, mme: names.mme });
    await tap.find('gate', COMMAND.capabilitiesExchange, false);
    await relay.logged(`'STATE_OPEN'\t'${names.gate}'`);
  });
  after(async () => {
    mme?.destroy();
    await relay?.stop();
    tap?.close();
    await gate?.server.close();
  });

  it('exchanges capabilities with the gate as a peer', async () => {
    const answer = await tap.find('gate', COMMAND.capabilitiesExchange, false);
    assert.equal(readAnswerResult(answer.bytes, 0, answer.bytes.length).resultCode, 2001);
    assert(gate.events.includes('peerOpened'));
  });

  it('relays an MME’s checks to the gate, and every answer back', async () => {
    mme = await S13Probe.connect({
      host: RELAY_ADDRESS,
      port: relay.port,
      originHost: names.mme,
      originRealm: names.realm,
    });
    const devices = [
      { imei: '352099001761481', outcome: 1 },
      { imei: '49015420323751', softwareVersion: '07', outcome: 2 },
      { imei: '35693803564380', imsi: '450080123456789', outcome: 0 },
      { imei: '35693803564381', outcome: 3 },
    ];
    const checks = Array.from({ length: CHECKS }, (_, place) => devices[place % devices.length]!);
    const answers = await mme.checkAll(checks, { window: 64 });
    assert.deepEqual(
      answers.map(({ outcome }) => outcome),
      checks.map(({ outcome }) => outcome),
    );
    assert.equal(gate.asked.length, CHECKS);
    assert.deepEqual(gate.asked[2]?.slice(1), ['450080123456789', names.mme]);
  });

  it('relays error answers of both forms', async () => {
    const check = { sessionId: 's', originHost: names.mme, originRealm: names.realm, destinationRealm: names.realm };
    const ask = async (
      more: { destinationHost?: string; imei?: string },
      unknown = false,
    ): Promise<number | undefined> => {
      const answer = await mme.request((writer, identifiers) => {
        writeMeIdentityCheckRequest(writer, identifiers, { ...check, ...more });
        // An AVP that freeDiameter knows and S13 does not forbid, but twice: the relay lets it pass.
        if (unknown) writer.text(AVP.userName, '1').text(AVP.userName, '2').end();
      });
      return readAnswerResult(answer, 0, answer.length).resultCode;
    };
    assert.equal(await ask({ imei: '352099001761481' }, true), 5009);
    assert.equal(await ask({ imei: '352099001761481', destinationHost: names.gate }), 2001);
  });

  it('answers the gate’s watchdog', async () => {
    const request = await tap.find('gate', COMMAND.deviceWatchdog, true);
    const answer = await tap.find('peer', COMMAND.deviceWatchdog, false);
    assert.equal(answer.header.hopByHop, request.header.hopByHop);
    assert(!gate.events.includes('watchdogLost'));
  });

  it('takes the gate’s DPR on a planned stop', async () => {
    const closed = gate.server.close();
    const request = await tap.find('gate', COMMAND.disconnectPeer, true);
    const answer = await tap.find('peer', COMMAND.disconnectPeer, false);
    assert.equal(answer.header.hopByHop, request.header.hopByHop);
    assert.equal(readAnswerResult(answer.bytes, 0, answer.bytes.length).resultCode, 2001);
    await closed;
    assert.equal(gate.server.connections, 0);
  });
});

describe('freeDiameter with a gate that has nothing to ask', { timeout: 30_000 }, () => {
  it('is answered its watchdog, and its DPR when it stops', async () => {
    const own = { relay: `dra${run}b.epc.test`, gate: `eir${run}b.epc.test` };
    const gate = await startS13Gate({ originHost: own.gate, peers: [{ originHost: own.relay }] });
    const tap = await S13Tap.open(gate.server.address.port);
    const address = { identity: own.gate, port: tap.port };
    const relay = await FreeDiameter.start({ identity: own.relay, realm: 'epc.test', gate: address, mme: names.mme });
    await tap.find('gate', COMMAND.capabilitiesExchange, false);
    const asked = await tap.find('peer', COMMAND.deviceWatchdog, true);
    const answered = await tap.find('gate', COMMAND.deviceWatchdog, false);
    assert.equal(answered.header.hopByHop, asked.header.hopByHop);
    await relay.stop();
    const request = await tap.find('peer', COMMAND.disconnectPeer, true);
    const answer = await tap.find('gate', COMMAND.disconnectPeer, false);
    assert.equal(answer.header.hopByHop, request.header.hopByHop);
    assert.equal(gate.events.includes('streamBroken'), false);
    tap.close();
    await gate.server.close();
  });
});
