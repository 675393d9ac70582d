import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Fault } from '../../src/base/fault.ts';
import { Runner } from '../../src/exchange/running.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { AGENT, FORM, SUPERVISOR } from '../support/desk.ts';
import { blockList, exchangeOn, insert, WORLD } from '../support/exchange.ts';
import { programSkipReason } from '../support/programs.ts';
import { CuttableWire, startSshd, type TemporarySshd } from '../support/sshd.ts';

const LINES = 6_000;
/** A list that takes more than one piece on the wire. */
const LIST = blockList(
  1,
  Array.from({ length: LINES }, (_, place) => insert(String(35209900100001 + place), 'OPA')),
  { kind: 'FULL' },
);

describe('lists over SFTP, with OpenSSH', { skip: programSkipReason('sshd', 'ssh-keygen') }, () => {
  let sshd: TemporarySshd;
  const stores: Store[] = [];
  before(async () => {
    sshd = await startSshd();
  });
  after(async () => {
    for (const store of stores) await store.close();
    await sshd.stop();
  });

  async function connected(more: object = {}, register: object = {}) {
    const wire = await CuttableWire.open(sshd.port);
    after(() => wire.close());
    const folders = Object.fromEntries(
      ['inbox', 'outbox', 'responses', 'answers'].map((name) => [name, join(sshd.root, FOLDERS[name]!)]),
    );
    const sftp = {
      host: '127.0.0.1',
      port: wire.port,
      user: sshd.user,
      hostKey: sshd.hostKey,
      privateKeyFile: sshd.privateKeyFile,
      quietMs: 20,
      retryWaitMs: 10,
      attemptsMax: 3,
      ...folders,
      ...more,
    };
    const store = await openStore(
      { member: 'hanbit', place: { file: join(sshd.root, '..', `desk-${stores.length}.db`) } },
      { log: silentLog },
    );
    stores.push(store);
    const under = await exchangeOn(store, [{ ...WORLD, give: 'delta', ...register, sftp }]);
    const runner = new Runner({ ...under, log: silentLog });
    return { ...under, wire, runner, run: () => runner.run('worldlist', SUPERVISOR) };
  }

  it('are fetched though the connection breaks in the middle of a file, and answered', async () => {
    const under = await connected();
    writeFileSync(join(sshd.root, 'out', 'world-1.txt'), LIST);
    writeFileSync(join(sshd.root, 'out', 'world-2.txt.part'), LIST.slice(0, 5_000));
    // The first two look at the folder; the third fetches, and is cut within the file.
    under.wire.cuts.push(
      { towards: 'client', octets: 1e9 },
      { towards: 'client', octets: 1e9 },
      { towards: 'client', octets: 150_000 },
    );
    const report = await under.run();
    assert.deepEqual(
      report.fetched.map(({ name, state, inserted, size }) => [name, state, inserted, size]),
      [['world-1.txt', 'taken', LINES, Buffer.byteLength(LIST)]],
    );
    assert(under.wire.connections >= 4);
    assert.equal(under.log.size, LINES);
    const answer = readFileSync(join(sshd.root, 'answers', 'world-1.txt.response'), 'ascii');
    assert.equal(answer, 'H|world-1.txt|ACCEPTED|\r\nT|0\r\n');
    const again = await under.run();
    assert.deepEqual(again.fetched, [], 'what was fetched and has not changed is left alone');
  });

  it('that are still being written are left for the next run', async () => {
    const under = await connected({ quietMs: 300, inbox: join(sshd.root, 'responses') });
    const path = join(sshd.root, 'responses', 'growing.txt');
    const list = blockList(1, [insert('35209900176100')]);
    writeFileSync(path, list.slice(0, 30));
    const run = under.run();
    await under.wire.connected(1);
    const grow = setInterval(() => writeFileSync(path, list.slice(0, 31 + Math.floor(Math.random() * 5))), 20);
    assert.deepEqual((await run).fetched, []);
    clearInterval(grow);
    writeFileSync(path, list);
    assert.deepEqual(
      (await under.run()).fetched.map(({ state }) => state),
      ['taken'],
    );
  });

  it('are delivered whole or not at all, by one rename', async () => {
    const under = await connected({ inbox: join(sshd.root, 'answers'), namePattern: '^never$' });
    const devices = Array.from({ length: 90 }, (_, place) => String(49015420100001 + place));
    for (let round = 0; round < 30; round++) {
      await under.desk.report({ ...FORM, devices: devices.slice(round * 3, round * 3 + 3) }, AGENT);
    }
    const whole = { towards: 'client' as const, octets: 1e9 };
    under.wire.cuts.push(whole, whole, { towards: 'server', octets: 4_500 });
    const report = await under.run();
    assert.deepEqual(report.given, { inserted: 90, removed: 0, leftOut: 0, file: report.given!.file });
    const name = report.delivered[0]!.name;
    assert.equal(name, 'HUB01_FULL_000001.txt');
    const lines = readFileSync(join(sshd.root, 'in', name), 'ascii').split('\r\n');
    assert.deepEqual([lines[0], lines.at(-2)], ['H|FULL|HUB01|1|20261122', 'T|90']);
    assert.deepEqual(
      readdirSync(join(sshd.root, 'in')).filter((file) => file.endsWith('.part')),
      [],
    );
    // The register answers, and refuses one of the lines: it stands at the desk until the next list says it again.
    writeFileSync(join(sshd.root, 'responses', `${name}.response`), `H|${name}|ACCEPTED|\r\nE|5|0012|\r\nT|1\r\n`);
    const next = await under.run();
    assert.deepEqual(
      next.answers.filter(({ state }) => state === 'taken').map(({ kind, records }) => [kind, records]),
      [['response', 1]],
    );
    assert.deepEqual(next.given?.inserted, 1, 'the refused line goes out again');
    assert.equal(next.delivered.length, 1);
    const third = await under.run();
    assert.deepEqual([third.given?.file, third.delivered.length], [undefined, 0]);
  });

  it('go to no server but the one whose key is pinned', async () => {
    const under = await connected({ hostKey: `SHA256:${'A'.repeat(43)}` });
    await assert.rejects(under.run(), coded('EXCHANGE_HOST_KEY_WRONG'));
    assert.equal(under.wire.connections, 1, 'it is not tried again');
  });

  it('are not exchanged where the server refuses the key', async () => {
    const under = await connected({ privateKeyFile: sshd.strangeKeyFile });
    await assert.rejects(under.run(), coded('EXCHANGE_SIGN_IN_REFUSED'));
  });

  it('wait for the next run where every attempt breaks', async () => {
    const under = await connected();
    for (let attempt = 0; attempt < 3; attempt++) under.wire.cuts.push({ towards: 'client', octets: 200 });
    await assert.rejects(under.run(), coded('EXCHANGE_UNREACHABLE'));
    assert.equal(under.wire.connections, 3);
  });

  it('leave nothing unfinished on this node’s disk', async () => {
    const under = await connected({ inbox: join(sshd.root, 'out'), attemptsMax: 1 });
    const whole = { towards: 'client' as const, octets: 1e9 };
    under.wire.cuts.push(whole, whole, { towards: 'client', octets: 100_000 });
    await assert.rejects(under.run(), coded('EXCHANGE_TRANSFER_FAILED'));
    assert.deepEqual(readdirSync(join(under.folder, 'spool')), []);
    assert.equal(statSync(join(sshd.root, 'out', 'world-1.txt')).size, Buffer.byteLength(LIST));
    assert(!existsSync(join(sshd.root, 'out', 'world-1.txt.response')));
  });
});

const FOLDERS: Readonly<Record<string, string>> = {
  inbox: 'out',
  outbox: 'in',
  responses: 'responses',
  answers: 'answers',
};

function coded(code: string): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.equal((thrown as Fault).facts.code, code);
    return true;
  };
}
