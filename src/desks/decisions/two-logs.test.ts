import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { AGENT, deskOn } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { decodePlainEntry } from '../../ledger/entry.ts';
import type { Decision } from './decision.ts';

const SHA256 = createHash('sha256').update('evidence').digest();
const SEALED = { kind: 'digest.sealed', subject: 'evidence:1', sha256: SHA256, size: 8 } as const;

/** A decision that states to all and seals for itself. */
function stateAndSeal(decision: Decision): Promise<{ case: string; stated: object; sealed: object }> {
  return Promise.resolve({
    case: 'C-2026-000001',
    stated: { entry: decision.state({ kind: 'gate.opened' }) },
    sealed: { entry: decision.seal(SEALED) },
  });
}

describeOnEngines('a decision for both logs of a member', (engine) => {
  it('is answered with the place in each', async () => {
    const { decisions, log, own } = deskOn(await engine.openStore());
    const answer = await decisions.decide<object>(AGENT, stateAndSeal);
    const first = { entry: { member: 'hanbit', index: 0 } };
    assert.deepEqual(answer, { case: 'C-2026-000001', stated: first, sealed: first });
    assert.deepEqual([log.size, own.size], [1, 1]);
    const { kind, body } = decodePlainEntry(own.entries[0]!);
    assert.equal(kind, 'digest.sealed');
    assert.deepEqual(body, { subject: 'evidence:1', sha256: new Uint8Array(SHA256), size: 8 });
  });

  for (const failing of ['log', 'own'] as const) {
    for (const failure of ['before', 'after', 'until recovery'] as const) {
      it(`stands once in each, when the ${failing === 'log' ? 'shared' : 'own'} log fails ${failure}`, async () => {
        const { decisions, log, own, open } = deskOn(await engine.openStore());
        (failing === 'log' ? log : own).failure = failure;
        await assert.rejects(decisions.decide(AGENT, stateAndSeal), /STATEMENT_PENDING/);
        const { decisions: next } = open();
        await next.resume();
        next.close();
        assert.deepEqual([log.size, own.size], [1, 1]);
      });
    }
  }
});
