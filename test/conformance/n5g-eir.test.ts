import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer } from '../../src/gates/equipment/answer.ts';
import { type N5gEirAnswer, N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { RESOURCE, TestN5gEir } from '../support/n5g-eir.ts';

const PEI = 'imei-352099001761481';

/** TS 29.571 type ProblemDetails: the members there are, none of them required. */
const PROBLEM_MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'cause', 'invalidParams'];

let answer: EquipmentAnswer = EQUIPMENT_ANSWER.allowed;
let gate: TestN5gEir;
let amf: N5gEirProbe;
before(async () => {
  gate = await TestN5gEir.open({}, { answer: () => answer });
  amf = await N5gEirProbe.connect({ apiRoot: gate.apiRoot });
});
after(async () => {
  await amf.close();
  await gate.server.close();
});

function ask(path: string, headers: Record<string, string> = {}): Promise<N5gEirAnswer> {
  return amf.request({ ':path': path, ...headers });
}

/** The parts of a problem that the standard fixes, after checking its form. */
function problem({ httpStatus, headers, body }: N5gEirAnswer): { status: number; cause?: string; param?: string } {
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal(Number(headers['content-length']), body.length);
  const details = JSON.parse(body) as { status: number; cause?: string; invalidParams?: { param: string }[] };
  assert.equal(details.status, httpStatus);
  assert.deepEqual(
    Object.keys(details).filter((member) => !PROBLEM_MEMBERS.includes(member)),
    [],
  );
  const [invalid] = details.invalidParams ?? [];
  return {
    status: httpStatus,
    ...(details.cause !== undefined && { cause: details.cause }),
    ...(invalid !== undefined && { param: invalid.param }),
  };
}

describe('TS 29.511 clause 5.2.2: EquipmentIdentityCheck', () => {
  for (const [name, status] of [
    ['allowed', 'WHITELISTED'],
    ['blocked', 'BLACKLISTED'],
    ['tracked', 'GREYLISTED'],
  ] as const) {
    it(`${name} equipment is 200 with ${status}, in a body of type EirResponseData`, async () => {
      answer = EQUIPMENT_ANSWER[name];
      const { httpStatus, headers, body } = await amf.check({ pei: PEI });
      assert.equal(httpStatus, 200);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(body, JSON.stringify({ status }));
    });
  }

  it('equipment that is not known is 404 with cause ERROR_EQUIPMENT_UNKNOWN', async () => {
    answer = EQUIPMENT_ANSWER.unknown;
    assert.deepEqual(problem(await amf.check({ pei: PEI })), { status: 404, cause: 'ERROR_EQUIPMENT_UNKNOWN' });
    answer = EQUIPMENT_ANSWER.allowed;
  });

  it('the checker is given device, subscriber and caller', async () => {
    await amf.check({ pei: 'imeisv-3520990017614800', supi: 'imsi-450970000000001' });
    assert.deepEqual(gate.asked.at(-1), { key: 35_209_900_176_148, imsi: '450970000000001', caller: '127.0.0.1' });
  });

  it('supported-features and gpsi are allowed and change nothing', async () => {
    const { status } = await ask(`${RESOURCE}?supported-features=0F&gpsi=msisdn-821012345678&pei=${PEI}`);
    assert.equal(status, 'WHITELISTED');
  });
});

describe('TS 29.571 type Pei: every non-empty text is legal', () => {
  for (const pei of [
    'mac-00-00-5E-00-53-00',
    'mac-00-00-5E-00-53-00-untrusted',
    'eui-00-00-5E-EF-10-00-00-00',
    'anything',
    '你好',
  ]) {
    it(`${pei} reaches the checker as equipment without an IMEI`, async () => {
      const { httpStatus } = await amf.check({ pei });
      assert.equal(httpStatus, 200);
      assert.equal(gate.asked.at(-1)!.key, -1);
    });
  }
});

