import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { faultCode } from '../../test/support/ledger.ts';
import { leavesOf, noteOfLeaves, requestFor, rootOfLeaves } from '../../test/support/trees.ts';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { type WitnessUnderTest, witnessOf } from '../../test/support/witness.ts';
import { HandClock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { openCheckpoint } from './checkpoint.ts';
import { cosignedAtMs, generateWitnessKey, parseWitnessSigningKey } from './cosignature.ts';
import { verifyEquivocation } from './equivocation.ts';
import { type LogVerifier, logVerifierOf } from './log-verifier.ts';
import { signNote } from './note.ts';
import { generateLogKey, parseLogKey } from './note-key.ts';
import { PROOF_HASHES_MAX } from './proof.ts';
import { WITNESS_WAITING_MAX, type Witness } from './witness.ts';
import { WITNESS_REQUEST_SIZE_MAX } from './witness-request.ts';
import { originHash } from './witness-state.ts';

const key = generateLogKey('log.hanbit.example/shared');
const stranger = generateLogKey('log.sakura.example/shared');
const ours = leavesOf('ours', 20);
const theirs = leavesOf('theirs', 20, ours.slice(0, 4));
const HASH = Buffer.alloc(32, 7).toString('base64');

function ask({ witness }: WitnessUnderTest, leaves: readonly Buffer[], oldSize: number): Promise<string> {
  return witness.addCheckpoint(requestFor(leaves, oldSize, key));
}

function edited(body: Buffer, edit: (text: string) => string): Buffer {
  return Buffer.from(edit(body.toString('utf8')));
}

describe('a witness', () => {
  it('cosigns what continues the tree that it cosigned, and tells the time', async (t) => {
    const under = await witnessOf(t, [key.logKey]);
    for (const [oldSize, size] of [
      [0, 3],
      [3, 3],
      [3, 8],
      [8, 20],
    ] as const) {
      under.clock.advance(60_000);
      const leaves = ours.slice(0, size);
      const note = Buffer.from(noteOfLeaves(leaves, key) + (await ask(under, leaves, oldSize)));
      const { signatures } = orThrow(openCheckpoint(note, key.logKey, [under.key.witnessKey]));
      assert.equal(signatures.length, 2);
      assert.equal(cosignedAtMs(signatures[1]!), Math.floor(under.clock.nowMs() / 1000) * 1000);
      assert.equal(await under.witness.cosigned(originHash(key.name)), note.toString('utf8'));
    }
  });

  it('cosigns no more than was read here, where the log’s word alone is not enough', async (t) => {
    let read = 0;
    const under = await witnessOf(t, [key.logKey], { hasRead: async (_origin, { size }) => size <= read });
    await assert.rejects(ask(under, ours.slice(0, 3), 0), faultCode('WITNESS_NOT_READ'));
    read = 3;
    await ask(under, ours.slice(0, 3), 0);
    await assert.rejects(ask(under, ours.slice(0, 4), 3), faultCode('WITNESS_NOT_READ'));
    read = 4;
    await ask(under, ours.slice(0, 4), 3);
  });

  it('goes on from what is in force, where its last word was for a key that had none at that size', async (t) => {
    const next = generateLogKey(key.name);
    const before = { vkey: key.logKey.vkey, fromSize: 0 };
    let spans: Parameters<typeof logVerifierOf>[0] = [before];
    const logKey: LogVerifier = { name: key.name, at: (size) => orThrow(logVerifierOf(spans)).at(size) };
    const inForce = { size: 4, root: rootOfLeaves(ours.slice(0, 4)) };
    const under = await witnessOf(t, [logKey], { inForce: () => inForce });
    await ask(under, theirs.slice(0, 6), 0);
    spans = [
      { ...before, toSize: 5 },
      { vkey: next.logKey.vkey, fromSize: 5 },
    ];
    const later = ours.slice(0, 5);
    await assert.rejects(under.witness.addCheckpoint(requestFor(later, 5, next)), faultCode('WITNESS_OLD_SIZE_OTHER'));
    await under.witness.addCheckpoint(requestFor(later, 4, next));
  });

  it('answers the known request octet for octet', async (t) => {
    const known = ledgerVectors('log-of-three.json') as {
      vkey: string;
      checkpoint: string;
      checkpointWithCosignature: string;
    };
    const seed = Buffer.concat([Buffer.of(4), Buffer.alloc(32, 2)]).toString('base64');
    const witnessKey = orThrow(parseWitnessSigningKey(`PRIVATE+KEY+witness.example/w1+df1c0a35+${seed}`));
    const clock = new HandClock(1_700_000_000_000);
    const { witness } = await witnessOf(t, [orThrow(parseLogKey(known.vkey))], { key: witnessKey, clock });
    const lines = await witness.addCheckpoint(Buffer.from(`old 0\n\n${known.checkpoint}`));
    assert.equal(known.checkpoint + lines, known.checkpointWithCosignature);
  });

  it('signs with each of its keys while one is exchanged for the next, and goes on after a restart', async (t) => {
    const first = await witnessOf(t, [key.logKey]);
    await ask(first, ours.slice(0, 5), 0);
    await first.witness.close();
    const again = await witnessOf(t, [key.logKey], {
      folder: first.folder,
      key: generateWitnessKey('witness.narae.example'),
    });
    await assert.rejects(ask(again, ours.slice(0, 5), 0), faultCode('WITNESS_OLD_SIZE_OTHER'));
    assert.ok(await ask(again, ours.slice(0, 9), 5));
  });

  it('knows logs by their keys at each size', async (t) => {
    const next = generateLogKey(key.name);
    const spans = [
      { vkey: key.logKey.vkey, fromSize: 0, toSize: 8 },
      { vkey: next.logKey.vkey, fromSize: 6 },
    ];
    const { witness } = await witnessOf(t, [orThrow(logVerifierOf(spans))]);
    await witness.addCheckpoint(requestFor(ours.slice(0, 5), 0, key));
    await assert.rejects(witness.addCheckpoint(requestFor(ours.slice(0, 5), 5, next)), faultCode('WITNESS_NOT_SIGNED'));
    await witness.addCheckpoint(requestFor(ours.slice(0, 7), 5, key));
    await witness.addCheckpoint(requestFor(ours.slice(0, 7), 7, next));
    await assert.rejects(witness.addCheckpoint(requestFor(ours.slice(0, 8), 7, key)), faultCode('WITNESS_NOT_SIGNED'));
    await witness.addCheckpoint(requestFor(ours.slice(0, 9), 7, next));
  });
});

describe('a witness refuses', () => {
  const good = requestFor(ours.slice(0, 9), 5, key);
  const wrongRoot = signNote(`${key.name}\n0\n${HASH}\n`, [key]);
  const cases: readonly (readonly [why: string, body: Buffer, code: string])[] = [
    ['nothing', Buffer.alloc(0), 'WITNESS_REQUEST_MALFORMED'],
    ['octets of no meaning', Buffer.alloc(5000, 0xff), 'WITNESS_REQUEST_MALFORMED'],
    ['no checkpoint', Buffer.from('old 5\n\n'), 'WITNESS_REQUEST_MALFORMED'],
    ['a checkpoint alone', Buffer.from(noteOfLeaves(ours, key)), 'WITNESS_REQUEST_MALFORMED'],
    ['another log', requestFor(ours, 5, stranger), 'WITNESS_ORIGIN_UNKNOWN'],
    [
      'another log before anything else',
      edited(requestFor(ours, 5, stranger), (text) => text.replace('old 5', 'new')),
      'WITNESS_ORIGIN_UNKNOWN',
    ],
    ['a stranger’s signature', requestFor(ours, 5, generateLogKey(key.name)), 'WITNESS_NOT_SIGNED'],
    ['a signature over another text', edited(good, (text) => text.replace('\n9\n', '\n10\n')), 'WITNESS_NOT_SIGNED'],
    [
      'a stranger’s signature before a malformed size',
      edited(requestFor(ours, 5, generateLogKey(key.name)), (text) => text.replace('old 5', 'old 05')),
      'WITNESS_NOT_SIGNED',
    ],
    [
      'an old size with a leading zero',
      edited(good, (text) => text.replace('old 5', 'old 05')),
      'WITNESS_REQUEST_MALFORMED',
    ],
    ['a negative old size', edited(good, (text) => text.replace('old 5', 'old -5')), 'WITNESS_REQUEST_MALFORMED'],
    [
      'an old size past 2^53',
      edited(good, (text) => text.replace('old 5', 'old 9007199254740992')),
      'WITNESS_REQUEST_MALFORMED',
    ],
    ['no old size', edited(good, (text) => text.replace('old 5\n', '')), 'WITNESS_REQUEST_MALFORMED'],
    [
      'a hash that is none',
      edited(good, (text) => text.replace('old 5\n', 'old 5\nAAAA\n')),
      'WITNESS_REQUEST_MALFORMED',
    ],
    [
      'a hash with a space',
      edited(good, (text) => text.replace('old 5\n', `old 5\n${HASH} \n`)),
      'WITNESS_REQUEST_MALFORMED',
    ],
    ['a carriage return', edited(good, (text) => text.replace('old 5\n', 'old 5\r\n')), 'WITNESS_REQUEST_MALFORMED'],
    ['an old size past the checkpoint', requestFor(ours.slice(0, 4), 5, key), 'WITNESS_OLD_SIZE_PAST_END'],
    ['an old size that is not the last', requestFor(ours.slice(0, 9), 4, key), 'WITNESS_OLD_SIZE_OTHER'],
    ['an old size of 0', requestFor(ours.slice(0, 9), 0, key), 'WITNESS_OLD_SIZE_OTHER'],
    ['another root at the last size', requestFor(theirs.slice(0, 5), 5, key), 'WITNESS_ROOT_OTHER'],
    ['a tree that began another way', requestFor(theirs.slice(0, 9), 5, key), 'WITNESS_NOT_CONSISTENT'],
    ['no proof', edited(good, (text) => text.replace(/old 5\n[^]*?\n\n/, 'old 5\n\n')), 'WITNESS_NOT_CONSISTENT'],
    ['a hash too many', edited(good, (text) => text.replace('old 5\n', `old 5\n${HASH}\n`)), 'WITNESS_NOT_CONSISTENT'],
    [
      'a proof for the same size',
      edited(requestFor(ours.slice(0, 5), 5, key), (text) => text.replace('old 5\n', `old 5\n${HASH}\n`)),
      'WITNESS_NOT_CONSISTENT',
    ],
    [
      'as many hashes as may be',
      edited(good, (text) => text.replace(/old 5\n[^]*?\n\n/, `old 5\n${`${HASH}\n`.repeat(PROOF_HASHES_MAX)}\n`)),
      'WITNESS_NOT_CONSISTENT',
    ],
    [
      'one hash more',
      edited(good, (text) => text.replace(/old 5\n[^]*?\n\n/, `old 5\n${`${HASH}\n`.repeat(PROOF_HASHES_MAX + 1)}\n`)),
      'WITNESS_REQUEST_MALFORMED',
    ],
    [
      'a request that is too large, before anything of it is read',
      Buffer.concat([good, Buffer.alloc(WITNESS_REQUEST_SIZE_MAX - good.length + 1, '\n')]),
      'WITNESS_REQUEST_TOO_LARGE',
    ],
  ];
  for (const [why, body, code] of cases) {
    it(why, async (t) => {
      const under = await witnessOf(t, [key.logKey]);
      await ask(under, ours.slice(0, 5), 0);
      await assert.rejects(under.witness.addCheckpoint(body), faultCode(code));
      assert.ok(await ask(under, ours.slice(0, 9), 5), 'it goes on');
    });
  }

  it('a tree of nothing with a root of something', async (t) => {
    const { witness } = await witnessOf(t, [key.logKey]);
    await assert.rejects(witness.addCheckpoint(Buffer.from(`old 0\n\n${wrongRoot}`)), faultCode('WITNESS_ROOT_OTHER'));
    assert.ok(await witness.addCheckpoint(requestFor([], 0, key)));
    await assert.rejects(witness.addCheckpoint(Buffer.from(`old 0\n\n${wrongRoot}`)), faultCode('WITNESS_ROOT_OTHER'));
  });

  it('a first checkpoint with a proof', async (t) => {
    const { witness } = await witnessOf(t, [key.logKey]);
    const body = edited(requestFor(ours, 0, key), (text) => text.replace('old 0\n', `old 0\n${HASH}\n`));
    await assert.rejects(witness.addCheckpoint(body), faultCode('WITNESS_NOT_CONSISTENT'));
  });

  it('every cut of a good request, and does not throw anything else', async (t) => {
    const { witness } = await witnessOf(t, [key.logKey]);
    const body = requestFor(ours, 0, key);
    for (let length = 0; length < body.length; length++) {
      await assert.rejects(witness.addCheckpoint(body.subarray(0, length)), (error) => error instanceof Fault);
    }
    assert.ok(await witness.addCheckpoint(body));
  });

  it('to sign anything where it can no longer read what it signed', async (t) => {
    const under = await witnessOf(t, [key.logKey]);
    await ask(under, ours.slice(0, 5), 0);
    await under.witness.close();
    const file = join(under.folder, originHash(key.name));
    for (const bytes of ['', 'rotten', readFileSync(file, 'utf8').replace('\n5\n', '\n4\n')]) {
      writeFileSync(file, bytes);
      const again = await witnessOf(t, [key.logKey], { folder: under.folder });
      await assert.rejects(ask(again, ours.slice(0, 9), 5), faultCode('WITNESS_STATE_UNREADABLE'));
      await assert.rejects(ask(again, ours.slice(0, 9), 0), faultCode('WITNESS_STATE_UNREADABLE'));
      await again.witness.close();
    }
  });

  it('to cosign what it could not store, and goes on once it can', async (t) => {
    const under = await witnessOf(t, [key.logKey]);
    rmSync(under.folder, { recursive: true });
    await assert.rejects(ask(under, ours.slice(0, 5), 0), faultCode('WITNESS_STORE_FAILED'));
    mkdirSync(under.folder);
    await assert.rejects(ask(under, ours.slice(0, 9), 5), faultCode('WITNESS_OLD_SIZE_OTHER'));
    assert.ok(await ask(under, ours.slice(0, 9), 0));
  });

  it('a second process', async (t) => {
    const { folder } = await witnessOf(t, [key.logKey]);
    await assert.rejects(witnessOf(t, [key.logKey], { folder }), faultCode('FOLDER_IN_USE'));
  });

  it('more than its share of waiting requests for one log, and no other log’s', async (t) => {
    const other = generateLogKey('log.duru.example/shared');
    const { witness } = await witnessOf(t, [key.logKey, other.logKey]);
    const body = requestFor(ours, 0, key);
    const answers = Promise.allSettled(
      Array.from({ length: WITNESS_WAITING_MAX + 1 }, () => witness.addCheckpoint(body)),
    );
    assert.ok(await witness.addCheckpoint(requestFor(ours, 0, other)));
    const codes = (await answers).map((answer) =>
      answer.status === 'rejected' ? (answer.reason as Fault).facts.code : '',
    );
    assert.equal(codes.filter((code) => code === '').length, 1);
    assert.equal(codes.filter((code) => code === 'WITNESS_OLD_SIZE_OTHER').length, WITNESS_WAITING_MAX - 1);
    assert.equal(codes.at(-1), 'WITNESS_BUSY');
  });
});

test('two signed trees of one size are kept as a proof, whatever old size was said', async (t) => {
  for (const oldSize of [5, 2]) {
    const under = await witnessOf(t, [key.logKey]);
    await ask(under, ours.slice(0, 5), 0);
    await assert.rejects(ask(under, theirs.slice(0, 5), oldSize));
    const [proof, ...others] = under.proofs;
    assert.deepEqual(others, []);
    const shown = orThrow(verifyEquivocation(Buffer.from(proof!), key.logKey));
    assert.deepEqual([shown.older.size, shown.newer.size], [5, 5]);
  }
});

test('what nobody proved to be of the cosigned tree is handed on, and kept by nobody', async (t) => {
  const under = await witnessOf(t, [key.logKey]);
  await ask(under, ours.slice(0, 5), 0);
  await assert.rejects(ask(under, theirs.slice(0, 9), 5), faultCode('WITNESS_NOT_CONSISTENT'));
  assert.deepEqual(under.doubted, [noteOfLeaves(theirs.slice(0, 9), key)]);
  assert.deepEqual(under.proofs, []);
});

test('every checkpoint that its log signed and that is not cosigned is handed on, however it was asked for', async (t) => {
  const under = await witnessOf(t, [key.logKey]);
  await ask(under, ours.slice(0, 5), 0);
  const smaller = noteOfLeaves(theirs.slice(0, 3), key);
  for (const old of ['old 0', 'old 3', 'old 5', 'no request']) {
    await assert.rejects(under.witness.addCheckpoint(Buffer.from(`${old}\n\n${smaller}`)));
  }
  assert.deepEqual(under.doubted, [smaller, smaller, smaller, smaller]);
});

test('of a log whose owner stands convicted nothing more is cosigned, and what contradicts is still said first', async (t) => {
  let isConvicted = false;
  const under = await witnessOf(t, [key.logKey], { isConvicted: () => isConvicted });
  await ask(under, ours.slice(0, 5), 0);
  isConvicted = true;
  await assert.rejects(ask(under, ours.slice(0, 7), 5), faultCode('WITNESS_LOG_CONVICTED'));
  await assert.rejects(ask(under, theirs.slice(0, 5), 5), faultCode('WITNESS_ROOT_OTHER'));
  const last = await under.witness.cosigned(originHash(key.name));
  assert.equal(orThrow(openCheckpoint(Buffer.from(last!), key.logKey)).size, 5);
  isConvicted = false;
  assert.ok(await ask(under, ours.slice(0, 7), 5));
});

test('two histories are told before the next request for that log has its answer', async (t) => {
  let isConvicted = false;
  const onProof = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    isConvicted = true;
  };
  const under = await witnessOf(t, [key.logKey], { isConvicted: () => isConvicted, onProof });
  await ask(under, ours.slice(0, 5), 0);
  const [other, next] = await Promise.allSettled([ask(under, theirs.slice(0, 5), 5), ask(under, ours.slice(0, 7), 5)]);
  assert.deepEqual([other.status, next.status], ['rejected', 'rejected']);
});

