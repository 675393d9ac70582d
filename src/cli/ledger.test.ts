import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { flipBit, testEntries, testEntry, writeLog } from '../../test/support/written-log.ts';
import { systemClock, TIME_MS_MAX } from '../base/clock.ts';
import { cosigner, generateWitnessKey } from '../ledger/cosignature.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { proveEquivocation } from '../ledger/equivocation.ts';
import { leafHash } from '../ledger/merkle.ts';
import { signatureLine } from '../ledger/note.ts';
import { readCheckpoint } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { EXIT } from './run.ts';

const PROGRAM = fileURLToPath(new URL('../../test/support/ledger-program.ts', import.meta.url));
const SIZE = 600;
const root = mkdtempSync(join(tmpdir(), 'bongsu-cli-'));
const keyFile = join(root, 'log.vkey');
let log: Awaited<ReturnType<typeof writeLog>>;

before(async () => {
  log = await writeLog(root, testEntries(SIZE));
  writeFileSync(keyFile, `${log.key.logKey.vkey}\n`);
});
after(() => rmSync(root, { recursive: true, force: true }));

describe('ledger verify', () => {
  it('accepts a log from its folder and its address, by key and by key file', async (test) => {
    const { url } = await serveLog(test, log.folder);
    for (const place of [log.folder, url]) {
      for (const key of [log.key.logKey.vkey, keyFile]) {
        const { code, stdout } = await ledger('verify', place, '--key', key);
        assert.equal(code, EXIT.done);
        assert.match(
          stdout,
          /^ok: log\.hanbit\.example\/shared\n +600 entries by "hanbit", in 3 bundles and 4 tiles\n/,
        );
      }
    }
  });

  it('says what is wrong with a damaged log, as a line and as an object', async (test) => {
    const { folder, key } = await writeLog(temporaryFolder(test), testEntries(10));
    await flipBit(join(folder, 'tile/0/000.p/10'), 64);
    const line = await ledger('verify', folder, '--key', key.logKey.vkey);
    assert.equal(line.code, EXIT.failed);
    assert.match(line.stderr, /^LOG_HASH_WRONG path=tile\/0\/000\.p\/10 hash=2 firstEntry=2\n/);
    assert.equal(line.stdout, '');
    const { code, stdout } = await ledger('verify', folder, '--key', key.logKey.vkey, '--json');
    assert.equal(code, EXIT.failed);
    const path = 'tile/0/000.p/10';
    assert.deepEqual(JSON.parse(stdout), { ok: false, code: 'LOG_HASH_WRONG', path, hash: 2, firstEntry: 2 });
  });

  it('tells an empty place, a bad key, and a missing key', async (test) => {
    const empty = await ledger('verify', temporaryFolder(test), '--key', keyFile);
    assert.equal(empty.code, EXIT.failed);
    assert.match(empty.stderr, /^LOG_FILE_MISSING path=checkpoint\n/);
    assert.match((await ledger('verify', log.folder, '--key', 'a+b')).stderr, /^KEY_MALFORMED field=parts\n/);
    assert.match((await ledger('verify', log.folder, '--key', 'nowhere')).stderr, /^KEY_UNREADABLE file=nowhere\n/);
    assert.equal((await ledger('verify', log.folder)).code, EXIT.usage);
    assert.equal((await ledger('verify', '--key', keyFile)).code, EXIT.usage);
  });
});

