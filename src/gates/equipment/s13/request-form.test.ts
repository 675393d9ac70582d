import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultOfHeader } from './request-form.ts';

const S13 = 16_777_252;
const cases: readonly { why: string; header: object; resultCode: number | undefined }[] = [
  { why: 'a watchdog', header: { command: 280, application: 0, flags: 0x80 }, resultCode: undefined },
  { why: 'an equipment check', header: { command: 324, application: S13, flags: 0xc0 }, resultCode: undefined },
  {
    why: 'one that may be sent again (T)',
    header: { command: 324, application: S13, flags: 0xd0 },
    resultCode: undefined,
  },
  {
    why: 'reserved bits, which are ignored',
    header: { command: 280, application: 0, flags: 0x8f },
    resultCode: undefined,
  },
  { why: 'another version', header: { version: 2, command: 280, application: 0, flags: 0x80 }, resultCode: 5011 },
  { why: 'R and E together', header: { command: 324, application: S13, flags: 0xe0 }, resultCode: 3008 },
  { why: 'an equipment check without P', header: { command: 324, application: S13, flags: 0x80 }, resultCode: 3008 },
  { why: 'a watchdog with P', header: { command: 280, application: 0, flags: 0xc0 }, resultCode: 3008 },
  { why: 'a command of S6a under S13', header: { command: 316, application: S13, flags: 0xc0 }, resultCode: 3001 },
  { why: 'a command unknown to the base', header: { command: 274, application: 0, flags: 0xc0 }, resultCode: 3001 },
  {
    why: 'an equipment check under S6a',
    header: { command: 324, application: 16_777_251, flags: 0xc0 },
    resultCode: 3007,
  },
  { why: 'an equipment check under the base', header: { command: 324, application: 0, flags: 0xc0 }, resultCode: 3001 },
];

describe('faultOfHeader', () => {
  for (const { why, header, resultCode } of cases) {
    it(`gives ${resultCode ?? 'nothing'} for ${why}`, () => {
      const whole = { version: 1, flags: 0, command: 0, application: 0, hopByHop: 0, endToEnd: 0, ...header };
      assert.equal(faultOfHeader(whole), resultCode);
    });
  }
});
