import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosigned } from '../../test/support/cosigned.ts';
import { orThrow } from '../base/fault.ts';
import { signCheckpoint } from './checkpoint.ts';
import { generateWitnessKey } from './cosignature.ts';
import { GATHERED_MAX, GatheredCosignatures } from './gathered.ts';
import { generateLogKey } from './note-key.ts';
import { QuorumError } from './quorum.ts';

const key = generateLogKey('log.hanbit.example/shared');
const [one, other] = ['narae', 'duru'].map((name) => generateWitnessKey(`witness.${name}.example`));
const quorum = {
  witnesses: [one!, other!].map(({ name, witnessKey }) => ({ name, keys: [witnessKey] })),
  threshold: 2,
};

/** The log's checkpoint of a size, cosigned by one witness. */
function noteOf(size: number, witness = one!): Buffer {
  const note = signCheckpoint({ origin: key.name, size, root: Buffer.alloc(32, size) }, [key]);
  return Buffer.from(cosigned(note, witness, size));
}

test('two halves of a quorum are one, of one checkpoint and no other', () => {
  const gathered = new GatheredCosignatures(key.logKey);
  for (const note of [noteOf(1), noteOf(1), noteOf(2, other)]) {
    assert.ok(gathered.open(note, [quorum]) instanceof QuorumError);
  }
  const { size, cosignatures } = orThrow(gathered.open(noteOf(2), [quorum]));
  assert.deepEqual([size, cosignatures.length], [2, 2]);
});

test(`of ${GATHERED_MAX} checkpoints and no more, the largest, are cosignatures kept`, () => {
  const gathered = new GatheredCosignatures(key.logKey);
  for (let size = 1; size <= GATHERED_MAX + 1; size++) gathered.open(noteOf(size), [quorum]);
  assert.ok(gathered.open(noteOf(1, other), [quorum]) instanceof QuorumError);
  assert.equal(orThrow(gathered.open(noteOf(2, other), [quorum])).size, 2);
});