describe('ledger show', () => {
  it('prints a range, one entry to a line', async () => {
    const { code, stdout } = await ledger('show', log.folder, '--from', '255', '--to', '257');
    assert.equal(code, EXIT.done);
    const [first, second, end] = stdout.split('\n');
    assert.match(
      first!,
      /^255 {2}2023-11-14T22:13:20\.255Z {2}hanbit {2}device\.blocked\/1 {2}\{.*"35209900000255".*\} {2}[0-9a-f]{32}$/,
    );
    assert.match(second!, /^256 {2}/);
    assert.equal(end, '');
  });

  it('prints objects with octets as hex, and stops at the log’s end', async () => {
    const { stdout } = await ledger('show', log.folder, '--from', '598', '--to', '9999', '--key', keyFile, '--json');
    const shown = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      shown.map(({ index }) => index),
      [598, 599],
    );
    const { id, ...rest } = shown[1]!;
    assert.match(id as string, /^[0-9a-f]{32}$/);
    const body = { target: { imei: '35209900000599' }, reason: 'stolen' };
    const time = '2023-11-14T22:13:20.599Z';
    assert.deepEqual(rest, { index: 599, kind: 'device.blocked', version: 1, issuer: 'hanbit', time, body });
  });

  it('prints nothing past the end, and refuses a range that makes no sense', async () => {
    assert.deepEqual(await ledger('show', log.folder, '--from', '600'), { code: EXIT.done, stdout: '', stderr: '' });
    assert.equal((await ledger('show', log.folder, '--from', '5', '--to', '4')).code, EXIT.usage);
    for (const from of ['-1', '01', 'x', '1.5', '9007199254740992']) {
      assert.equal((await ledger('show', log.folder, `--from=${from}`)).code, EXIT.usage, from);
    }
  });

  it('lets no entry move the cursor, and shows what is no entry', async (test) => {
    const body = { text: '\u001b[2J\u009b1m\u202e\u2028', octets: Buffer.from('\u001b') };
    const envelope = { kind: 'a.b', version: 1, issuer: '\u001b[31mhanbit', timeMs: TIME_MS_MAX, id: Buffer.alloc(16) };
    const entries = [encodeEntry({ ...envelope, body }), Buffer.from('\u001bc')];
    const { folder } = await writeLog(temporaryFolder(test), entries);
    const { stdout } = await ledger('show', folder);
    assert.match(stdout, /^[\x20-\x7e\n]*$/);
    const [first, second] = stdout.split('\n');
    assert.match(first!, /^0 {2}9999-12-31T23:59:59\.999Z {2}\\u\{1b\}\[31mhanbit {2}a\.b\/1 .*"octets":"1b"/);
    assert.equal(second, '1  ENTRY_NOT_CBOR  1b63');
    const asObject = (await ledger('show', folder, '--json', '--from', '1')).stdout;
    assert.deepEqual(JSON.parse(asObject), { index: 1, fault: 'ENTRY_NOT_CBOR', hex: '1b63' });
  });
});

