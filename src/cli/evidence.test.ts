import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ProofApi, proofApi } from '../../test/support/proof-api.ts';
import { generateWitnessKey } from '../ledger/cosignature.ts';
import { sealStatement } from '../statements/codec.ts';
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
      /^ok: the member hanbit held this file of 21 octets \(evidence:C-2026-000001\),\n.*\n.*entry 0 of the log log\.hanbit\.example\/shared,\n/,
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
    assert.match((await bongsu('evidence', 'prove', '99')).stderr, /^ENTRY_NOT_IN_LOG .*index=99/);
  });
});

describe('a receipt', () => {
  it('is made by the node and checked without it', async () => {
    const { firstIndex } = await node.shared.append([statement(1)]);
    await node.cosign();
    const made = await bongsu('device', 'receipt', String(firstIndex), '--out', receiptFile);
    assert.equal(made.code, 0, made.stderr);
    const { code, stdout, stderr } = await bongsu('ledger', 'check-receipt', receiptFile, ...keys());
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.split('\n').slice(0, 3), [
      'ok: the member hanbit stated this by its own clock on 2026-11-22T09:00:00.000Z:',
      '    device.blocked of imei 35209900176149, reason stolen',
      `    It stands at index ${firstIndex} of the log log.hanbit.example/shared,`,
    ]);
    assert.match(stdout, /witness\.narae\.example saw the log so on 2026-11-22T09:00:00\.000Z\./);
    const journal = await node.api.ask('auditor', 'GET', '/v1/journal');
    assert.match(journal.body, /receipt\.given/);
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

function statement(number: number): Uint8Array {
  const envelope = { issuer: 'hanbit', timeMs: Date.UTC(2026, 10, 22, 9), id: Buffer.alloc(16, number) };
  const imei = (35_209_900_176_148 + number) as ImeiKey;
  return sealStatement(
    envelope,
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