test('whatever comes in whatever order, side by side and over restarts, no two cosigned trees contradict each other', async (t) => {
  const other = generateLogKey('log.duru.example/shared');
  const histories = [leavesOf('a', 24), leavesOf('b', 24, leavesOf('a', 6)), leavesOf('c', 24, leavesOf('a', 13))];
  const request = fc.record({
    history: fc.nat(histories.length - 1),
    size: fc.nat(24),
    oldSize: fc.option(fc.nat(24)),
    ofOther: fc.boolean(),
    restart: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
      let under = await witnessOf(t, [key.logKey, other.logKey]);
      const { folder } = under;
      const cosigned = new Map<string, Map<number, string>>([
        [key.name, new Map()],
        [other.name, new Map()],
      ]);
      let last = 0;
      const pending: Promise<unknown>[] = [];
      for (const { history, size, oldSize, ofOther, restart } of requests) {
        if (restart) {
          await Promise.all(pending.splice(0));
          await under.witness.close();
          under = await witnessOf(t, [key.logKey, other.logKey], { folder });
        }
        const signer = ofOther ? other : key;
        const leaves = histories[history]!.slice(0, size);
        const body = requestFor(leaves, Math.min(oldSize ?? last, 24), signer);
        if (oldSize === null) last = size;
        const taken = cosigned.get(signer.name)!;
        const ask = async (): Promise<void> => {
          if (!(await isCosigned(under.witness, body))) return;
          assert.ok(size >= Math.max(0, ...taken.keys()), 'it never goes back');
          for (const [older, rootHex] of taken) {
            assert.equal(rootOfLeaves(leaves.slice(0, older)).toString('hex'), rootHex);
          }
          taken.set(size, rootOfLeaves(leaves).toString('hex'));
        };
        pending.push(ask());
      }
      await Promise.all(pending);
      await under.witness.close();
    }),
    { numRuns: 40 },
  );
});

async function isCosigned(witness: Witness, body: Buffer): Promise<boolean> {
  try {
    await witness.addCheckpoint(body);
    return true;
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return false;
  }
}
