import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { orThrow } from '../base/fault.ts';
import { signCheckpoint } from './checkpoint.ts';
import { type Equivocation, EQUIVOCATION_SIZE_MAX, verifyEquivocation } from './equivocation.ts';
import { Evidence, keptName, OVERRULED_KEPT_MAX } from './evidence.ts';
import { type LogVerifier, logVerifierOf } from './log-verifier.ts';
import { generateLogKey, type LogKey, type SigningKey } from './note-key.ts';

const key = generateLogKey('log.hanbit.example/shared');
const { logKey } = key;

/** A proof against these keys: two roots at one size. */
function proof(size = 1, [one, other = one]: readonly SigningKey[] = [key]): string {
  const notes = [one!, other!].map((signer, place) => {
    return signCheckpoint({ origin: signer.name, size, root: Buffer.alloc(32, place + 1) }, [signer]);
  });
  return `bongsu/equivocation@v1\n\n${notes.join('\n')}`;
}

function shown(text: string, verifier: LogVerifier = logKey): Equivocation {
  return orThrow(verifyEquivocation(Buffer.from(text), verifier));
}

function junk(number: number): string {
  return `\u2014 junk ${Buffer.alloc(5 + number, number).toString('base64')}\n`;
}

/** The log goes on under the last key from this size, which was settled on; the keys before are ended. */
function settledAt(size: number, keys: readonly SigningKey[]): LogVerifier {
  const root = Buffer.alloc(32, 9).toString('base64');
  const spans = keys.map(({ logKey: { vkey } }, place) =>
    place === 0 ? { vkey, fromSize: 0 } : { vkey, fromSize: size + 1, root },
  );
  return orThrow(logVerifierOf(spans.map((span, place) => (place === 0 ? { ...span, toSize: size + 1 } : span))));
}

function filesIn(folder: string): string[] {
  return readdirSync(join(folder, 'evidence')).toSorted();
}

test('a proof is kept once, and convicts until a person takes it away and starts anew', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  assert.equal(evidence.against(logKey), undefined);
  const { name, file, isNew } = await evidence.keep(shown(proof()), logKey);
  assert.ok(isNew);
  assert.equal(readFileSync(file, 'utf8'), proof());
  assert.deepEqual(
    evidence.proofs().map((kept) => [kept.name, kept.proof]),
    [[name, proof()]],
  );
  assert.equal((await evidence.keep(shown(proof()), logKey)).isNew, false);
  assert.deepEqual(
    [new Evidence(folder).against(logKey)?.name, new Evidence(folder).against(logKey)?.file],
    [name, file],
  );
  rmSync(join(folder, 'evidence'), { recursive: true });
  assert.equal(new Evidence(folder).against(logKey), undefined);
});

test('one proof that comes from several at once is kept once', async (t) => {
  const evidence = new Evidence(temporaryFolder(t));
  const kept = await Promise.all([1, 2, 3].map(() => evidence.keep(shown(proof()), logKey)));
  assert.deepEqual(
    kept.map(({ isNew }) => isNew),
    [true, false, false],
  );
});

test('however it is dressed up, one fact has one name and one file', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  const { name } = await evidence.keep(shown(proof() + junk(0)), logKey);
  for (let number = 1; number <= 100; number++) {
    const keeping = await evidence.keep(shown(proof() + junk(number)), logKey);
    assert.deepEqual([keeping.name, keeping.isNew], [name, false]);
  }
  assert.deepEqual(filesIn(folder), [`${name}.equivocation`]);
  assert.equal(evidence.against(logKey)?.proof, proof());
});

test('who stands convicted needs no second proof: it is told by which name the first is kept', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  const first = await evidence.keep(shown(proof(1)), logKey);
  for (let size = 2; size <= 80; size++) {
    const keeping = await evidence.keep(shown(proof(size)), logKey);
    assert.deepEqual([keptName(keeping), keeping.isNew], [first.name, false]);
  }
  assert.equal(filesIn(folder).length, 1);
});

test('each key that signed two trees has its proof, and two keys that contradict each other have one', async (t) => {
  const next = generateLogKey(key.name);
  const spans = [key, next].map((one) => ({ vkey: one.logKey.vkey, fromSize: 0 }));
  const both = orThrow(logVerifierOf(spans));
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  for (const keys of [[key, next], [key], [next]]) {
    assert.ok((await evidence.keep(shown(proof(3, keys), both), both)).isNew);
    assert.equal((await evidence.keep(shown(proof(4, keys), both), both)).isNew, false);
  }
  assert.equal(filesIn(folder).length, 3);
  for (const one of [key, next]) {
    assert.equal(evidence.against(one.logKey)?.name, shown(proof(3, [one]), both).name);
  }
});

