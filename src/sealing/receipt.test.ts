import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tmpdir } from 'node:os';
import { cosigned } from '../../test/support/cosigned.ts';
import { writeLog } from '../../test/support/written-log.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { generateWitnessKey, parseWitnessKey, witnessSigningKey } from '../ledger/cosignature.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { generateLogKey, type SigningKey } from '../ledger/note-key.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { checkReceipt, formatReceipt, makeReceipt, parseReceipt, type Received, RECEIPT_SIZE_MAX } from './receipt.ts';
import { seal } from './seal.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const keyOf = (epoch: number) => (epoch === 1 ? key : undefined);
const INDEX = 300;
const witness = generateWitnessKey('witness.narae.example');

let folder: string;
let signer: SigningKey;
let text: string;

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'bongsu-receipt-'));
  ({ folder, key: signer } = await writeLog(join(root, 'log'), [...entries(600), plainEntry()]));
  text = await makeReceipt(new FolderSource(folder), { index: INDEX, owner: 'hanbit', logKey: signer.logKey, keyOf });
});
after(() => rm(root, { recursive: true }));

describe('a receipt', () => {
  it('proves offline, without an epoch key, what was stated of one device, and shows no other entry', () => {
    const { index, entry, body, checkpoint, witnesses } = checked(text);
    assert.equal(index, INDEX);
    assert.equal(entry.kind, 'device.blocked');
    assert.equal(entry.issuer, 'hanbit');
    assert.deepEqual(body, bodyOf(INDEX));
    assert.equal(checkpoint.size, 601);
    assert.deepEqual(witnesses, []);
    for (let other = 0; other < 600; other++) {
      assert.ok(other === INDEX || !text.includes(bodyOf(other).target.imei));
    }
  });

  it('is read back as it was written, and refused after any cut', () => {
    const receipt = parsed(text);
    assert.equal(formatReceipt(receipt), text);
    const octets = Buffer.from(text);
    for (let size = 0; size < octets.length; size++) {
      assert.ok(outcome(octets.subarray(0, size)) !== 'holds', `cut at ${size}`);
    }
  });

  it('holds after mail has ended its lines with CR LF', () => {
    assert.equal(checked(text.replaceAll('\n', '\r\n')).index, INDEX);
  });

  it('does not hold with any one of its bits flipped', () => {
    const octets = Buffer.from(text);
    for (let bit = 0; bit < octets.length * 8; bit += 3) {
      const place = Math.floor(bit / 8);
      const changed = Buffer.from(octets);
      changed[place]! ^= 1 << (bit % 8);
      assert.notEqual(outcome(changed), 'holds', `bit ${bit}`);
    }
  });

  it('does not hold with the opening, the entry or the proof of another', async () => {
    const other = parsed(
      await makeReceipt(new FolderSource(folder), { index: 7, owner: 'hanbit', logKey: signer.logKey, keyOf }),
    );
    const own = parsed(text);
    assert.equal(outcomeOf({ opening: other.opening, proof: own.proof }), 'RECEIPT_OF_OTHER_BODY');
    assert.equal(outcomeOf({ opening: own.opening, proof: other.proof }), 'RECEIPT_OF_OTHER_BODY');
    const { extra } = other.proof;
    assert.equal(outcomeOf({ opening: other.opening, proof: { ...own.proof, extra } }), 'PROOF_DOES_NOT_HOLD');
    assert.equal(outcomeOf({ ...own, proof: { ...own.proof, index: 7 } }), 'PROOF_DOES_NOT_HOLD');
    assert.equal(outcomeOf({ ...own, proof: { ...own.proof, extra: undefined } }), 'RECEIPT_MALFORMED');
  });

  it('does not hold under the key of another log', () => {
    const { logKey } = generateLogKey(signer.name);
    const fault = checkReceipt(parsed(text), { logKey });
    assert.equal((fault as Fault).facts.code, 'NOTE_UNSIGNED');
  });

  it('is not made without the key of the epoch, of a public or a foreign entry, or past the end', async () => {
    const source = new FolderSource(folder);
    const { logKey } = signer;
    const made = (index: number, given = {}) =>
      makeReceipt(source, { index, owner: 'hanbit', logKey, keyOf, ...given });
    await assert.rejects(made(3, { keyOf: () => undefined }), is('SEAL_EPOCH_UNKNOWN'));
    await assert.rejects(made(600), is('RECEIPT_ENTRY_PUBLIC'));
    await assert.rejects(made(601), is('ENTRY_NOT_IN_LOG'));
    await assert.rejects(made(3, { owner: 'c-eir' }), is('RECEIPT_ENTRY_FOREIGN'));
  });

  it('names the witnesses of the checkpoint, where it was made under a cosigned one', async () => {
    const older = await writeLog(join(root, 'older'), entries(400), signer);
    const note = await readFile(join(older.folder, 'checkpoint'), 'utf8');
    const witnessed = cosigned(note, witness, 1_700_000_100_000);
    await writeFile(join(older.folder, 'checkpoint.witnessed'), witnessed);
    const { logKey } = signer;
    const receipt = parsed(
      await makeReceipt(new FolderSource(older.folder), { index: INDEX, owner: 'hanbit', logKey, keyOf }),
    );
    const received = checkReceipt(receipt, { logKey, witnessKeys: [witness.witnessKey] });
    assert.ok(!(received instanceof Fault));
    assert.deepEqual(received.witnesses, [{ name: 'witness.narae.example', atMs: 1_700_000_100_000 }]);
    const stranger = generateWitnessKey('witness.duru.example').witnessKey;
    const unknown = checkReceipt(receipt, { logKey, witnessKeys: [stranger] });
    assert.deepEqual((unknown as Received).witnesses, []);
    const forged = parsed(
      Buffer.from(formatReceipt(receipt))
        .toString()
        .replace(/(witness\S+ \S{30})./, '$1A'),
    );
    const sunk = checkReceipt(forged, { logKey, witnessKeys: [witness.witnessKey] });
    assert.equal((sunk as Fault).facts.code, 'NOTE_SIGNATURE_WRONG');
  });

  it('names a witness once, however often and under whichever names its key is given', async () => {
    const older = await writeLog(join(root, 'twice'), entries(400), signer);
    const note = await readFile(join(older.folder, 'checkpoint'), 'utf8');
    const alias = witnessSigningKey('witness.duru.example', witness.privateKey);
    const other = generateWitnessKey('witness.sakura.example');
    const cosignedBy = [witness, alias, other].reduce((so, key) => cosigned(so, key, 1_700_000_100_000), note);
    await writeFile(join(older.folder, 'checkpoint.witnessed'), cosignedBy);
    const { logKey } = signer;
    const receipt = parsed(
      await makeReceipt(new FolderSource(older.folder), { index: INDEX, owner: 'hanbit', logKey, keyOf }),
    );
    const again = orThrow(parseWitnessKey(witness.witnessKey.vkey));
    const witnessKeys = [witness.witnessKey, again, alias.witnessKey, other.witnessKey, other.witnessKey];
    const received = checkReceipt(receipt, { logKey, witnessKeys });
    assert.deepEqual(
      (received as Received).witnesses.map(({ name }) => name),
      ['witness.narae.example', 'witness.sakura.example'],
    );
  });

  it('has the largest size, and not one octet more', () => {
    assert.equal((parseReceipt(Buffer.alloc(RECEIPT_SIZE_MAX)) as Fault).facts.code, 'RECEIPT_MALFORMED');
    assert.equal((parseReceipt(Buffer.alloc(RECEIPT_SIZE_MAX + 1)) as Fault).facts.code, 'RECEIPT_TOO_LARGE');
  });
});

