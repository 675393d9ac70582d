import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import { type DeviceTarget, deviceTargetText, parseDeviceTarget } from './device-target.ts';
import { IMEI_KEYS, type ImeiKey, SERIALS_PER_TAC, type Tac } from './imei.ts';

const tac = fc.nat(IMEI_KEYS / SERIALS_PER_TAC - 1).map((tac) => tac as Tac);
const serial = fc.nat(SERIALS_PER_TAC - 1);
const targets: fc.Arbitrary<DeviceTarget> = fc.oneof(
  fc.nat(IMEI_KEYS - 1).map((imei) => ({ kind: 'imei', imei: imei as ImeiKey }) as const),
  tac.map((tac) => ({ kind: 'tac', tac }) as const),
  fc.tuple(tac, serial, serial).map(([tac, one, other]) => ({
    kind: 'range' as const,
    from: (tac * SERIALS_PER_TAC + Math.min(one, other)) as ImeiKey,
    to: (tac * SERIALS_PER_TAC + Math.max(one, other)) as ImeiKey,
  })),
);

describe('a target', () => {
  it('is read back as it was written', () => {
    fc.assert(fc.property(targets, (target) => assert.deepEqual(parseDeviceTarget(deviceTargetText(target)), target)));
  });

  it('may be one device, and a whole TAC as a range', () => {
    const range = { from: '35209900000000', to: '35209900999999' };
    assert.deepEqual(deviceTargetText(orThrow(parseDeviceTarget(range))), range);
    const one = { from: '35209900000000', to: '352099000000001' };
    assert.deepEqual(orThrow(parseDeviceTarget(one)), { kind: 'range', from: 35209900000000, to: 35209900000000 });
  });

  for (const [why, text, code] of [
    ['nothing', {}, 'TARGET_MISSING'],
    ['two at once', { imei: '35209900176148', tac: '35209900' }, 'TARGET_MISSING'],
    ['a range and a TAC', { from: '35209900000000', to: '35209900000001', tac: '35209900' }, 'TARGET_MISSING'],
    ['one end', { from: '35209900000000' }, 'TARGET_MISSING'],
    ['a number', { imei: 35209900176148 }, 'TARGET_MISSING'],
    ['null', { imei: null }, 'TARGET_MISSING'],
    ['a short IMEI', { imei: '3520990017614' }, 'IMEI_LENGTH'],
    ['a TAC of 7 digits', { tac: '3520990' }, 'TAC_NOT_8_DIGITS'],
    ['an end before the beginning', { from: '35209900000001', to: '35209900000000' }, 'RANGE_REVERSED'],
    ['two TACs', { from: '35209900999999', to: '35209901000000' }, 'RANGE_SPANS_TACS'],
    ['a bad beginning', { from: 'x', to: '35209901000000' }, 'IMEI_LENGTH'],
    ['a bad end', { from: '35209901000000', to: '3520990100000x' }, 'IMEI_NOT_DIGITS'],
  ] as const) {
    it(`is refused: ${why}`, () => {
      const parsed = parseDeviceTarget(text);
      assert.ok(parsed instanceof Fault);
      assert.equal(parsed.facts.code, code);
    });
  }

  it('is read without a throw, whatever is given', () => {
    const fields = fc.record(
      { imei: fc.anything(), tac: fc.anything(), from: fc.anything(), to: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(fields, (text) => void parseDeviceTarget(text)));
  });
});