describe('TS 29.500 table 5.2.7.2-1: protocol errors', () => {
  const cases = [
    ['pei missing', RESOURCE, 400, 'MANDATORY_QUERY_PARAM_MISSING', 'pei'],
    ['pei empty', `${RESOURCE}?pei=`, 400, 'MANDATORY_QUERY_PARAM_INCORRECT', 'pei'],
    ['pei repeated', `${RESOURCE}?pei=${PEI}&pei=${PEI}`, 400, 'MANDATORY_QUERY_PARAM_INCORRECT', 'pei'],
    ['supi repeated', `${RESOURCE}?pei=${PEI}&supi=a&supi=b`, 400, 'OPTIONAL_QUERY_PARAM_INCORRECT', 'supi'],
    ['another API', `/nudm-sdm/v2/x?pei=${PEI}`, 400, 'INVALID_API', undefined],
    ['another version', `/n5g-eir-eic/v2/equipment-status?pei=${PEI}`, 400, 'INVALID_API', undefined],
    ['another resource', `/n5g-eir-eic/v1/equipment?pei=${PEI}`, 404, 'RESOURCE_URI_STRUCTURE_NOT_FOUND', undefined],
  ] as const;
  for (const [name, path, status, cause, param] of cases) {
    it(`${name}: ${status} ${cause}`, async () => {
      const before = gate.count(cause);
      assert.deepEqual(problem(await ask(path)), { status, cause, ...(param !== undefined && { param }) });
      assert.equal(gate.count(cause), before + 1);
    });
  }

  it('a path above the limit: 414', async () => {
    assert.deepEqual(problem(await ask(`${RESOURCE}?pei=${'x'.repeat(2_048)}`)), { status: 414 });
  });

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'NONSENSE']) {
    it(`${method}: 405 with Allow (RFC 9110 clause 15.5.6)`, async () => {
      const answered = await ask(`${RESOURCE}?pei=${PEI}`, { ':method': method });
      assert.deepEqual(problem(answered), { status: 405 });
      assert.equal(answered.headers['allow'], 'GET');
    });
  }

  it('HEAD: 405 too, and as every answer to HEAD without a body', async () => {
    const { httpStatus, headers, body } = await ask(`${RESOURCE}?pei=${PEI}`, { ':method': 'HEAD' });
    assert.deepEqual([httpStatus, headers['allow'], body], [405, 'GET', '']);
  });

  it('a method is judged after the path: what is not there allows none', async () => {
    assert.equal((await ask('/x', { ':method': 'POST' })).httpStatus, 400);
  });

  it('an Accept header without JSON: 406 without a body', async () => {
    const { httpStatus, headers, body } = await ask(`${RESOURCE}?pei=${PEI}`, { accept: 'text/html' });
    assert.deepEqual([httpStatus, headers['content-type'], body], [406, undefined, '']);
    assert.equal((await ask(`${RESOURCE}?pei=${PEI}`, { accept: '*/*' })).httpStatus, 200);
  });
});

describe('TS 29.500 clause 5.2.3: custom headers', () => {
  it('are let pass, whatever they say', async () => {
    const headers = {
      '3gpp-sbi-message-priority': '0',
      '3gpp-sbi-sender-timestamp': 'Sun, 04 Aug 2019 08:49:37.845 GMT',
      '3gpp-sbi-max-rsp-time': '1',
      '3gpp-sbi-correlation-info': 'imsi-450970000000001',
      '3gpp-sbi-target-apiroot': 'http://eir.example',
      '3gpp-sbi-discovery-target-nf-type': '5G_EIR',
      '3gpp-sbi-client-credentials': 'x',
      'user-agent': 'AMF',
    };
    assert.equal((await ask(`${RESOURCE}?pei=${PEI}`, headers)).httpStatus, 200);
  });
});

describe('TS 29.501 clause 4.4: apiRoot with a path prefix', () => {
  it('is served under the prefix alone', async () => {
    const prefixed = await TestN5gEir.open({ pathPrefix: '/core-1' });
    const caller = await N5gEirProbe.connect({ apiRoot: `${prefixed.apiRoot}/core-1` });
    assert.equal((await caller.check({ pei: PEI })).status, 'WHITELISTED');
    assert.equal((await caller.request({ ':path': `${RESOURCE}?pei=${PEI}` })).cause, 'INVALID_API');
    await caller.close();
    await prefixed.server.close();
  });
});

describe('TS 29.500 clause 6.4: overload', () => {
  it('a thread that is behind says 503 NF_CONGESTION with Retry-After, until it has caught up', async () => {
    const clock = new HandClock();
    const busy = await TestN5gEir.open({}, { clock });
    const caller = await N5gEirProbe.connect({ apiRoot: busy.apiRoot });
    clock.advance(60_000);
    let answered = await caller.check({ pei: PEI });
    while (answered.httpStatus === 200) answered = await caller.check({ pei: PEI });
    assert.deepEqual(problem(answered), { status: 503, cause: 'NF_CONGESTION' });
    assert.equal(answered.headers['retry-after'], '1');
    while (answered.httpStatus === 503) answered = await caller.check({ pei: PEI });
    assert.equal(answered.status, 'WHITELISTED');
    await caller.close();
    await busy.server.close();
  });
});

describe('RFC 9113', () => {
  it('many requests on one connection are all answered', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => amf.check({ pei: PEI })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set(['WHITELISTED']));
  });
});
