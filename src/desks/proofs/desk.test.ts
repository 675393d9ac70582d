import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { Fault } from '../../base/fault.ts';
import { decodeOwnEntry } from '../../statements/own-entry.ts';
import { type FileForm, ProofDesk, REFERENCE_LENGTH_MAX } from './desk.ts';

const SHA256 = 'ab'.repeat(32);
const FORM: FileForm = { sha256: SHA256, size: 12, reference: 'C-2026-000001' };

describeOnEngines('the desk of proofs', (engine) => {
  async function desk() {
    const parts = deskOn(await engine.openStore());
    const proofs = new ProofDesk({
      decisions: parts.decisions,
      makeReceipt: (index) => Promise.resolve(`receipt ${index}`),
      makeProof: (index) => Promise.resolve(`proof ${index}`),
      stateAnchor: () => Promise.resolve({ index: 4, ownSize: 9, timeMs: 0 }),
    });
    return { ...parts, proofs };
  }

  it('seals a digest in the own log, once for each key', async () => {
    const { proofs, own } = await desk();
    const request = { ...AGENT, idempotency: { key: 'k', requestHash: 'h' } };
    const answer = await proofs.seal(FORM, request);
    assert.deepEqual(answer, { sha256: SHA256, size: 12, entry: { member: 'hanbit', index: 0 } });
    assert.deepEqual(await proofs.seal(FORM, request), answer);
    assert.equal(own.size, 1);
    const { subject, sha256, size } = decodeOwnEntry(own.entries[0]!);
    assert.equal(subject, 'evidence:C-2026-000001');
    assert.equal(Buffer.from(sha256).toString('hex'), SHA256);
    assert.equal(size, 12);
  });

  it('writes down who was given what', async () => {
    const { proofs, decisions } = await desk();
    assert.deepEqual(await proofs.receipt(7, AGENT), { member: 'hanbit', index: 7, receipt: 'receipt 7' });
    assert.deepEqual(await proofs.prove(8, AGENT), { index: 8, proof: 'proof 8' });
    assert.deepEqual(await proofs.anchor(AGENT), { index: 4, ownSize: 9 });
    const rows = await decisions.store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.deepEqual(
      rows.map(({ action, detail, actor }) => [action, detail, actor]),
      [
        ['receipt.given', '{"index":7}', AGENT.actor],
        ['proof.made', '{"index":8}', AGENT.actor],
        ['anchor.stated', '{"index":4,"ownSize":9}', AGENT.actor],
      ],
    );
  });

  it('takes the longest reference, and not one character more', async () => {
    const { proofs } = await desk();
    await proofs.seal({ ...FORM, reference: 'r'.repeat(REFERENCE_LENGTH_MAX) }, AGENT);
    assert.equal(
      fieldOf(() => proofs.seal({ ...FORM, reference: 'r'.repeat(REFERENCE_LENGTH_MAX + 1) }, AGENT)),
      'reference',
    );
  });

  it('refuses what is no hash and no size', async () => {
    const { proofs, own } = await desk();
    for (const sha256 of ['', 'ab', SHA256.toUpperCase(), `${SHA256}\n`]) {
      assert.equal(
        fieldOf(() => proofs.seal({ ...FORM, sha256 }, AGENT)),
        'sha256',
      );
    }
    for (const size of [0, -1, 0.5, 2 ** 53]) {
      assert.equal(
        fieldOf(() => proofs.seal({ ...FORM, size }, AGENT)),
        'size',
      );
    }
    assert.equal(own.size, 0);
  });
});

function fieldOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Fault && error.facts['field'];
  }
}