test('a proof under the key of now finds room, whatever was kept before a settlement; after a restart too', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  const next = generateLogKey(key.name);
  const settled = settledAt(100, [key, next]);
  let now: LogVerifier = logKey;
  const governed: LogVerifier = {
    name: key.name,
    at: (size) => now.at(size),
    get settled() {
      return now.settled;
    },
  };
  for (let number = 0; number < 70; number++) await evidence.keep(shown(proof(7) + junk(number)), governed);
  assert.ok(evidence.against(governed));
  now = settled;
  assert.equal(evidence.against(governed), undefined);
  const again = shown(proof(120, [next]), governed);
  const keeping = await evidence.keep(again, governed);
  assert.deepEqual([keeping.name, keeping.isNew], [again.name, true]);
  for (const one of [evidence, new Evidence(folder)]) assert.equal(one.against(governed)?.name, again.name);
  // What was settled is kept, for who asks the old key.
  assert.ok(new Evidence(folder).against(logKey));
});

test('of what convicts nobody any more as much as the limit is kept, and of one more the oldest gives way', async (t) => {
  const folder = temporaryFolder(t);
  const former = Array.from({ length: OVERRULED_KEPT_MAX + 1 }, () => generateLogKey(key.name));
  const names: string[] = [];
  for (const [place, one] of former.entries()) {
    const { name, file } = await new Evidence(folder).keep(shown(proof(1, [one]), one.logKey), one.logKey);
    names.push(name);
    utimesSync(file, 1_000 + place, 1_000 + place);
  }
  const limit = former.at(-1)!.logKey;
  assert.equal(filesIn(folder).length, OVERRULED_KEPT_MAX + 1);
  assert.ok(new Evidence(folder).against(limit));
  const { name } = await new Evidence(folder).keep(shown(proof()), logKey);
  assert.deepEqual(filesIn(folder), [...names.slice(1), name].map((one) => `${one}.equivocation`).toSorted());
  assert.ok(new Evidence(folder).against(logKey));
});

test('what another key signed, what is no proof, and what is larger than any, convicts nobody', async (t) => {
  const folder = temporaryFolder(t);
  const stranger = generateLogKey(key.name);
  const { file } = await new Evidence(folder).keep(shown(proof(1, [stranger]), stranger.logKey), stranger.logKey);
  assert.equal(new Evidence(folder).against(logKey), undefined);
  writeFileSync(file, proof() + junk(EQUIVOCATION_SIZE_MAX));
  assert.deepEqual(new Evidence(folder).proofs(), []);
  writeFileSync(file, 'rotten');
  assert.deepEqual(new Evidence(folder).proofs(), []);
  writeFileSync(file, proof());
  assert.ok(new Evidence(folder).against(logKey));
});

test('a file is read once, and a signature worked out once for as long as the keys are the same', async (t) => {
  const folder = temporaryFolder(t);
  const { file } = await new Evidence(folder).keep(shown(proof()), logKey);
  let verified = 0;
  const counting = (one: LogKey): LogKey => ({
    ...one,
    verifies: (text, signature) => ((verified += 1), one.verifies(text, signature)),
  });
  let now = counting(logKey);
  const governed: LogVerifier = { name: key.name, at: () => [now] };
  const evidence = new Evidence(folder);
  rmSync(file);
  assert.ok(evidence.against(governed));
  const once = verified;
  for (let asked = 0; asked < 100; asked++) assert.ok(evidence.against(governed));
  assert.equal(verified, once);
  now = counting(generateLogKey(key.name).logKey);
  assert.equal(evidence.against(governed), undefined);
  now = counting(logKey);
  assert.ok(evidence.against(governed));
  assert.equal(verified, once * 2);
});

test('what the disk does not take convicts all the same, is told apart, and is written when it comes again', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  writeFileSync(join(folder, 'evidence'), 'in the way');
  const refused = await evidence.keep(shown(proof()), logKey);
  assert.ok(refused.isNew);
  assert.throws(() => keptName(refused), faultCode('EQUIVOCATION_NOT_KEPT'));
  assert.equal(evidence.against(logKey)?.proof, proof());
  rmSync(join(folder, 'evidence'));
  const keeping = await evidence.keep(shown(proof()), logKey);
  assert.deepEqual([keptName(keeping), keeping.isNew], [refused.name, false]);
  assert.ok(new Evidence(folder).against(logKey));
});
