import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EVIDENCE_SIZE_MAX, keepEvidence } from './sealing.ts';

it(`keeps a file of ${EVIDENCE_SIZE_MAX} octets, and none that is larger`, async () => {
  const kept: number[] = [];
  const files = {
    keep: (octets: Uint8Array) => {
      kept.push(octets.length);
      return Promise.resolve('0'.repeat(64));
    },
  };
  const largest = new Uint8Array(EVIDENCE_SIZE_MAX + 1);
  await keepEvidence(largest.subarray(1), files);
  await assert.rejects(keepEvidence(largest, files), {
    facts: { code: 'EVIDENCE_TOO_LARGE', size: EVIDENCE_SIZE_MAX + 1, sizeMax: EVIDENCE_SIZE_MAX },
  });
  assert.deepEqual(kept, [EVIDENCE_SIZE_MAX]);
});
