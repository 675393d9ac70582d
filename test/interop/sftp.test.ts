import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Fault } from '../../src/base/fault.ts';
import { ANSWER_SIZE_MAX } from '../../src/exchange/exchange.ts';
import { Runner } from '../../src/exchange/running.ts';
import { LIST_SIZE_MAX } from '../../src/exchange/spool.ts';
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
    const told: string[] = [];
    const log = { ...silentLog, error: (facts: object) => told.push(`${Object(facts).code} ${Object(facts).file}`) };
    const runner = new Runner({ ...under, log });
    return { ...under, wire, runner, told, run: () => runner.run('worldlist', SUPERVISOR) };
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
    const grow = setInterval(() => appendFileSync(path, ' '), 20);
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

  it('do not wait for a file that cannot be fetched', async () => {
    const folders = freshFolders(sshd.root, 'poisoned');
    const under = await connected(folders);
    const unnameable = Buffer.concat([Buffer.from(`${folders.inbox}/a`), Buffer.from([0xe4]), Buffer.from('.txt')]);
    writeFileSync(unnameable, 'x');
    writeFileSync(join(folders.inbox, 'huge.txt'), '');
    truncateSync(join(folders.inbox, 'huge.txt'), LIST_SIZE_MAX + 1);
    writeFileSync(join(folders.inbox, 'world-1.txt'), blockList(1, [insert('35209900176100')]));
    writeFileSync(join(folders.responses, 'huge.response'), '');
    truncateSync(join(folders.responses, 'huge.response'), ANSWER_SIZE_MAX + 1);
    await under.desk.report(FORM, AGENT);
    await assert.rejects(under.run(), coded('EXCHANGE_SERVER_REFUSED'));
    assert.deepEqual(
      (await under.exchange.files({})).map(({ name, state }) => [name, state]),
      [
        ['HUB01_FULL_000001.txt', 'delivered'],
        ['world-1.txt.response', 'delivered'],
        ['world-1.txt', 'taken'],
      ],
    );
    assert.deepEqual(readdirSync(folders.outbox), ['HUB01_FULL_000001.txt']);
    const codes = [
      'EXCHANGE_SERVER_REFUSED a\ufffd.txt',
      'EXCHANGE_FILE_TOO_LARGE huge.txt',
      'EXCHANGE_FILE_TOO_LARGE huge.response',
    ];
    assert.deepEqual(under.told, codes);
    writeFileSync(join(folders.inbox, 'world-2.txt'), blockList(2, [insert('49015420323751')]));
    await assert.rejects(under.run(), coded('EXCHANGE_SERVER_REFUSED'));
    assert.equal((await under.exchange.files({ limit: 2 }))[1]?.state, 'taken');
    assert.deepEqual(under.told, codes, 'it is told once');
    rmSync(unnameable);
    rmSync(join(folders.inbox, 'huge.txt'));
    rmSync(join(folders.responses, 'huge.response'));
    await under.run();
  });

  it('wait for one at which the connection breaks, until it breaks there again', async () => {
    const folders = freshFolders(sshd.root, 'breaking');
    const under = await connected({ ...folders, attemptsMax: 1 });
    await under.desk.report(FORM, AGENT);
    writeFileSync(join(folders.inbox, 'world-1.txt'), LIST);
    writeFileSync(join(folders.inbox, 'world-2.txt'), blockList(2, [insert('49015420323751')], { kind: 'FULL' }));
    const run = async (): Promise<[string, string][]> => {
      const whole = { towards: 'client' as const, octets: 1e9 };
      under.wire.cuts.push(whole, whole, { towards: 'client', octets: 100_000 });
      await assert.rejects(under.run(), coded('EXCHANGE_TRANSFER_FAILED'));
      const files = await under.exchange.files({});
      return files.filter(({ direction }) => direction === 'in').map(({ name, state }) => [name, state]);
    };
    assert.deepEqual(await run(), []);
    assert.deepEqual(readdirSync(folders.outbox), ['HUB01_FULL_000001.txt'], 'what goes out does not wait');
    assert.deepEqual(await run(), [['world-2.txt', 'taken']]);
    assert.deepEqual(under.told, ['EXCHANGE_TRANSFER_FAILED world-1.txt']);
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

/** Folders on the server that no other test uses. */
function freshFolders(root: string, name: string) {
  const folder = (kind: string): string => join(root, name, kind);
  const folders = {
    inbox: folder('inbox'),
    outbox: folder('outbox'),
    responses: folder('responses'),
    answers: folder('answers'),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  return folders;
}

function coded(code: string): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.equal((thrown as Fault).facts.code, code);
    return true;
  };
}
