import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../base/fault.ts';
import { parsePei } from '../../../identifiers/pei.ts';
import type { N5gEirProblem } from './events.ts';
import { EquipmentStatusRequest, PATH_LENGTH_MAX } from './request.ts';

const ROOT = '/n5g-eir-eic/v1/equipment-status';
const PEI = 'imei-352099001761481';
const KEY = 35_209_900_176_148;

/** What a path asks, or why it is refused. */
function read(path: string, prefix = ''): { key: number; imsi: string } | N5gEirProblem {
  const request = new EquipmentStatusRequest({ prefix });
  const start = request.readPath(path);
  if (typeof start !== 'number') return start;
  return request.readQuery(path, start) ?? { key: request.key, imsi: request.imsi };
}

function readQuery(query: string) {
  return read(`${ROOT}?${query}`);
}

describe('the path of an N5g-eir request', () => {
  it('is the one resource, with a prefix where one is configured', () => {
    assert.deepEqual(read(`${ROOT}?pei=${PEI}`), { key: KEY, imsi: '' });
    assert.deepEqual(read(`/core-1/b${ROOT}?pei=${PEI}`, '/core-1/b'), { key: KEY, imsi: '' });
    assert.equal(read(`/core-1${ROOT}?pei=${PEI}`), 'INVALID_API');
    assert.equal(read(`${ROOT}?pei=${PEI}`, '/core-1'), 'INVALID_API');
  });

  it('may end in one slash, and may escape what needs no escape', () => {
    assert.deepEqual(read(`${ROOT}/?pei=${PEI}`), { key: KEY, imsi: '' });
    assert.deepEqual(read(`/n5g-eir-eic/v1/equipment%2Dstatus?pei=${PEI}`), { key: KEY, imsi: '' });
    assert.deepEqual(read(`/n5g%2deir-eic/%76%31/equipment-status/?pei=${PEI}`), { key: KEY, imsi: '' });
    assert.equal(read(`${ROOT}//?pei=${PEI}`), 'RESOURCE_URI_STRUCTURE_NOT_FOUND');
    assert.equal(read(`/n5g-eir-eic/v1%2Fequipment-status?pei=${PEI}`), 'INVALID_API');
  });

  for (const path of [
    '',
    '/',
    '*',
    '/n5g-eir-eic',
    '/n5g-eir-eic/',
    '/n5g-eir-eic/v2/equipment-status',
    '/N5G-EIR-EIC/v1/x',
    '/n5g-eir-eic/v12',
    '?pei=1',
    '//n5g-eir-eic/v1',
    '/%',
    '/%zz%2',
  ]) {
    it(`'${path}' is no API of ours`, () => assert.equal(read(path), 'INVALID_API'));
  }

  for (const path of [
    '',
    '/',
    '/equipment',
    '/equipment-statuses',
    '/equipment-status/imei-1',
    '/Equipment-Status',
    '?pei=1',
    '/equipment-status#a',
    '/../v1/equipment-status',
  ]) {
    it(`'${path}' is no resource of the API`, () =>
      assert.equal(read(`/n5g-eir-eic/v1${path}`), 'RESOURCE_URI_STRUCTURE_NOT_FOUND'));
  }

  it('may be as long as the limit and no longer', () => {
    const path = `${ROOT}?pei=${PEI}&x=`;
    assert.deepEqual(read(path.padEnd(PATH_LENGTH_MAX, 'y')), { key: KEY, imsi: '' });
    assert.equal(read(path.padEnd(PATH_LENGTH_MAX + 1, 'y')), 'URI_TOO_LONG');
  });
});

