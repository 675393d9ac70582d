import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ProofApi, proofApi } from '../../test/support/proof-api.ts';
import { writeLog } from '../../test/support/written-log.ts';
import { formatAnchoredProof } from '../anchoring/anchored-proof.ts';
import { generateWitnessKey } from '../ledger/cosignature.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { makeProof } from '../ledger/proof.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { makeReceipt } from '../sealing/receipt.ts';
import { seal } from '../sealing/seal.ts';
import { encodeStatement, type Envelope, sealStatement } from '../statements/codec.ts';
import { encodeOwnEntry } from '../statements/own-entry.ts';
import type { ImeiKey } from '../identifiers/imei.ts';

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'bongsu-evidence-'));
const photo = join(root, 'photo.jpg');
const receiptFile = join(root, 'receipt');
const proofFile = join(root, 'proof');
let node: ProofApi;

before(async () => {
  writeFileSync(photo, 'the box and its label');
  node = await proofApi(root);
});
after(async () => {
  await node.close();
  rmSync(root, { recursive: true, force: true });
});

describe('evidence', () => {
  it('is sealed, anchored, proved and checked by a member that has stated nothing, the last offline', async () => {
    const sealed = await bongsu('evidence', 'seal', photo, '--reference', 'C-2026-000001');
    assert.equal(sealed.code, 0, sealed.stderr);
    assert.match(sealed.stdout, /^own log, entry 0: [0-9a-f]{64} {2}.*photo\.jpg\n$/);
    const anchored = await bongsu('evidence', 'anchor');
    assert.equal(anchored.stdout, 'shared log, entry 0: 1 entry of the own log\n', anchored.stderr);
    const unwitnessed = await bongsu('evidence', 'anchor');
    assert.match(unwitnessed.stderr, /^NOTHING_WITNESSED_YET/);
    await node.cosign(60_000);
    assert.equal((await bongsu('evidence', 'prove', '0', '--out', proofFile)).code, 0);
    const checked = await bongsu('evidence', 'check', photo, proofFile, ...keys());
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(
      checked.stdout,
      /^ok: the owner of the log log\.hanbit\.example\/shared knew the hash of this file of 21 octets \(evidence:C-2026-000001\),\n.*\n {4}The entry names hanbit as its issuer; .*\n.*in entry 0 of that log,\n/,
    );
    assert.doesNotMatch(checked.stdout, /cannot have told/);
    assert.match(checked.stdout, /witness\.narae\.example saw that log at 1 entry on 2026-11-22T09:01:00\.000Z/);
  });

  it('was not anchored before the time that witnesses gave to what the anchor holds', async () => {
    await bongsu('evidence', 'seal', photo);
    assert.match((await bongsu('evidence', 'prove', '1')).stderr, /^EVIDENCE_NOT_ANCHORED/);
    assert.equal((await bongsu('evidence', 'anchor')).stdout, 'shared log, entry 1: 2 entries of the own log\n');
    await node.cosign(120_000);
    const file = join(root, 'dated');
    await bongsu('evidence', 'prove', '1', '--out', file);
    const checked = await bongsu('evidence', 'check', photo, file, ...keys());
    assert.match(
      checked.stdout,
      /It cannot have told so before 2026-11-22T09:01:00\.000Z: witness\.narae\.example cosigned what that holds\.\n/,
    );
    const twice = await bongsu('evidence', 'check', photo, file, ...keys(), keys().at(-1)!);
    assert.equal(twice.stdout, checked.stdout);
    const mailed = join(root, 'mailed');
    await writeFile(mailed, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    assert.equal((await bongsu('evidence', 'check', photo, mailed, ...keys())).stdout, checked.stdout);
    const verified = await bongsu('ledger', 'verify', join(root, 'log'), '--key', node.logKey.logKey.vkey);
    assert.match(verified.stdout, /\n {4}2 anchors of an own log that only grew\n$/, verified.stderr);
    const unasked = await bongsu('evidence', 'check', photo, file, ...keys().slice(0, 2));
    assert.doesNotMatch(unasked.stdout, /cannot have told/);
    const stranger = generateWitnessKey('witness.duru.example').witnessKey.vkey;
    const strange = await bongsu('evidence', 'check', photo, file, ...keys().slice(0, 2), '--witness', stranger);
    assert.doesNotMatch(strange.stdout, /cannot have told/);
  });

  it('is told from another file, and a proof from a damaged one', async () => {
    const other = join(root, 'other.jpg');
    writeFileSync(other, 'another box');
    const refused = await bongsu('evidence', 'check', other, proofFile, ...keys(), '--json');
    assert.equal(refused.code, 1);
    const found = createHash('sha256').update('another box').digest('hex');
    const { code, found: saw } = JSON.parse(refused.stdout) as Record<string, string>;
    assert.deepEqual([code, saw], ['EVIDENCE_OTHER_FILE', found]);
    const damaged = join(root, 'damaged');
    await writeFile(damaged, (await readFile(proofFile, 'utf8')).replace(/index 0\n/, 'index 1\n'));
    assert.match((await bongsu('evidence', 'check', photo, damaged, ...keys())).stderr, /^PROOF_DOES_NOT_HOLD/);
  });

  it('may be a file that no memory holds', async () => {
    const large = join(root, 'large');
    writeFileSync(large, '');
    truncateSync(large, 300 * 1024 * 1024);
    const { stdout } = await bongsu('evidence', 'seal', large, '--json');
    const { sealed } = JSON.parse(stdout) as { sealed: { size: number; entry: { index: number } }[] };
    assert.deepEqual([sealed[0]!.size, sealed[0]!.entry.index], [300 * 1024 * 1024, 2]);
  });

  it('is refused where it is empty, not there, or named after a person', async () => {
    const empty = join(root, 'empty');
    writeFileSync(empty, '');
    assert.match((await bongsu('evidence', 'seal', empty)).stderr, /^EVIDENCE_FILE_EMPTY file=.*empty\n/);
    assert.match((await bongsu('evidence', 'seal', join(root, 'none'))).stderr, /^INPUT_UNREADABLE/);
    assert.match((await bongsu('evidence', 'seal', photo, '--reference', 'Mr Kim')).stderr, /field=reference/);
    for (const loose of ['1e1', '0x7', '07', '+1', '1.0', '']) {
      const { code, stderr } = await bongsu('evidence', 'prove', loose);
      assert.deepEqual([code, /whole number/.test(stderr)], [2, true], loose);
    }
    assert.match((await bongsu('evidence', 'prove', '99')).stderr, /^ENTRY_NOT_IN_LOG .*index=99/);
  });

  it('is of a hash that the log’s owner knew, and never said to have been held by it', async () => {
    const text = 'a file that nobody has shown to the node';
    const body = { sha256: createHash('sha256').update(text).digest('hex'), size: text.length };
    const sealed = await node.api.ask('supervisor', 'POST', '/v1/evidence', body);
    const { entry } = JSON.parse(sealed.body) as { entry: { index: number } };
    await bongsu('evidence', 'anchor');
    await node.cosign(180_000);
    const [unseen, file] = [join(root, 'unseen'), join(root, 'unseen.proof')];
    await bongsu('evidence', 'prove', String(entry.index), '--out', file);
    writeFileSync(unseen, text);
    const { code, stdout, stderr } = await bongsu('evidence', 'check', unseen, file, ...keys());
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ok: the owner of the log \S+ knew the hash of this file of 40 octets \(evidence\),\n/);
    assert.match(
      stdout,
      /\n {4}It proves that the file existed when its hash was sealed, and not that the owner of the log held it\.\n$/,
    );
  });
});

