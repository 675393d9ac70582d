import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstFinding } from '../../base/named-checks.ts';
import type { SenderStanding } from '../../standing/senders.ts';
import { Accounts } from './account.ts';
import { type Attempt, BIND_CHECKS, SENDER_CHECKS } from './sender-checks.ts';

const CERTIFICATE = 'KS-2026-000001';
const STANDING: SenderStanding = {
  certificate: CERTIFICATE,
  issuer: 'injeung',
  firm: 'A firm',
  originator: '301200001',
  priority: 'normal',
  state: 'certified',
  permille: 1_000,
  sinceMs: 0,
  entries: [{ member: 'injeung', index: 0 }],
};

function attempt(change: Partial<Attempt> = {}): Attempt {
  const accounts = new Accounts({
    accounts: [{ systemId: 'firm', certificate: CERTIFICATE, ratePerSecond: 2, connectionsMax: 1 }],
    own: { ratePerSecond: 1 },
  });
  return {
    account: accounts.bySystemId('firm')!,
    standing: STANDING,
    originator: STANDING.originator,
    number: { customer: 'customer-1', entry: { member: 'injeung', index: 1 } },
    customer: undefined,
    nowMs: 1_000,
    steadyMs: 1_000,
    ...change,
  };
}

const found = (change: Partial<Attempt>) => firstFinding(SENDER_CHECKS, attempt(change), undefined)?.verdict;

describe('the checks of a text', () => {
  it('have nothing against a good one', () => assert.equal(found({}), undefined));

  it('let a certificate hold until the moment it expires', () => {
    assert.equal(found({ standing: { ...STANDING, validUntilMs: 1_001 } }), undefined);
    assert.equal(found({ standing: { ...STANDING, validUntilMs: 1_000 } }), 'SENDER_CERTIFICATE_EXPIRED');
  });

  it('tell the gravest thing first', () => {
    const everything = { originator: undefined, number: undefined, customer: 'customer-2' };
    assert.equal(found({ ...everything, standing: undefined }), 'SENDER_NOT_CERTIFIED');
    assert.equal(found({ ...everything, standing: { ...STANDING, state: 'suspended' } }), 'SENDER_SUSPENDED');
    assert.equal(found({ ...everything, standing: { ...STANDING, state: 'cancelled' } }), 'SENDER_CANCELLED');
    assert.equal(found(everything), 'TEXT_ORIGINATOR_MISSING');
    assert.equal(found({ ...everything, originator: '301200002' }), 'TEXT_ORIGINATOR_FOREIGN');
    assert.equal(found({ number: undefined, customer: 'customer-2' }), 'TEXT_NUMBER_UNREGISTERED');
    assert.equal(found({ customer: 'customer-2' }), 'TEXT_NUMBER_OF_OTHER_CUSTOMER');
  });

  it('take nothing of the rate for a text that another check refuses', () => {
    const text = attempt();
    for (let time = 0; time < 5; time++) firstFinding(SENDER_CHECKS, { ...text, originator: undefined }, undefined);
    const verdicts = [1, 2, 3].map(() => firstFinding(SENDER_CHECKS, text, undefined)?.verdict);
    assert.deepEqual(verdicts, [undefined, undefined, 'TEXT_RATE_EXCEEDED']);
  });

  it('ask at a bind for the certificate alone', () => {
    assert.deepEqual(
      BIND_CHECKS.map(({ name }) => name),
      ['certified', 'not-suspended'],
    );
  });
});