describe('the PEI of an N5g-eir request', () => {
  it('is missing without the parameter, and incorrect when it is empty', () => {
    assert.equal(read(ROOT), 'MANDATORY_QUERY_PARAM_MISSING');
    for (const query of ['', '&', 'x=1', 'PEI=a', `supi=imsi-450970000000001`, 'peix=1', 'xpei=1', '=pei']) {
      assert.equal(readQuery(query), 'MANDATORY_QUERY_PARAM_MISSING', query);
    }
    for (const query of ['pei=', 'pei', 'pei=&supi=imsi-45097', 'x=1&pei=', 'p%65i=', 'p%65i']) {
      assert.equal(readQuery(query), 'MANDATORY_QUERY_PARAM_INCORRECT', query);
    }
  });

  it('given twice is neither', () => {
    assert.equal(readQuery(`pei=${PEI}&pei=${PEI}`), 'MANDATORY_QUERY_PARAM_INCORRECT');
    assert.equal(readQuery(`pei=${PEI}&p%65i=imei-000000000000000`), 'MANDATORY_QUERY_PARAM_INCORRECT');
  });

  it('names one device in all its forms', () => {
    const forms = [
      'imei-352099001761481',
      'imei-352099001761480',
      'imeisv-3520990017614800',
      'imeisv-3520990017614899',
    ];
    for (const pei of forms) assert.deepEqual(readQuery(`pei=${pei}`), { key: KEY, imsi: '' }, pei);
  });

  it('may be escaped, in name and in value, and stand anywhere', () => {
    const escaped = Array.from(Buffer.from(PEI), (octet) => `%${octet.toString(16)}`).join('');
    for (const query of [`pei=${escaped}`, `p%65i=imei%2D352099001761481`, `a=b&&pei=${PEI}&`, `%=1&pei=${PEI}`]) {
      assert.deepEqual(readQuery(query), { key: KEY, imsi: '' }, query);
    }
    assert.equal(readQuery('pei=imei-%'), 'MANDATORY_QUERY_PARAM_INCORRECT');
    assert.equal(readQuery('pei=%ff'), 'MANDATORY_QUERY_PARAM_INCORRECT');
  });

  it('is legal and no device where it is of another kind', () => {
    const others = [
      'mac-00-00-5E-00-53-00',
      'mac-00-00-5E-00-53-00-untrusted',
      'eui-00-00-5E-EF-10-00-00-00',
      'imei-35209900176148',
      'imei-35209900176148a',
      'imei-3520990017614811',
      'imeisv-352099001761480',
      'imeisv-35209900176148:0',
      'IMEI-352099001761481',
      'imei-',
      'x',
      'imei-%33%35',
      '%E4%BD%A0',
    ];
    for (const pei of others) assert.deepEqual(readQuery(`pei=${pei}`), { key: -1, imsi: '' }, pei);
  });

  it('is read as the identifiers room reads it, whatever it is', () => {
    const digits = fc.stringMatching(/^[0-9]{13,17}$/);
    const pei = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      digits.map((text) => `imei-${text}`),
      digits.map((text) => `imeisv-${text}`),
    );
    const property = fc.property(pei, fc.boolean(), (text, escapeAll) => {
      const parsed = parsePei(text);
      assert(!(parsed instanceof Fault));
      const key = parsed.kind === 'imei' || parsed.kind === 'imeisv' ? parsed.imei.key : -1;
      const escaped = escapeAll
        ? [...Buffer.from(text)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')
        : encodeURIComponent(text);
      assert.deepEqual(readQuery(`pei=${escaped}`), { key, imsi: '' });
    });
    fc.assert(property);
  });
});

describe('the SUPI of an N5g-eir request', () => {
  it('gives the IMSI, before the PEI or after it, escaped or not', () => {
    const expected = { key: KEY, imsi: '450970000000001' };
    for (const supi of ['supi=imsi-450970000000001', 'supi=imsi%2d45097000000000%31', 's%75pi=imsi-450970000000001']) {
      assert.deepEqual(readQuery(`${supi}&pei=${PEI}`), expected);
      assert.deepEqual(readQuery(`pei=${PEI}&${supi}&gpsi=msisdn-821012345678`), expected);
    }
  });

  it('of another kind, empty or wrong says nothing, and the device is judged all the same', () => {
    const others = [
      '',
      'nai-user@example.org',
      'gci-1',
      'gli-1',
      'imsi-',
      'imsi-4509',
      'imsi-4509700000000012',
      'imsi-45097x',
      '%',
      '%ff',
      'x',
    ];
    for (const supi of others) assert.deepEqual(readQuery(`pei=${PEI}&supi=${supi}`), { key: KEY, imsi: '' }, supi);
    assert.deepEqual(readQuery(`pei=${PEI}&supi`), { key: KEY, imsi: '' });
    assert.deepEqual(readQuery(`pei=${PEI}&supi=imsi-45097`), { key: KEY, imsi: '45097' });
  });

  it('given twice could mean either subscriber, and is refused', () => {
    assert.equal(readQuery(`pei=${PEI}&supi=imsi-45097&supi=imsi-45098`), 'OPTIONAL_QUERY_PARAM_INCORRECT');
  });
});

describe('hostile paths', () => {
  it('are refused or read, and never throw, and leave nothing behind for the next request', () => {
    const request = new EquipmentStatusRequest({ prefix: '' });
    const junk = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[%&=?/a-z0-9-]{0,60}$/).map((text) => `${ROOT}?${text}`),
    );
    const property = fc.property(junk, (path) => {
      const start = request.readPath(path);
      if (typeof start === 'number') request.readQuery(path, start);
      const next = `${ROOT}?pei=x`;
      assert.equal(request.readQuery(next, request.readPath(next) as number), undefined);
      assert.deepEqual([request.key, request.imsi], [-1, '']);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('cut at every place give an answer each', () => {
    const path = `${ROOT}?pei=${PEI}&supi=imsi-450970000000001`;
    for (let cut = 0; cut <= path.length; cut++) {
      const result = read(path.slice(0, cut));
      if (cut < '/n5g-eir-eic/v1'.length) assert.equal(result, 'INVALID_API');
      else if (cut < ROOT.length) assert.equal(result, 'RESOURCE_URI_STRUCTURE_NOT_FOUND');
      else if (cut < `${ROOT}?pei`.length) assert.equal(result, 'MANDATORY_QUERY_PARAM_MISSING');
      else if (cut <= `${ROOT}?pei=`.length) assert.equal(result, 'MANDATORY_QUERY_PARAM_INCORRECT');
      else assert.equal(typeof result, 'object');
    }
  });
});
