import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cosigned } from '../../test/support/cosigned.ts';
import { testEntries, writeLog } from '../../test/support/written-log.ts';
import { Fault } from '../base/fault.ts';
import { signCheckpoint } from '../ledger/checkpoint.ts';
import { EMPTY_ROOT } from '../ledger/merkle.ts';
import { type Cosignature, openWitnessed } from '../ledger/quorum.ts';
import { generateWitnessKey } from '../ledger/cosignature.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { encodeStatement } from '../statements/codec.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import { encodeOwnEntry } from '../statements/own-entry.ts';
import { anchorTimeMs } from './anchor-time.ts';
import {
  type Anchored,
  ANCHORED_PROOF_SIZE_MAX,
  type AnchoredProof,
  checkAnchoredProof,
  formatAnchoredProof,
  makeAnchoredProof,
  parseAnchoredProof,
} from './anchored-proof.ts';

const FILE = Buffer.from('a photograph of the box');
const OWN_INDEX = 5;
const ANCHOR_INDEX = 400;
const sharedKey = generateLogKey('log.hanbit.example/shared');
const ownKey = generateLogKey('log.hanbit.example/shared/own');
const envelope = { issuer: 'hanbit', timeMs: 1_700_000_000_000, id: new Uint8Array(16) };

let ownFolder: string;
let sharedFolder: string;
let ownNote: string;
let text: string;

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'bongsu-anchored-'));
  const own = await writeLog(join(root, 'a'), ownEntries(300), ownKey);
  ownFolder = own.folder;
  ownNote = await readFile(join(ownFolder, 'checkpoint'), 'utf8');
  const anchor = encodeStatement(envelope, { kind: 'log.anchored', own: ownNote, shared: 'earlier' });
  const shared = await writeLog(join(root, 'b'), [...testEntries(ANCHOR_INDEX), anchor, ...testEntries(3)], sharedKey);
  sharedFolder = shared.folder;
  text = await made(OWN_INDEX, { index: ANCHOR_INDEX, own: ownNote });
});
after(() => rm(root, { recursive: true }));

