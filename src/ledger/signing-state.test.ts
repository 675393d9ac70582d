import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { signCheckpoint } from './checkpoint.ts';
import { EMPTY_ROOT, leafHash } from './merkle.ts';
import { generateLogKey } from './note-key.ts';
import { COPY_SIZE, SIGNED_NOTE_SIZE_MAX, SigningState } from './signing-state.ts';

const key = generateLogKey('log.hanbit.example/shared');
const { logKey } = key;

function noteOf(size: number, signer = key): string {
  const root = size === 0 ? EMPTY_ROOT : leafHash(Buffer.from(String(size)));
  return signCheckpoint({ origin: signer.name, size, root }, [signer]);
}

async function stateOf(folder: string, ...sizes: number[]): Promise<SigningState> {
  const state = await SigningState.create(folder, logKey, noteOf(0));
  for (const size of sizes) await state.advance(noteOf(size));
  return state;
}

test('a state that was never begun is none', (t) => {
  assert.equal(SigningState.open(temporaryFolder(t), logKey), undefined);
});

test('the last advance is what a later start finds', async (t) => {
  const folder = temporaryFolder(t);
  const state = await stateOf(folder);
  for (const size of [1, 2, 3, 4_000_000_000]) {
    await state.advance(noteOf(size));
    assert.equal(SigningState.open(folder, logKey)!.signed.note, noteOf(size));
    assert.equal(state.signed.size, size);
  }
});

test('a copy torn at any octet leaves the one before it in force', async (t) => {
  const folder = temporaryFolder(t);
  await stateOf(folder, 1, 2);
  const file = join(folder, 'signed-checkpoint');
  const whole = readFileSync(file);
  const written = whole.indexOf(0);
  for (let octet = 0; octet < written; octet++) {
    const torn = Buffer.from(whole);
    torn[octet]! ^= 0x01;
    writeFileSync(file, torn);
    assert.equal(SigningState.open(folder, logKey)!.signed.size, 1, `octet ${octet}`);
  }
  for (let kept = 0; kept < written; kept++) {
    const cut = Buffer.concat([whole.subarray(0, kept), Buffer.alloc(COPY_SIZE - kept), whole.subarray(COPY_SIZE)]);
    writeFileSync(file, cut);
    assert.equal(SigningState.open(folder, logKey)!.signed.size, 1, `cut at ${kept}`);
  }
});

test('a state with no whole copy is refused, never begun again', async (t) => {
  const folder = temporaryFolder(t);
  await stateOf(folder, 1);
  const file = join(folder, 'signed-checkpoint');
  for (const ruin of [() => writeFileSync(file, Buffer.alloc(2 * COPY_SIZE)), () => truncateSync(file, 0)]) {
    ruin();
    assert.throws(() => SigningState.open(folder, logKey), faultCode('LEDGER_SIGNING_STATE_UNREADABLE'));
  }
});

test('a state that another key signed is refused', async (t) => {
  const folder = temporaryFolder(t);
  await stateOf(folder, 1);
  const other = generateLogKey(key.name).logKey;
  assert.throws(() => SigningState.open(folder, other), faultCode('LEDGER_SIGNING_STATE_UNREADABLE'));
  const renamed = generateLogKey('log.other.example/shared').logKey;
  assert.throws(() => SigningState.open(folder, renamed), faultCode('LEDGER_SIGNING_STATE_UNREADABLE'));
});

test('an advance fails when somebody else moved the state', async (t) => {
  const folder = temporaryFolder(t);
  const state = await stateOf(folder, 1);
  const other = SigningState.open(folder, logKey)!;
  await other.advance(noteOf(2));
  await assert.rejects(state.advance(noteOf(3)), faultCode('LEDGER_SIGNING_STATE_CHANGED'));
  assert.equal(SigningState.open(folder, logKey)!.signed.size, 2);
});

test('an advance never goes back, and stores no note that does not verify', async (t) => {
  const state = await stateOf(temporaryFolder(t), 5);
  await assert.rejects(state.advance(noteOf(5)), { code: 'ERR_ASSERTION' });
  await assert.rejects(state.advance(noteOf(4)), { code: 'ERR_ASSERTION' });
  const other = generateLogKey(key.name);
  await assert.rejects(state.advance(noteOf(6, other)), faultCode('LEDGER_SIGNING_STATE_UNREADABLE'));
  assert.equal(state.signed.size, 5);
});

test('the largest note that fits is kept whole, and a larger one is refused', async (t) => {
  const nameSizeOf = (noteSize: number): string => {
    const overhead = Buffer.byteLength(noteOf(0)) - 2 * key.name.length;
    return 'n'.repeat((noteSize - overhead) / 2);
  };
  const overhead = Buffer.byteLength(noteOf(0)) % 2;
  const largest = SIGNED_NOTE_SIZE_MAX - ((SIGNED_NOTE_SIZE_MAX - overhead) % 2);
  const fits = generateLogKey(nameSizeOf(largest));
  const folder = temporaryFolder(t);
  await SigningState.create(folder, fits.logKey, noteOf(0, fits));
  assert.equal(SigningState.open(folder, fits.logKey)!.signed.origin, fits.name);
  const tooLarge = generateLogKey(nameSizeOf(largest + 2));
  await assert.rejects(SigningState.create(folder, tooLarge.logKey, noteOf(0, tooLarge)), { code: 'ERR_ASSERTION' });
});
