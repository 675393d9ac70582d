import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../src/base/fault.ts';
import {
  readCapabilitiesExchangeAnswer,
  readCapabilitiesExchangeRequest,
  writeCapabilitiesExchangeAnswer,
  writeCapabilitiesExchangeRequest,
} from '../../src/wire/diameter/capabilities-exchange.ts';
import { writeDeviceWatchdogAnswer, writeDeviceWatchdogRequest } from '../../src/wire/diameter/device-watchdog.ts';
import { RESULT_CODE } from '../../src/wire/diameter/dictionary.ts';
import {
  readDisconnectPeerRequest,
  writeDisconnectPeerAnswer,
  writeDisconnectPeerRequest,
} from '../../src/wire/diameter/disconnect-peer.ts';
import { type Refusal, readAnswerResult, writeErrorAnswer } from '../../src/wire/diameter/error-answer.ts';
import { readHeader } from '../../src/wire/diameter/header.ts';
import {
  EQUIPMENT_OUTCOME,
  type EquipmentOutcome,
  MeIdentityCheckAnswers,
  readMeIdentityCheckAnswer,
} from '../../src/wire/diameter/me-identity-check-answer.ts';
import {
  MeIdentityCheckRequest,
  writeMeIdentityCheckRequest,
} from '../../src/wire/diameter/me-identity-check-request.ts';
import { MessageWriter } from '../../src/wire/diameter/message-writer.ts';
import { readS13Vectors, s13Vector } from '../support/s13.ts';

const eir = { originHost: 'eir.epc.test', originRealm: 'epc.test' };
const mme = { originHost: 'mme.epc.test', originRealm: 'epc.test' };
const common = { hostIpAddress: '127.0.0.1', productName: 'bongsu-test' };
const answers = new MeIdentityCheckAnswers(eir);
const check = {
  sessionId: 'mme.test;1;1',
  ...mme,
  destinationRealm: 'epc.test',
  imei: '35209900176148',
  softwareVersion: '23',
  userName: '001010123456789',
};

function hex(write: (writer: MessageWriter) => void): string {
  const writer = new MessageWriter(4_096);
  write(writer);
  return writer.written.toString('hex');
}

function received(name: string) {
  const bytes = s13Vector(name);
  return { header: readHeader(bytes, 0), bytes, start: 0, end: bytes.length };
}

const identifiersOf = (name: string) => {
  const { hopByHop, endToEnd } = received(name).header;
  return { hopByHop, endToEnd };
};

function read(name: string): MeIdentityCheckRequest {
  const { bytes, end } = received(name);
  const request = new MeIdentityCheckRequest({ ownHost: eir.originHost });
  assert.equal(request.read(bytes, 0, end), undefined, name);
  return request;
}

function faultOf(name: string) {
  const { bytes, end } = received(name);
  const fault = new MeIdentityCheckRequest({ ownHost: eir.originHost }).read(bytes, 0, end);
  assert(fault !== undefined, name);
  return fault;
}

const answered = (name: string, outcome: EquipmentOutcome) =>
  hex((writer) => answers.write(writer, read(name), outcome));
const refused = (name: string, refusal: Refusal) =>
  hex((writer) => writeErrorAnswer(writer, received(name), refusal, eir));

/** Each vector as our writers write it. The malformed ones are not to be written. */
const WRITTEN: Readonly<Record<string, () => string>> = {
  CER: () => hex((w) => writeCapabilitiesExchangeRequest(w, identifiersOf('CER'), { ...mme, ...common })),
  CEA: () =>
    hex((w) => writeCapabilitiesExchangeAnswer(w, received('CER'), RESULT_CODE.success, { ...eir, ...common })),
  CEA_5010: () =>
    hex((w) => writeCapabilitiesExchangeAnswer(w, { ...received('CEA_5010') }, 5010, { ...eir, ...common })),
  DWR: () => hex((w) => writeDeviceWatchdogRequest(w, identifiersOf('DWR'), mme)),
  DWA: () => hex((w) => writeDeviceWatchdogAnswer(w, received('DWR').header, eir)),
  DPR: () => hex((w) => writeDisconnectPeerRequest(w, identifiersOf('DPR'), mme, 0)),
  DPA: () => hex((w) => writeDisconnectPeerAnswer(w, received('DPR').header, eir)),
  ECR: () => hex((w) => writeMeIdentityCheckRequest(w, identifiersOf('ECR'), check)),
  ECR_IMEI15: () => {
    const { softwareVersion: _, userName: __, ...rest } = check;
    const ask = { ...rest, imei: '352099001761481' };
    return hex((w) => writeMeIdentityCheckRequest(w, identifiersOf('ECR_IMEI15'), ask));
  },
  ECA_WHITE: () => answered('ECR', EQUIPMENT_OUTCOME.whitelisted),
  ECA_BLACK: () => answered('ECR', EQUIPMENT_OUTCOME.blacklisted),
  ECA_GREY: () => answered('ECR', EQUIPMENT_OUTCOME.greylisted),
  ECA_RELAYED: () => answered('ECR_RELAYED', EQUIPMENT_OUTCOME.blacklisted),
  ECA_5001: () => refused('ECR_UNKNOWN_M', faultOf('ECR_UNKNOWN_M')),
  ECA_5005: () => refused('ECR_NO_TI', faultOf('ECR_NO_TI')),
  ERR_3001: () => refused('ULR_WRONG_CMD', RESULT_CODE.commandUnsupported),
};