describe('a proof of evidence', () => {
  it('proves offline, with the key of the shared log alone, that a file was held', () => {
    const { index, entry, anchor, checkpoint } = checked(text);
    assert.equal(index, OWN_INDEX);
    assert.deepEqual(Buffer.from(entry.sha256), createHash('sha256').update(FILE).digest());
    assert.equal(entry.size, FILE.length);
    assert.deepEqual(anchor, { index: ANCHOR_INDEX, timeMs: envelope.timeMs, ownSize: 300, witnesses: [] });
    assert.equal(checkpoint.size, 404);
  });

  it('is read back as it was written, and does not hold after any cut', () => {
    assert.equal(formatAnchoredProof(parsed(text)), text);
    const octets = Buffer.from(text);
    for (let size = 0; size < octets.length; size++) {
      assert.notEqual(outcome(octets.subarray(0, size)), 'holds', `cut at ${size}`);
    }
  });

  it('holds after mail has ended its lines with CR LF', () => {
    assert.equal(checked(text.replaceAll('\n', '\r\n')).index, OWN_INDEX);
  });

  it('does not hold with any one of its bits flipped', () => {
    const octets = Buffer.from(text);
    for (let bit = 0; bit < octets.length * 8; bit += 5) {
      const changed = Buffer.from(octets);
      changed[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      assert.notEqual(outcome(changed), 'holds', `bit ${bit}`);
    }
  });

  it('does not hold for another entry, another own checkpoint, or another log', async () => {
    const proof = parsed(text);
    const other = parsed(await made(6, { index: ANCHOR_INDEX, own: ownNote }));
    const { extra } = other.own;
    assert.equal(outcomeOf({ ...proof, own: { ...proof.own, extra } }), 'PROOF_DOES_NOT_HOLD');
    assert.equal(outcomeOf({ ...proof, own: { ...proof.own, extra: undefined } }), 'EVIDENCE_PROOF_MALFORMED');
    const longer = await writeLog(join(root, 'longer'), ownEntries(301), ownKey);
    const laterNote = await readFile(join(longer.folder, 'checkpoint'), 'utf8');
    const later = { ...proof, own: { ...proof.own, checkpoint: laterNote } };
    assert.equal(outcomeOf(later), 'EVIDENCE_PROOF_NOT_ANCHORED');
    const stranger = checkAnchoredProof(proof, { sharedKey: generateLogKey(sharedKey.name).logKey });
    assert.equal((stranger as Fault).facts.code, 'NOTE_UNSIGNED');
  });

  it('does not hold where the anchor is some other statement', () => {
    const proof = parsed(text);
    const [block] = [...testEntries(1)];
    const shared = { ...proof.shared, extra: Buffer.from(block!) };
    assert.equal(outcomeOf({ ...proof, shared }), 'EVIDENCE_PROOF_MALFORMED');
  });

  it('is not made of an entry that the anchor does not cover, nor of one that is no anchor', async () => {
    await assert.rejects(made(300, { index: ANCHOR_INDEX, own: ownNote }), is('ENTRY_NOT_IN_LOG'));
    await assert.rejects(made(5, { index: ANCHOR_INDEX - 1, own: ownNote }), is('EVIDENCE_PROOF_MALFORMED'));
  });

  it('has the largest size, and not one octet more', () => {
    const sized = (size: number) => (parseAnchoredProof(Buffer.alloc(size)) as Fault).facts.code;
    assert.equal(sized(ANCHORED_PROOF_SIZE_MAX), 'EVIDENCE_PROOF_MALFORMED');
    assert.equal(sized(ANCHORED_PROOF_SIZE_MAX + 1), 'EVIDENCE_PROOF_TOO_LARGE');
  });
});

describe('the time of an anchor', () => {
  const witnesses = ['narae', 'duru', 'sakura', 'injeung'].map((name) => ({
    name,
    key: generateWitnessKey(`witness.${name}.example`),
  }));
  const quorum = {
    witnesses: witnesses.map(({ name, key }) => ({ name, keys: [key.witnessKey] })),
    threshold: 3,
  };

  it('is the second latest of its witnesses, where one may be faulty', async () => {
    const shared = await cosignedAt([100, 900, 300, 200]);
    assert.equal(timeOf(shared), 300_000);
    const opened = openWitnessed(Buffer.from(shared), sharedKey.logKey, quorum);
    assert.equal((opened as { cosignatures: readonly Cosignature[] }).cosignatures.length, 4);
  });

  it('is none without a quorum, or with the checkpoint of another own log', async () => {
    const shared = await cosignedAt([100, 200, 300]);
    assert.equal(timeOf(shared), 200_000);
    assert.equal(timeOf(await cosignedAt([100, 200])), undefined);
    const note = await readFile(join(sharedFolder, 'checkpoint'), 'utf8');
    assert.equal(timeOf(shared, { own: note }), undefined);
    assert.equal(timeOf(shared, { own: 'none' }), undefined);
    assert.equal(timeOf('none'), undefined);
  });

  it('is none where it began its log, of which there was nothing to cosign', () => {
    const shared = signCheckpoint({ origin: sharedKey.name, size: 0, root: EMPTY_ROOT }, [sharedKey]);
    assert.equal(timeOf(shared), undefined);
  });

  async function cosignedAt(seconds: readonly number[]): Promise<string> {
    const note = await readFile(join(sharedFolder, 'checkpoint'), 'utf8');
    return seconds.reduce((note, second, place) => cosigned(note, witnesses[place]!.key, second * 1000), note);
  }

  function timeOf(shared: string, { own = ownNote } = {}): number | undefined {
    const anchored: LogAnchored = { kind: 'log.anchored', own, shared };
    return anchorTimeMs(anchored, { logKey: sharedKey.logKey, quorum, faulty: 1 });
  }
});

function* ownEntries(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    const octets = index === OWN_INDEX ? FILE : Buffer.from(`file ${index}`);
    const sha256 = createHash('sha256').update(octets).digest();
    const id = Buffer.alloc(16, index);
    yield encodeOwnEntry(
      { ...envelope, id },
      { kind: 'digest.sealed', subject: 'evidence:file', sha256, size: octets.length },
    );
  }
}

function made(index: number, anchor: { index: number; own: string }): Promise<string> {
  const sources = { own: new FolderSource(ownFolder), shared: new FolderSource(sharedFolder) };
  return makeAnchoredProof(sources, { index, anchor, sharedKey: sharedKey.logKey });
}

function parsed(text: string): AnchoredProof {
  const proof = parseAnchoredProof(Buffer.from(text));
  if (proof instanceof Fault) throw proof;
  return proof;
}

function checked(text: string): Anchored {
  const anchored = checkAnchoredProof(parsed(text), { sharedKey: sharedKey.logKey });
  if (anchored instanceof Fault) throw anchored;
  return anchored;
}

function outcome(octets: Buffer): string {
  const proof = parseAnchoredProof(octets);
  return proof instanceof Fault ? proof.facts.code : outcomeOf(proof);
}

function outcomeOf(proof: AnchoredProof): string {
  const anchored = checkAnchoredProof(proof, { sharedKey: sharedKey.logKey });
  return anchored instanceof Fault ? anchored.facts.code : 'holds';
}

function is(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
