import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publicCertificateText } from './sender-text.ts';

const VIEW = {
  certificate: 'KS-2026-000001',
  firm: '(주)누리',
  originator: '123456789',
  issuer: 'injeung',
  priority: 'normal',
  state: 'suspended',
  maySend: false,
  permille: 0,
  since: '2026-11-22T09:00:00.000Z',
  entries: [],
} as const;

describe('a certificate for anybody, as text', () => {
  it('says why it stands so', () => {
    assert.match(publicCertificateText({ ...VIEW, reason: 'spam' }), /^because of +spam$/m);
  });

  it('says nothing of a reason where there is none', () => {
    assert(!publicCertificateText(VIEW).includes('because of'));
  });
});