describe('ledger prove and check-proof', () => {
  const proof = join(root, 'entry.tlog-proof');
  const entry = (index: number): string => Buffer.from(testEntry(index)).toString('hex');

  it('make and accept a proof that holds its entry', async () => {
    const made = await ledger('prove', '511', '--log', log.folder, '--key', keyFile, '--with-entry', '--out', proof);
    assert.deepEqual(made, { code: EXIT.done, stdout: '', stderr: '' });
    const { code, stdout } = await ledger('check-proof', proof, '--key', keyFile);
    assert.equal(code, EXIT.done);
    assert.match(
      stdout,
      /^ok: log\.hanbit\.example\/shared holds this entry at index 511, by its checkpoint of 600 entries\n/,
    );
    assert.match(stdout, /511 .*"35209900000511"/);
  });

  it('accept a proof with its entry as hex, as a file and as a leaf hash, and no other', async () => {
    const { stdout } = await ledger('prove', '7', '--log', log.folder, '--key', keyFile);
    writeFileSync(proof, stdout);
    const file = join(root, 'entry.cbor');
    writeFileSync(file, testEntry(7));
    const hash = leafHash(testEntry(7)).toString('hex');
    for (const claim of [
      ['--entry', entry(7)],
      ['--entry', file],
      ['--leaf-hash', hash],
    ]) {
      const { code, stdout } = await ledger('check-proof', proof, '--key', keyFile, '--json', ...claim);
      assert.equal(code, EXIT.done);
      const facts = { origin: 'log.hanbit.example/shared', size: SIZE, index: 7, leafHash: hash };
      assert.deepEqual(JSON.parse(stdout), { ok: true, ...facts });
    }
    const other = await ledger('check-proof', proof, '--key', keyFile, '--entry', entry(8));
    assert.equal(other.code, EXIT.failed);
    assert.match(other.stderr, /^PROOF_DOES_NOT_HOLD index=7 size=600\n/);
  });

  it('say that a proof without its entry needs it', async () => {
    const { code, stderr } = await ledger('check-proof', proof, '--key', keyFile);
    assert.equal(code, EXIT.usage);
    assert.match(stderr, /give it with --entry, or its leaf hash with --leaf-hash/);
    const both = await ledger(
      'check-proof',
      proof,
      '--key',
      keyFile,
      '--entry',
      entry(7),
      '--leaf-hash',
      '0'.repeat(64),
    );
    assert.equal(both.code, EXIT.usage);
    assert.equal((await ledger('check-proof', proof, '--key', keyFile, '--leaf-hash', 'abc')).code, EXIT.usage);
  });

  it('tell an index past the end, a file that is no proof, and one that is not there', async () => {
    const past = await ledger('prove', '600', '--log', log.folder, '--key', keyFile);
    assert.equal(past.code, EXIT.failed);
    assert.match(past.stderr, /^ENTRY_NOT_IN_LOG index=600 size=600\n/);
    assert.match((await ledger('check-proof', keyFile, '--key', keyFile)).stderr, /^PROOF_MALFORMED part=checkpoint\n/);
    assert.match((await ledger('check-proof', 'nowhere', '--key', keyFile)).stderr, /^INPUT_UNREADABLE file=nowhere\n/);
    const nowhere = join(root, 'no', 'folder');
    const unwritten = await ledger('prove', '1', '--log', log.folder, '--key', keyFile, '--out', nowhere);
    assert.match(unwritten.stderr, /^OUTPUT_UNWRITABLE /);
    const large = join(root, 'large');
    writeFileSync(large, Buffer.concat([readFileSync(proof), Buffer.alloc(1_000_000)]));
    assert.match((await ledger('check-proof', large, '--key', keyFile)).stderr, /^INPUT_TOO_LARGE /);
  });
});

describe('ledger verify --policy', () => {
  it('says who has witnessed the log, and refuses it without the quorum', async (test) => {
    const { folder, key } = await writeLog(temporaryFolder(test), testEntries(10));
    const keys = ['narae', 'duru'].map((name) => generateWitnessKey(`witness.${name}.example`));
    const witnesses = keys.map(({ name, witnessKey }) => `witness ${name} ${witnessKey.vkey}\n`).join('');
    const group = `group both all ${keys.map(({ name }) => name).join(' ')}\nquorum both\n`;
    const policy = join(folder, '..', 'policy');
    writeFileSync(policy, `log ${key.logKey.vkey}\n${witnesses}${group}`);
    const run = (...more: string[]) => ledger('verify', folder, '--policy', policy, ...more);
    assert.match((await run()).stderr, /^LOG_WITNESSED_MISSING path=checkpoint\.witnessed\n/);

    const note = readFileSync(join(folder, 'checkpoint'), 'utf8');
    const text = Buffer.from(note.slice(0, note.indexOf('\n\n') + 1));
    const lines = keys.map((witness) => {
      const signer = cosigner(witness, systemClock);
      return signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) });
    });
    writeFileSync(join(folder, 'checkpoint.witnessed'), note + lines[0]);
    assert.match((await run()).stderr, /^POLICY_QUORUM_NOT_MET size=10 count=1\n/);
    writeFileSync(join(folder, 'checkpoint.witnessed'), note + lines.join(''));
    const { stdout } = await run();
    assert.match(stdout, /\n {4}10 of them witnessed by witness\.narae\.example, witness\.duru\.example\n$/);
    assert.partialDeepStrictEqual(JSON.parse((await run('--json')).stdout), { ok: true, witnessedSize: 10 });
    writeFileSync(policy, 'quorum none\n');
    assert.match((await run()).stderr, /^POLICY_LOG_UNKNOWN origin=/);
    writeFileSync(policy, 'quorum\n');
    assert.match((await run()).stderr, /^POLICY_MALFORMED line=1 part=items\n/);
  });

  it('refuses a witnessed checkpoint of another tree', async (test) => {
    const { folder, key } = await writeLog(temporaryFolder(test), testEntries(10));
    const other = await writeLog(temporaryFolder(test), [testEntry(77)], key);
    writeFileSync(join(folder, 'checkpoint.witnessed'), readFileSync(join(other.folder, 'checkpoint')));
    const policy = join(folder, '..', 'policy');
    writeFileSync(policy, `log ${key.logKey.vkey}\nquorum none\n`);
    const { stderr } = await ledger('verify', folder, '--policy', policy);
    assert.match(stderr, /^LOG_WITNESSED_ROOT_WRONG size=1\n/);
  });
});

