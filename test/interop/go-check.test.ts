import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tilesOfSize } from '../../src/ledger/layout.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Cosigning } from '../../src/ledger/cosigning.ts';
import { logPlace, openLog, temporaryFolder, whenOver } from '../support/ledger.ts';
import { serveWitness } from '../support/witness.ts';
import { flipBit, testEntries, writeLog } from '../support/written-log.ts';

const SOURCE = fileURLToPath(new URL('gocheck', import.meta.url));
/** Where Debian's golang-golang-x-mod-dev puts Go packages that need no download. */
const DEBIAN_GOPATH = '/usr/share/gocode';
const BUILD_TIMEOUT_MS = 240_000;

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), 'bongsu-gocheck-'));
after(() => rmSync(root, { recursive: true, force: true }));

const build = await buildCheck(join(root, 'gocheck'));
const skip = build.ok || process.env['CI'] === 'true' ? false : build.reason;

describe('the Go checksum database’s code, as an outside judge of our logs', () => {
  it('is built', { skip }, () => assert.ok(build.ok, build.ok ? '' : build.reason));

  for (const size of [3, 300, 70_000]) {
    it(
      `accepts a log of ${size} entries, and refuses it after one flipped bit in any kind of file`,
      { skip },
      async () => {
        assert.ok(build.ok);
        const { folder, key } = await writeLog(join(root, size.toString()), testEntries(size));
        const { vkey } = key.logKey;
        const accepted = `ok: ${size} entries, ${[...tilesOfSize(size)].length} tiles, 8 proofs\n`;
        assert.equal(await check(build.program, folder, vkey), accepted);
        const first = size < 256 ? `000.p/${size}` : '000';
        const files = [
          ['checkpoint', key.name.length + 1, /^checkpoint: invalid signature/],
          [`tile/entries/${first}`, -1, /^root: the entries do not give/],
          [`tile/0/${first}`, 32, /^tile\/0\/000.*: not the hashes of the entries/],
          ...(size > 65_536
            ? ([
                ['tile/1/000', -1, /^tile\/1\/000: not the hashes/],
                ['tile/2/000.p/1', 0, /^tile\/2\/000\.p\/1: not the hashes/],
                ['tile/entries/100', 0, /^entry \d+: cut short/],
              ] as const)
            : []),
        ] as const;
        for (const [path, at, complaint] of files) {
          const aside = join(root, 'aside');
          await cp(join(folder, path), aside);
          await flipBit(join(folder, path), at);
          await assert.rejects(check(build.program, folder, vkey), (error: { code: number; stderr: string }) => {
            assert.equal(error.code, 1);
            assert.match(error.stderr, complaint, path);
            return true;
          });
          await cp(aside, join(folder, path));
        }
        assert.equal(await check(build.program, folder, vkey), accepted);
      },
    );
  }

  it(
    'accepts our cosigned checkpoints, counts them, and refuses a flipped bit of a cosignature',
    { skip },
    async (t) => {
      assert.ok(build.ok);
      const place = logPlace(temporaryFolder(t));
      const log = await openLog(t, place);
      const { logKey } = place.signingKey;
      const names = ['narae', 'duru', 'sakura'];
      const served = await Promise.all(names.map((name) => serveWitness(t, [logKey], { name })));
      const peers = { witnesses: served.map(({ peer }) => peer), threshold: 3 };
      const cosigning = await Cosigning.open(
        { folder: place.folder, logKey },
        { clock: systemClock, log: silentLog, checkpoints: log, peers: () => [peers] },
      );
      whenOver(t, () => cosigning.close());
      const witnessed = new Promise((resolve) => cosigning.onWitnessed(resolve));
      await log.append([...testEntries(300)]);
      await witnessed;
      const vkeys = served.map(({ key }) => key.witnessKey.vkey);
      const said = await check(build.program, place.folder, logKey.vkey, vkeys);
      assert.match(said, /\nwitnessed: 300 entries, 3 cosignatures, 0 unknown\n$/);
      const fewer = await check(build.program, place.folder, logKey.vkey, vkeys.slice(1));
      assert.match(fewer, /\nwitnessed: 300 entries, 2 cosignatures, 1 unknown\n$/);
      const file = join(place.folder, 'checkpoint.witnessed');
      await flipBit(file, -12);
      await assert.rejects(check(build.program, place.folder, logKey.vkey, vkeys), { code: 1 });
    },
  );
});

async function check(
  program: string,
  folder: string,
  vkey: string,
  witnesses: readonly string[] = [],
): Promise<string> {
  const { stdout } = await run(program, [folder, vkey, ...witnesses], { timeout: 60_000 });
  return stdout;
}

/**
 * Builds with the module that go.sum pins, and where it cannot be had, with Debian's package of the same code. That one
 * is older than modules, so it is found by GOPATH.
 */
async function buildCheck(program: string): Promise<{ ok: true; program: string } | { ok: false; reason: string }> {
  const reasons: string[] = [];
  const ways = [
    { env: { GOFLAGS: '-mod=readonly' } },
    ...(existsSync(DEBIAN_GOPATH) ? [{ env: { GO111MODULE: 'off', GOPATH: DEBIAN_GOPATH, GOFLAGS: '' } }] : []),
  ];
  for (const { env } of ways) {
    try {
      const options = { cwd: SOURCE, env: { ...process.env, ...env }, timeout: BUILD_TIMEOUT_MS };
      await run('go', ['build', '-buildvcs=false', '-o', program, '.'], options);
      return { ok: true, program };
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: string };
      if (code === 'ENOENT') return { ok: false, reason: 'Go is not installed' };
      reasons.push(stderr ?? String(error));
    }
  }
  return { ok: false, reason: `the Go check could not be built: ${reasons.join('; ')}` };
}