describe('several files', () => {
  it('are sealed all or, where one of them cannot be, none', async () => {
    const files = [photo, join(root, 'not-there'), photo];
    const sealedBefore = await nextIndex();
    const refused = await bongsu('evidence', 'seal', ...files);
    assert.match(refused.stderr, /^INPUT_UNREADABLE .*not-there/);
    assert.equal(refused.stdout, '');
    assert.equal(await nextIndex(), sealedBefore + 1, 'by the one that tells');
  });

  it('that were sealed before the node refused one are told', async () => {
    let asked = 0;
    const refusing = createServer((request, answer) => {
      request.resume();
      asked += 1;
      const isFirst = asked === 1;
      answer.writeHead(isFirst ? 201 : 409, { 'content-type': 'application/json' });
      const sealed = { sha256: 'ab', size: 21, entry: { member: 'hanbit', index: 7 } };
      answer.end(JSON.stringify(isFirst ? sealed : { code: 'LOG_FAILED', detail: 'the disk is full' }));
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = refusing.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const { stdout, stderr, code } = await bongsu('evidence', 'seal', photo, photo, '--url', url);
      assert.equal(stdout, `own log, entry 7: ab  ${photo}\n`);
      assert.match(stderr, /^LOG_FAILED/);
      assert.equal(code, 1);
      asked = 0;
      const json = await bongsu('evidence', 'seal', photo, photo, '--url', url, '--json');
      assert.deepEqual((JSON.parse(json.stdout) as { sealed: { entry: object }[] }).sealed[0]!.entry, {
        member: 'hanbit',
        index: 7,
      });
    } finally {
      refusing.close();
    }
  });

  async function nextIndex(): Promise<number> {
    const { stdout } = await bongsu('evidence', 'seal', photo, '--json');
    return (JSON.parse(stdout) as { sealed: { entry: { index: number } }[] }).sealed[0]!.entry.index;
  }
});

describe('a proof of evidence that its member made up', () => {
  it('is refused where its two entries name two members', async () => {
    const file = await madeUp({ issuer: 'narae', anchorIssuer: 'duru', size: 21 });
    const { stderr, code } = await bongsu('evidence', 'check', photo, file, ...keys().slice(0, 2));
    assert.match(stderr, /^EVIDENCE_PROOF_ISSUERS_DIFFER .*issuer=narae anchorIssuer=duru/);
    assert.equal(code, 1);
  });

  it('is refused where it gives the file another size', async () => {
    const file = await madeUp({ issuer: 'hanbit', anchorIssuer: 'hanbit', size: 5 });
    const { stderr, code } = await bongsu('evidence', 'check', photo, file, ...keys().slice(0, 2));
    assert.match(stderr, /^EVIDENCE_OTHER_SIZE size=5 found=21/);
    assert.equal(code, 1);
  });

  it('is said to be of the log, and not of the member that it names', async () => {
    const file = await madeUp({ issuer: 'c-eir', anchorIssuer: 'c-eir', size: 21 });
    const { stdout } = await bongsu('evidence', 'check', photo, file, ...keys().slice(0, 2));
    assert.match(stdout, /^ok: the owner of the log log\.hanbit\.example\/shared knew/);
    assert.match(stdout, /\n {4}The entry names c-eir as its issuer; whether the log is that member’s, .* cannot tell/);
  });

  /** Two logs by the member's keys in which everything else is as its writer likes. */
  async function madeUp({ issuer, anchorIssuer, size }: { issuer: string; anchorIssuer: string; size: number }) {
    const sha256 = createHash('sha256')
      .update(await readFile(photo))
      .digest();
    const sealed = encodeOwnEntry(envelopeOf(issuer), { kind: 'digest.sealed', subject: 'evidence', sha256, size });
    const folder = mkdtempSync(join(root, 'made-up-'));
    const own = await writeLog(join(folder, 'a'), [sealed], generateLogKey(`${node.logKey.name}/own`));
    const note = await readFile(join(own.folder, 'checkpoint'), 'utf8');
    const anchor = encodeStatement(envelopeOf(anchorIssuer), { kind: 'log.anchored', own: note, shared: 'none' });
    const shared = await writeLog(join(folder, 'b'), [anchor], node.logKey);
    const file = join(folder, 'proof');
    const [ownLog, sharedLog] = [new FolderSource(own.folder), new FolderSource(shared.folder)];
    const proofOf = (source: FolderSource, logKey: LogVerifier) =>
      makeProof(source, { index: 0, logKey, withEntry: true });
    const proof = {
      own: await proofOf(ownLog, own.key.logKey),
      shared: await proofOf(sharedLog, node.logKey.logKey),
    };
    await writeFile(file, formatAnchoredProof(proof));
    return file;
  }
});

describe('a receipt', () => {
  it('is made by the node and checked without it', async () => {
    const { firstIndex } = await node.shared.append([statement(1)]);
    await node.cosign();
    const made = await bongsu('device', 'receipt', String(firstIndex), '--out', receiptFile);
    assert.equal(made.code, 0, made.stderr);
    const { code, stdout, stderr } = await bongsu('ledger', 'check-receipt', receiptFile, ...keys());
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.split('\n').slice(0, 4), [
      'ok: the owner of the log log.hanbit.example/shared stated this by its own clock on 2026-11-22T09:00:00.000Z:',
      '    device.blocked of imei 35209900176149, reason stolen',
      '    The entry names hanbit as its issuer; whether the log is that member’s, the file alone cannot tell.',
      `    It stands at index ${firstIndex} of the log,`,
    ]);
    assert.match(stdout, /witness\.narae\.example saw the log so on 2026-11-22T09:00:00\.000Z\./);
    const journal = await node.api.ask('auditor', 'GET', '/v1/journal');
    assert.match(journal.body, /receipt\.given/);
  });

  it('is said to be of the log, and not of the member that it names; no node makes one of such an entry', async () => {
    const { firstIndex } = await node.shared.append([statement(2, 'c-eir')]);
    await node.cosign();
    assert.match((await bongsu('device', 'receipt', String(firstIndex))).stderr, /^RECEIPT_ENTRY_FOREIGN .*c-eir/);
    const source = new FolderSource(join(root, 'log'));
    const logKey = node.logKey.logKey;
    const text = await makeReceipt(source, { index: firstIndex, owner: 'c-eir', logKey, keyOf: () => node.epochKey });
    const file = join(root, 'foreign');
    await writeFile(file, text);
    const { stdout } = await bongsu('ledger', 'check-receipt', file, ...keys());
    assert.match(stdout, /^ok: the owner of the log log\.hanbit\.example\/shared stated this/);
    assert.match(stdout, /\n {4}The entry names c-eir as its issuer; whether the log is that member’s, .* cannot tell/);
  });

  it('of a body that does not fit its kind, or of a kind unknown here, proves it as it is, and says so', async () => {
    const envelope = { ...envelopeOf('hanbit', 7), version: 1 };
    const imei = { target: { imei: '35209900176148' } };
    const epochKey = { epoch: 1, key: node.epochKey };
    const cases = [
      { kind: 'device.blocked', body: { ...imei, reason: 'stolen', colour: 'red' }, reading: 'misfit' },
      { kind: 'device.blocked', body: { ...imei, reason: 'stolen', occurred: 9e15 }, reading: 'misfit' },
      { kind: 'device.praised', body: { ...imei, reason: 'kind' }, reading: 'unknown' },
    ];
    for (const { kind, body, reading } of cases) {
      const { firstIndex } = await node.shared.append([seal({ ...envelope, kind }, body, epochKey)]);
      const file = join(root, `${reading}-${firstIndex}`);
      assert.equal((await bongsu('device', 'receipt', String(firstIndex), '--out', file)).code, 0);
      const { code, stdout, stderr } = await bongsu('ledger', 'check-receipt', file, ...keys());
      assert.equal(code, 0, stderr);
      const [first, second, third] = stdout.split('\n');
      assert.match(first!, /^ok: the owner of the log log\.hanbit\.example\/shared stated this/);
      assert.deepEqual(JSON.parse(second!.trim().slice(kind.length)), body);
      assert.equal(third === '    This does not fit its kind, so it counts at no node.', reading === 'misfit');
      const json = JSON.parse((await bongsu('ledger', 'check-receipt', file, ...keys(), '--json')).stdout) as object;
      assert.partialDeepStrictEqual(json, { ok: true, kind, body, reading });
    }
  });

  it('names a witness once, however often its key is given', async () => {
    const { firstIndex } = await node.shared.append([statement(3)]);
    await node.cosign();
    const file = join(root, 'once');
    await bongsu('device', 'receipt', String(firstIndex), '--out', file);
    const once = await bongsu('ledger', 'check-receipt', file, ...keys());
    const twice = await bongsu('ledger', 'check-receipt', file, ...keys(), keys().at(-1)!);
    assert.equal(once.stdout.match(/saw the log so/g)?.length, 1);
    assert.equal(twice.stdout, once.stdout);
  });

  it('is refused where it was changed, and not made of what is public or not there', async () => {
    const changed = join(root, 'changed');
    const text = await readFile(receiptFile, 'utf8');
    await writeFile(changed, text.replace(/index (\d+)/, 'index 0'));
    const refused = await bongsu('ledger', 'check-receipt', changed, '--key', node.logKey.logKey.vkey, '--json');
    assert.equal(refused.code, 1);
    assert.equal((JSON.parse(refused.stdout) as { code: string }).code, 'PROOF_DOES_NOT_HOLD');
    assert.match((await bongsu('device', 'receipt', '0')).stderr, /^RECEIPT_ENTRY_PUBLIC/);
    assert.match((await bongsu('device', 'receipt', '99')).stderr, /^ENTRY_NOT_IN_LOG/);
  });
});

function envelopeOf(issuer: string, number = 0): Envelope {
  return { issuer, timeMs: Date.UTC(2026, 10, 22, 9), id: Buffer.alloc(16, number) };
}

function statement(number: number, issuer = 'hanbit'): Uint8Array {
  const imei = (35_209_900_176_148 + number) as ImeiKey;
  return sealStatement(
    envelopeOf(issuer, number),
    { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'stolen' },
    { epoch: 1, key: node.epochKey },
  );
}

function keys(): string[] {
  return ['--key', node.logKey.logKey.vkey, '--witness', node.witness.witnessKey.vkey];
}

function bongsu(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, BONGSU_URL: node.url, BONGSU_TOKEN: node.api.tokens.supervisor };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, ...args], { timeout: 60_000, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}