describe('ledger check-equivocation', () => {
  it('shows two trees that one owner signed, and refuses what shows none', async (test) => {
    const one = await writeLog(temporaryFolder(test), testEntries(10));
    const other = await writeLog(temporaryFolder(test), [testEntry(77)], one.key);
    const { logKey } = one.key;
    const source = new FolderSource(one.folder);
    const older = await readCheckpoint(new FolderSource(other.folder), logKey);
    const newer = await readCheckpoint(source, logKey);
    const proof = (await proveEquivocation([older, newer], { logKey, tree: source }))!;
    const file = join(one.folder, '..', 'proof');
    writeFileSync(file, proof);
    const { code, stdout } = await ledger('check-equivocation', file, '--key', logKey.vkey);
    assert.equal(code, EXIT.done);
    assert.match(
      stdout,
      /^proven: log\.hanbit\.example\/shared signed two trees\n {4}1 entry, root .*\n {4}10 entries, /,
    );
    const mailed = `${file}.mailed`;
    writeFileSync(mailed, proof.replaceAll('\n', '\r\n'));
    assert.equal((await ledger('check-equivocation', mailed, '--key', logKey.vkey)).stdout, stdout);
    const json = await ledger('check-equivocation', file, '--key', logKey.vkey, '--json');
    assert.partialDeepStrictEqual(JSON.parse(json.stdout), { ok: true, olderSize: 1, newerSize: 10 });
    assert.match((await ledger('check-equivocation', file, '--key', keyFile)).stderr, /^NOTE_UNSIGNED /);
    assert.equal((await ledger('verify', file, '--key', logKey.vkey)).stdout, stdout);
    // Beside the log that it is against, it says what the whole files do not.
    const kept = join(one.folder, 'evidence', 'a.equivocation');
    mkdirSync(dirname(kept));
    writeFileSync(kept, 'rotten');
    assert.equal((await ledger('verify', one.folder, '--key', logKey.vkey)).code, EXIT.done);
    writeFileSync(kept, proof);
    const convicted = await ledger('verify', one.folder, '--key', logKey.vkey);
    assert.equal(convicted.code, EXIT.failed);
    assert.ok(convicted.stderr.startsWith(`LOG_OWNER_CONVICTED proof=${kept} size=10 rootHex=`), convicted.stderr);
    writeFileSync(file, proof.replace('old 1\n', 'old 2\n'));
    assert.equal((await ledger('verify', file, '--key', logKey.vkey)).code, EXIT.failed);
    const wrong = await ledger('check-equivocation', file, '--key', logKey.vkey);
    assert.equal(wrong.code, EXIT.failed);
    assert.match(wrong.stderr, /^EQUIVOCATION_NOT_SHOWN olderSize=1 newerSize=10\n/);
  });
});

function ledger(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = [PROGRAM, 'ledger', ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}