function* entries(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    const id = Buffer.alloc(16);
    id.writeUInt32BE(index);
    const envelope = { kind: 'device.blocked', version: 1, issuer: 'hanbit', timeMs: 1_700_000_000_000, id };
    yield seal(envelope, bodyOf(index), { epoch: 1, key });
  }
}

function plainEntry(): Uint8Array {
  const envelope = { kind: 'log.anchored', version: 1, issuer: 'hanbit', timeMs: 0, id: new Uint8Array(16) };
  return encodeEntry({ ...envelope, body: { own: 'a', shared: 'b' } });
}

function bodyOf(index: number) {
  return { target: { imei: (35_209_900_000_000 + index).toString() }, reason: 'stolen' };
}

function parsed(text: string) {
  const receipt = parseReceipt(Buffer.from(text));
  if (receipt instanceof Fault) throw receipt;
  return receipt;
}

function checked(text: string): Received {
  const received = checkReceipt(parsed(text), { logKey: signer.logKey });
  if (received instanceof Fault) throw received;
  return received;
}

function outcome(octets: Buffer): string {
  const receipt = parseReceipt(octets);
  return receipt instanceof Fault ? receipt.facts.code : outcomeOf(receipt);
}

function outcomeOf(receipt: ReturnType<typeof parsed>): string {
  const received = checkReceipt(receipt, { logKey: signer.logKey });
  return received instanceof Fault ? received.facts.code : 'holds';
}

function is(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
