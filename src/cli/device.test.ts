import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { IMEI, IMEI_OTHER } from '../../test/support/desk.ts';
import { ApiClient } from './client.ts';

const CLI = fileURLToPath(new URL('../../test/support/desk-cli.ts', import.meta.url));

describe('the desk from the command line', () => {
  let api: ApiUnderTest;
  let url: string;
  let missingEpoch: number | undefined;
  before(async () => {
    api = await apiUnderTest({ dependencies: { missingEpoch: () => missingEpoch } });
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => api.close());

  /** Runs a command as the shell would, with the supervisor's token unless another one is given. */
  const run = (...words: string[]) => runWith([...words, '--url', url, '--token', api.tokens.supervisor]);

  it('reports, shows, corrects and releases a case', async () => {
    const report = ['device', 'report', IMEI, '--reason', 'stolen', '--requester-name', 'Kim', '--place', '서울역'];
    const reported = await run(...report);
    assert.deepEqual(reported, {
      code: 0,
      out: "C-2026-000001: open\n  device.blocked: entry 0 of hanbit's log\n",
      err: '',
    });
    const shown = await run('device', 'show', 'C-2026-000001');
    assert.match(shown.out, /asked by +Kim\n/);
    assert.match(shown.out, new RegExp(`${IMEI} +device.blocked +stolen +stands +0\n`));
    const corrected = await run('device', 'correct', 'C-2026-000001', '--replace', `${IMEI}=${IMEI_OTHER}`);
    assert.match(corrected.out, /device\.released: entry 2/);
    const released = await run('device', 'release', 'C-2026-000001', '--reason', 'recovered', '--json');
    assert.equal((JSON.parse(released.out) as { status: string }).status, 'released');
    const listed = await run('device', 'list', '--status', 'released');
    assert.match(listed.out, /^case +status +opened/);
    const found = await run('device', 'search', '--imei', IMEI_OTHER);
    assert.match(found.out, /C-2026-000001/);
    const history = await run('device', 'history', 'C-2026-000001');
    assert.match(history.out, /supervisor-1 \(supervisor\) +case\.corrected/);
    const journal = await run('journal', '--actor', 'supervisor-1', '--limit', '2');
    assert.match(journal.out, /case\.reported +C-2026-000001 .*\n.*case\.shown +C-2026-000001 .*\nmore: --after /);
  });

  it('lists who looked at whose data', async () => {
    const listed = await run('look-ups', '--actor', 'supervisor-1');
    assert.match(listed.out, /supervisor-1 \(supervisor\) +case\.shown +C-2026-000001/);
    const others = await run('look-ups', '--without-case', '--actor', 'nobody', '--json');
    assert.equal(others.out, '{"lookUps":[]}\n');
  });

  it('lists what many phones may bear only when told so, and says it', async () => {
    const report = ['device', 'report', '00000000000000', '--reason', 'fraud'];
    assert.match((await run(...report)).err, /^IMEI_SHARED field=devices\[0\] why=one-digit /);
    const accepted = await run(...report, '--accept-shared');
    assert.match(accepted.out, /warning: many phones may bear 000000000000000 \(devices\[0\]\)\n/);
    const number = accepted.out.slice(0, 'C-2026-000001'.length);
    await run('device', 'release', number, '--reason', 'withdrawn');
  });

  it('shows what a regulator has overruled', async () => {
    const { out } = await run('device', 'report', '35209900600002', '--reason', 'lost', '--json');
    const { case: number, entries } = JSON.parse(out) as { case: string; entries: { entry: { index: number } }[] };
    api.overruled.add(entries[0]!.entry.index);
    assert.match((await run('device', 'show', number)).out, /device\.blocked +lost +overruled by a regulator/);
  });

  it('says what is in quarantine, struck, or waits for witnesses, and where it stands now', async () => {
    const report = ['device', 'report', '35209900600011', '35209900600012', '--reason', 'lost'];
    const next = api.log.size;
    api.standings.set(next, { isQuarantined: true });
    const { out } = await run(...report);
    assert.match(
      out,
      /entry \d+ of hanbit's log\n {2}in quarantine since it is beyond the budget: enforced nowhere until/,
    );
    const number = /^C-\d+-\d+/.exec(out)![0];
    const show = async (): Promise<string> => (await run('device', 'show', number)).out;
    assert.match(
      await show(),
      /lost +in quarantine since it is beyond the budget.* confirms it +\d+ *\n.*lost +stands/,
    );
    api.standings.set(next, { index: 4_711, struckBy: ['c-eir'] });
    api.overruled.add(next);
    assert.match(await show(), /lost +struck by c-eir +4711/);
    api.standings.delete(next);
    api.overruled.delete(next);
    api.lapsed.add(next);
    assert.match(await show(), /lost +no longer in force by the logs +\d+ *\n.*lost +stands/);
    api.standings.set(next + 1, { isReleaseWaiting: true });
    await run('device', 'release', number, '--reason', 'recovered', '--device', '35209900600012');
    assert.match(await show(), /\(recovered\): release stated, waits for witnesses/);
  });

  it('explains an answer in words', async () => {
    const { out } = await run('device', 'check', IMEI, '--imsi', '450050123456789');
    assert.match(
      out,
      new RegExp(`^Device ${IMEI} with subscriber 450050123456789\n\ns13: BLOCKED, decided by: exact IMEI\n`),
    );
    assert.match(
      out,
      /because hanbit says device\.blocked \(stolen\) since 2026-11-22 09:00:00 UTC, case C-2026-000001 there: entry 0 of hanbit's log/,
    );
    assert.doesNotMatch(out, /waits for witnesses/);
    api.standings.set(0, { isReleaseWaiting: true });
    const waiting = await run('device', 'check', IMEI);
    assert.match(
      waiting.out,
      /BLOCKED.*\n {2}because .* entry 0 of hanbit's log \(release stated, waits for witnesses\)\n/,
    );
  });

  it('says that it cannot know all where the key of the newest epoch is not here', async () => {
    missingEpoch = 3;
    const { out } = await run('device', 'check', IMEI_OTHER);
    missingEpoch = undefined;
    assert.match(out, /^Device \d+\n\nNot all is known here: this member holds no key of epoch 3,/);
  });

  it('imports a file, and gives each row its result where it is refused', async () => {
    const file = join(api.folder, 'rows.csv');
    writeFileSync(file, 'imei,reason\n35209900600000,lost\n35209900600001,theft\n');
    const refused = await run('device', 'import', file);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /^row +line +result +case +why\n1 +2 +valid\n2 +3 +refused +FIELD_MALFORMED field=reason/,
    );
    assert.match(refused.err, /IMPORT_REFUSED rows=2 rowsRefused=1/);
    const partial = await run('device', 'import', file, '--partial');
    assert.deepEqual([partial.code, partial.out.split('\n')[0]], [1, '1 reported, 1 refused']);
  });

  it('makes, lists and revokes tokens', async () => {
    const made = await run('token', 'create', 'desk-7', '--role', 'agent');
    assert.match(made.out, /^bongsu_[A-Za-z0-9_-]{43}\n$/);
    assert.match((await run('token', 'list')).out, /desk-7 +agent +.*in force/);
    assert.equal((await run('token', 'revoke', 'desk-7')).out, 'desk-7 is revoked\n');
  });

  it('ends with 1 and the code where the node refuses, and with 2 where it was used wrongly', async () => {
    const unknown = await run('device', 'show', 'C-2026-999999');
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /^CASE_UNKNOWN detail=There is no such case/);
    assert.equal((await run('device', 'report', IMEI)).code, 2);
    assert.equal((await runWith(['device', 'list', '--url', url])).code, 2);
    assert.equal((await runWith(['device', 'list', '--token', 'x'])).code, 2);
    assert.equal((await runWith(['device', 'list', '--token', 'x', '--url', 'ftp://127.0.0.1'])).code, 2);
    assert.equal((await runWith(['device', 'list', '--token', 'two lines\nof it', '--url', url])).code, 2);
    assert.equal((await run('device', 'correct', 'C-2026-000001', '--replace', 'x')).code, 2);
  });

  it('takes the token from a file', async () => {
    const file = join(api.folder, 'token');
    writeFileSync(file, `${api.tokens.agent}\n`);
    assert.equal((await runWith(['device', 'list', '--url', url, '--token-file', file])).code, 0);
    const missing = await runWith(['device', 'list', '--url', url, '--token-file', `${file}-missing`]);
    assert.match(missing.err, /^INPUT_UNREADABLE/);
  });
});

describe('a client', () => {
  it('sends a request again under its key when the connection breaks or the node is busy', async (t) => {
    const keys: unknown[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else if (keys.length === 2) response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{}');
      else response.end('{"case":"C-2026-000001"}');
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = new ApiClient({ url: `http://127.0.0.1:${port}/`, token: 'x' });
    assert.deepEqual(await client.ask('POST', '/v1/device-cases', { body: {} }), { case: 'C-2026-000001' });
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
  });

  it('says that nobody answers', async () => {
    const client = new ApiClient({ url: 'http://127.0.0.1:1', token: 'x' });
    await assert.rejects(client.ask('GET', '/v1/device-cases'), { message: 'NODE_UNREACHABLE' });
  });
});

/** Runs a command as a shell does. */
function runWith(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...words], { env: {} }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
