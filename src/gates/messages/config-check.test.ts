import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messageConfig } from '../../../test/support/smpp-gate.ts';
import { checkMessageConfig, MessageConfigError } from './config-check.ts';

const CONFIG = messageConfig(1);
const [account] = CONFIG.accounts;
const [smsc] = CONFIG.smscs;

const HOSTILE = {
  MESSAGE_ACCOUNT_TWICE: { accounts: [account, { ...account, httpKeyHash: undefined }] },
  MESSAGE_KEY_TWICE: { accounts: [account, { ...account, systemId: 'another' }] },
  MESSAGE_CENTRE_TWICE: { smscs: [smsc, smsc] },
  MESSAGE_CENTRE_UNKNOWN: { accounts: [{ ...account, smscs: ['centre', 'nowhere'] }] },
};

for (const [code, change] of Object.entries(HOSTILE)) {
  it(`refuses a configuration that is wrong in itself: ${code}`, () => {
    const config = { ...CONFIG, ...change } as typeof CONFIG;
    assert.throws(
      () => checkMessageConfig(config),
      (error) => error instanceof MessageConfigError && error.facts.code === code,
    );
  });
}

it('takes a right one', () => checkMessageConfig(CONFIG));
