import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import { parsePei } from './pei.ts';

describe('a PEI (TS 29.571)', () => {
  it('names a device by IMEI or IMEISV', () => {
    const imei = orThrow(parsePei('imei-352099001761481'));
    assert.ok(imei.kind === 'imei');
    assert.equal(imei.imei.key, 35209900176148);
    const imeisv = orThrow(parsePei('imeisv-3520990017614823'));
    assert.ok(imeisv.kind === 'imeisv');
    assert.equal(imeisv.imei.softwareVersion, '23');
  });

  for (const [text, pei] of [
    ['mac-00-00-5E-00-53-AF', { kind: 'mac', mac: '00-00-5e-00-53-af', trusted: true }],
    ['mac-00-00-5e-00-53-af-untrusted', { kind: 'mac', mac: '00-00-5e-00-53-af', trusted: false }],
    ['eui-00-00-5e-ef-10-00-00-00', { kind: 'eui', eui: '00-00-5e-ef-10-00-00-00' }],
    ['imei-35209900176148', { kind: 'other' }],
    ['imei-3520990017614812', { kind: 'other' }],
    ['imeisv-352099001761481', { kind: 'other' }],
    ['imei-35209900176148x', { kind: 'other' }],
    ['IMEI-352099001761481', { kind: 'other' }],
    ['352099001761481', { kind: 'other' }],
    ['imei-352099001761481 ', { kind: 'other' }],
    ['mac-00-00-5e-00-53', { kind: 'other' }],
    ['mac-00-00-5e-00-53-af\n', { kind: 'other' }],
    ['imei-', { kind: 'other' }],
    [' ', { kind: 'other' }],
  ] as const) {
    it(`${JSON.stringify(text)} is ${pei.kind}`, () => assert.deepEqual(parsePei(text), pei));
  }

  it('is not empty', () => {
    const parsed = parsePei('');
    assert.ok(parsed instanceof Fault);
    assert.equal(parsed.facts.code, 'PEI_EMPTY');
  });

  it('is any other text, without a throw', () => {
    const near = fc
      .tuple(fc.constantFrom('imei-', 'imeisv-', 'mac-', 'eui-'), fc.string())
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), near), (text) => {
        assert.ok(!(parsePei(text) instanceof Fault));
      }),
    );
  });
});