describe('the S13 vectors', () => {
  it('are all there', () => assert.equal(readS13Vectors().size, 27));

  for (const [name, write] of Object.entries(WRITTEN)) {
    it(`are written octet by octet: ${name}`, () => assert.equal(write(), s13Vector(name).toString('hex')));
  }

  it('are written octet by octet: ECA_UNKNOWN, which answers another ECR', () => {
    const request = received('ECR').bytes;
    s13Vector('ECA_UNKNOWN').copy(request, 12, 12, 20);
    const asked = new MeIdentityCheckRequest({ ownHost: eir.originHost });
    assert.equal(asked.read(request, 0, request.length), undefined);
    const written = hex((writer) => answers.write(writer, asked, EQUIPMENT_OUTCOME.unknown));
    assert.equal(written, s13Vector('ECA_UNKNOWN').toString('hex'));
  });

  for (const [name, userName, version] of [
    ['ECR', '001010123456789', '23'],
    ['ECR_IMEI15', '', ''],
    ['ECR_RELAYED', '001010123456789', '23'],
    ['ECR_DRMP_T', '', '23'],
  ] as const) {
    it(`are read: ${name}`, () => {
      const request = read(name);
      const text = (start: number, end: number) => (start === 0 ? '' : request.bytes.toString('utf8', start, end));
      assert.equal(text(request.imeiStart, request.imeiEnd).slice(0, 14), '35209900176148');
      assert.equal(text(request.userNameStart, request.userNameEnd), userName);
      assert.equal(text(request.softwareVersionStart, request.softwareVersionEnd), version);
      assert.equal(request.hasProxyInfo, name === 'ECR_RELAYED');
    });
  }

  for (const [name, code, avpCode] of [
    ['ECR_UNKNOWN_M', 'DIAMETER_AVP_UNSUPPORTED', 9_999],
    ['ECR_NO_TI', 'DIAMETER_AVP_MISSING', 1_401],
    ['ECR_BAD_LEN', 'DIAMETER_AVP_LENGTH', 1_402],
    ['ECR_ZERO_LEN', 'DIAMETER_AVP_LENGTH', 277],
  ] as const) {
    it(`are refused: ${name} with ${code}`, () => {
      const { facts } = faultOf(name);
      assert.deepEqual([facts.code, facts.avpCode], [code, avpCode]);
    });
  }

  it('are read: the exchange of capabilities', () => {
    for (const [name, host, applications] of [
      ['CER', 'mme.epc.test', [16_777_252]],
      ['CER_RELAY', 'dra.epc.test', [0xffff_ffff]],
    ] as const) {
      const { bytes, end } = received(name);
      const request = readCapabilitiesExchangeRequest(bytes, 0, end);
      assert(!(request instanceof Fault));
      assert.deepEqual([request.originHost, request.applications], [host, applications]);
    }
    for (const [name, resultCode] of [
      ['CEA', 2001],
      ['CEA_5010', 5010],
    ] as const) {
      const { bytes, end } = received(name);
      const answer = readCapabilitiesExchangeAnswer(bytes, 0, end);
      assert(!(answer instanceof Fault));
      assert.equal(answer.resultCode, resultCode);
    }
    assert.equal(readDisconnectPeerRequest(received('DPR').bytes, 0, received('DPR').end), 0);
  });

  for (const [name, resultCode, experimentalResultCode, outcome] of [
    ['ECA_WHITE', 2001, undefined, 0],
    ['ECA_BLACK', 2001, undefined, 1],
    ['ECA_GREY', 2001, undefined, 2],
    ['ECA_UNKNOWN', undefined, 5422, 3],
    ['ECA_RELAYED', 2001, undefined, 1],
    ['ECA_5001', 5001, undefined, undefined],
    ['ECA_5005', 5005, undefined, undefined],
    ['ERR_3001', 3001, undefined, undefined],
  ] as const) {
    it(`are read: ${name}`, () => {
      const { bytes, end } = received(name);
      const result = { resultCode, experimentalResultCode };
      assert.deepEqual(readAnswerResult(bytes, 0, end), result);
      assert.deepEqual(readMeIdentityCheckAnswer(bytes, 0, end), { ...result, outcome });
    });
  }
});
