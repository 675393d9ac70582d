import assert from 'node:assert/strict';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { writeCapabilitiesExchangeRequest } from '../../src/wire/diameter/capabilities-exchange.ts';
import { writeDeviceWatchdogRequest } from '../../src/wire/diameter/device-watchdog.ts';
import { AVP, DISCONNECT_CAUSE } from '../../src/wire/diameter/dictionary.ts';
import { writeDisconnectPeerRequest } from '../../src/wire/diameter/disconnect-peer.ts';
import { readAnswerResult } from '../../src/wire/diameter/error-answer.ts';
import { FrameSplitter } from '../../src/wire/diameter/frame.ts';
import { readHeader } from '../../src/wire/diameter/header.ts';
import {
  type MeIdentityCheck,
  writeMeIdentityCheckRequest,
} from '../../src/wire/diameter/me-identity-check-request.ts';
import { MessageWriter } from '../../src/wire/diameter/message-writer.ts';
import { EQUIPMENT_ANSWER } from '../../src/gates/equipment/answer.ts';
import { type EquipmentRegister, EquipmentRequests } from '../../src/gates/equipment/s13/equipment-requests.ts';
import type { S13Event } from '../../src/gates/equipment/s13/events.ts';
import { Output } from '../../src/gates/equipment/s13/output.ts';
import { PeerTable } from '../../src/gates/equipment/s13/peers.ts';
import { PeerSession, type PeerSessionOptions } from '../../src/gates/equipment/s13/peer-session.ts';

const origin = { originHost: 'eir.epc.test', originRealm: 'epc.test' };
const capabilities = { ...origin, hostIpAddress: '127.0.0.1', productName: 'test' };
export const mme = { ...capabilities, originHost: 'mme.epc.test' };
const identifiers = { hopByHop: 5, endToEnd: 6 };
export const check: MeIdentityCheck = {
  sessionId: 's;1;1',
  originHost: mme.originHost,
  originRealm: mme.originRealm,
  destinationRealm: 'epc.test',
  imei: '35209900176148',
};

export function written(write: (writer: MessageWriter) => void): Buffer {
  const writer = new MessageWriter(16_384);
  write(writer);
  return Buffer.from(writer.written);
}

export const cer = (more: Partial<typeof mme> = {}) =>
  written((writer) => writeCapabilitiesExchangeRequest(writer, identifiers, { ...mme, ...more }));
export const dwr = written((writer) => writeDeviceWatchdogRequest(writer, identifiers, mme));
export const dpr = written((writer) => writeDisconnectPeerRequest(writer, identifiers, mme, DISCONNECT_CAUSE.busy));
export const ecr = (more: Partial<MeIdentityCheck> = {}) =>
  written((writer) => writeMeIdentityCheckRequest(writer, identifiers, { ...check, ...more }));

/** A session over a connection that only notes what is done to it. */
export function newSession(
  more: Partial<PeerSessionOptions> = {},
  peers = new PeerTable([{ originHost: 'MME.epc.test' }]),
) {
  const sent: Buffer[] = [];
  const events: S13Event[] = [];
  const asked: unknown[][] = [];
  const ends: string[] = [];
  /** The facts of the warnings in the log. */
  const told: { resultCode?: number; peer?: string }[] = [];
  const clock = new HandClock();
  const frames = new FrameSplitter((bytes, start, end) => sent.push(Buffer.from(bytes.subarray(start, end))));
  const checker = {
    check: (
      ...[gate, key, imsi, caller, unknown = EQUIPMENT_ANSWER.unknown]: Parameters<EquipmentRegister['check']>
    ) => {
      asked.push([gate, key, imsi, caller]);
      return key === 35_209_900_176_148 ? EQUIPMENT_ANSWER.blocked : unknown;
    },
  };
  const session = new PeerSession(
    {
      capabilities,
      isSecure: false,
      isCertifiedAs: () => true,
      watchdogMs: 30_000,
      requestsPerSecondMax: 1_000,
      connectionsPerPeerMax: 2,
      ...more,
    },
    {
      requests: new EquipmentRequests(origin, { checker }),
      peers,
      output: new Output(),
      transport: {
        send: (bytes) => {
          frames.push(Buffer.from(bytes));
          return true;
        },
        end: () => void ends.push('end'),
        reset: () => void ends.push('reset'),
      },
      clock,
      random: () => 0.5,
      log: { ...silentLog, warn: (facts) => void told.push(facts) },
      counters: { count: (event) => void events.push(event) },
      onOpen: () => void ends.push('open'),
    },
  );
  const results = () => sent.map((message) => readAnswerResult(message, 0, message.length).resultCode);
  return { session, sent, events, asked, ends, told, clock, results };
}

export function openSession(more: Partial<PeerSessionOptions> = {}, peers?: PeerTable) {
  const harness = newSession(more, peers);
  harness.session.receive(cer());
  assert.deepEqual([harness.session.state, harness.results()], ['open', [2001]]);
  harness.sent.length = 0;
  return harness;
}

export function bare(command: number, flags: number): Buffer {
  return written((writer) => writer.begin({ ...readHeader(dwr, 0), command, flags }).end());
}

/** An ECR with the least AVPs, Destination-Realm excepted, and more. */
export function withAvps(more: (writer: MessageWriter) => void): Buffer {
  return written((writer) => {
    writer.begin(readHeader(ecr(), 0)).text(AVP.sessionId, 's').number(AVP.authSessionState, 1);
    writer.text(AVP.originHost, 'a').text(AVP.originRealm, 'b').octets(AVP.terminalInformation, new Uint8Array(0));
    more(writer);
    writer.end();
  });
}
