import type { TextRecord } from '../../src/records/text-record.ts';

/** A text of a suspended firm, refused at noon. */
export const REFUSED_TEXT: TextRecord = {
  timeMs: Date.UTC(2026, 10, 22, 12),
  via: 'smpp',
  account: 'saessak',
  certificate: 'KS-2026-000001',
  from: '01012345678',
  fingerprint: '00112233aabbccdd',
  check: 'not-suspended',
  reason: 'SENDER_SUSPENDED',
  shadow: false,
  entries: [['injeung', 2]],
};
