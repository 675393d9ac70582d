import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bookEntry } from '../../../test/support/books.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { FIRM, NUMBER, PDF, sendersOn, type SendersUnderTest } from '../../../test/support/senders.ts';
import { silentLog } from '../../base/log.ts';
import { EVIDENCE_SIZE_MAX } from '../../desks/senders/evidence-files.ts';
import { Books } from '../../standing/books.ts';
import type { EntryName } from '../../statements/statement.ts';
import { openStore, type Store } from '../../store/store.ts';
import { TOKENS_MAX } from '../tokens.ts';
import { FIRMS_PER_HOUR_MAX, firmRegistration } from './firm-routes.ts';
import { publicCertificates, type PublicCertificateView } from './public-certificates.ts';
import { senderRoutes } from './sender-routes.ts';

describe('the certification desk over HTTP', () => {
  let folder: string;
  let store: Store;
  let senders: SendersUnderTest;
  let api: ApiUnderTest;
  let books: Books;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-senders-api-'));
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    senders = await sendersOn(store);
    books = new Books([{ name: 'hanbit', roles: ['certifier'] }]);
    const source = {
      find: (code: string) => books.senders.find(code),
      all: () => books.senders.all(),
      logOf: () => ({ size: senders.shared.size, url: 'https://hanbit.example' }),
      receipt: ({ member, index }: EntryName) => Promise.resolve(`the receipt of ${member} ${index}\n`),
    };
    const parts = { senders: senders.desk };
    const certificates = publicCertificates({ self: 'hanbit' }, { source, clock: senders.clock });
    api = await apiUnderTest({
      store,
      options: { routes: senderRoutes(parts), publicRoutes: [firmRegistration(parts), certificates] },
    });
  });
  after(async () => {
    await api.close();
    await store.close();
    senders.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const json = { 'content-type': 'application/json' };
  async function ask<T>(token: string | undefined, method: string, url: string, body?: object): Promise<Answered<T>> {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && json),
    };
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      headers,
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.json<T & { code: string }>(), headers: answer.headers };
  }

  it('from a registration to a certificate that anybody can look up', async () => {
    const firm = await ask<{ firm: string; token: string }>(undefined, 'POST', '/v1/firms', FIRM);
    assert.equal(firm.status, 201);
    assert.equal(firm.headers['cache-control'], 'no-store');
    const { token } = firm.body;
    const made = await ask<{ application: string }>(token, 'POST', '/v1/applications', { service: 'module' });
    const { application } = made.body;
    assert.equal(made.headers['location'], `/v1/applications/${application}`);
    const path = `/v1/applications/${application}`;
    const uploaded = await api.app.inject({
      method: 'POST',
      url: `${path}/evidence?item=1.1`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/pdf' },
      payload: PDF,
    });
    const { sha256 } = uploaded.json<{ sha256: string }>();
    const { agent, supervisor } = api.tokens;
    await ask(agent, 'POST', `${path}/review`, { step: 'accept' });
    for (const item of ['1.1', '5.1']) await ask(agent, 'POST', `${path}/findings`, { item, finding: 'met' });
    for (const _ of [1, 2]) await ask(agent, 'POST', `${path}/review`, { step: 'pass' });
    const decided = await ask<{ certificate: string }>(supervisor, 'POST', `${path}/decision`, { decision: 'certify' });
    const { certificate } = decided.body;
    const file = await api.ask('agent', 'GET', `${path}/evidence/${sha256}`);
    assert.deepEqual(file.rawPayload, PDF);
    assert.equal(file.headers['content-disposition'], `attachment; filename="${sha256}"`);
    assert.equal(file.headers['x-content-type-options'], 'nosniff');
    const number = await ask<{ state: string }>(token, 'POST', `/v1/certificates/${certificate}/numbers`, NUMBER);
    assert.equal(number.body.state, 'registered');
    const suspended = await ask(supervisor, 'POST', `/v1/certificates/${certificate}/suspend`, { reason: 'spam' });
    assert.equal(suspended.status, 200);

    books.accept(senders.shared.entries.map((bytes, index) => bookEntry('hanbit', index, bytes)!));
    const view = await ask<PublicCertificateView>(undefined, 'GET', `/certificates/${certificate.toLowerCase()}`);
    assert.equal(view.body.state, 'suspended');
    assert.equal(view.body.maySend, false);
    assert.deepEqual(view.body.entries.at(-1), {
      member: 'hanbit',
      index: 2,
      checkpointSize: 3,
      log: 'https://hanbit.example/log/',
      mirror: '/log/',
      receipt: `/certificates/${certificate}/receipt?index=2`,
    });
    for (const { index, receipt } of view.body.entries) {
      const file = await api.ask(undefined, 'GET', receipt);
      assert.equal(file.body, `the receipt of hanbit ${index}\n`);
      assert.equal(file.headers['content-disposition'], `attachment; filename="${certificate}-${index}.receipt"`);
    }
    const newest = await api.ask(undefined, 'GET', `/certificates/${certificate}/receipt`);
    assert.equal(newest.body, 'the receipt of hanbit 2\n');
    // Entry 1 registers a number: it is in the same log, and no stranger is shown what it says.
    const other = await ask(undefined, 'GET', `/certificates/${certificate}/receipt?index=1`);
    assert.deepEqual([other.status, other.body.code], [404, 'CERTIFICATE_NOT_BY_ENTRY']);
    const text = JSON.stringify(view.body);
    for (const personal of [FIRM.representative, FIRM.phone, NUMBER.number, NUMBER.customer]) {
      assert(!text.includes(personal), 'no personal data');
    }
    const found = await ask<{ certificates: PublicCertificateView[] }>(
      undefined,
      ...(['GET', `/certificates?originator=${view.body.originator}`] as const),
    );
    assert.deepEqual(found.body.certificates, [view.body]);
    senders.clock.advance(731 * 24 * 60 * 60 * 1_000);
    const later = await ask<PublicCertificateView>(undefined, 'GET', `/certificates/${certificate}`);
    assert.deepEqual([later.body.state, later.body.maySend], ['expired', false]);
    senders.clock.advance(-731 * 24 * 60 * 60 * 1_000);
  });

  const LOOK_UPS: readonly [string, number, string][] = [
    ['/certificates/KS-2026-999999', 404, 'CERTIFICATE_UNKNOWN'],
    ['/certificates/nonsense', 422, 'CERTIFICATE_CODE_MALFORMED'],
    ['/certificates/KS-2026-999999/receipt', 404, 'CERTIFICATE_UNKNOWN'],
    ['/certificates/nonsense/receipt', 422, 'CERTIFICATE_CODE_MALFORMED'],
    ['/certificates/KS-2026-999999/receipt?index=-1', 400, 'REQUEST_MALFORMED'],
    ['/certificates/KS-2026-999999/receipt?index=9007199254740992', 400, 'REQUEST_MALFORMED'],
    ['/certificates/KS-2026-999999/receipt?index=1&index=2', 400, 'REQUEST_MALFORMED'],
    ['/certificates/..%2F..%2Fkeys', 422, 'CERTIFICATE_CODE_MALFORMED'],
    [`/certificates/${'K'.repeat(300)}`, 404, 'ROUTE_UNKNOWN'],
    ['/certificates?originator=12345678x', 422, 'ORIGINATOR_CODE_MALFORMED'],
    ['/certificates', 400, 'REQUEST_MALFORMED'],
    ['/certificates?originator=301200001&firm=x', 400, 'REQUEST_MALFORMED'],
  ];
  for (const [url, status, code] of LOOK_UPS) {
    it(`GET ${url.slice(0, 60)}: ${code}`, async () => {
      const answer = await ask(undefined, 'GET', url);
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
    });
  }

  it('an upload cut in the middle leaves nothing, and one too large is refused and kept nowhere', async () => {
    const { body } = await ask<{ token: string }>(undefined, 'POST', '/v1/firms', {
      ...FIRM,
      businessNumber: '8000000001',
    });
    const made = await ask<{ application: string }>(body.token, 'POST', '/v1/applications', { service: 'web' });
    const url = `/v1/applications/${made.body.application}/evidence?item=1.1`;
    const address = new URL(await api.app.listen({ host: '127.0.0.1', port: 0 }));
    const before = readdirSync(senders.folder);
    const head = (size: number): string =>
      [
        `POST ${url} HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${body.token}`,
        'Content-Type: application/pdf',
        `Content-Length: ${size}`,
        '',
        '',
      ].join('\r\n');
    const cut = connect(Number(address.port), address.hostname);
    cut.write(`${head(1_000_000)}%PDF-1.7 and then`);
    await until(() => readdirSync(senders.folder).some((name) => name.endsWith('.unfinished')));
    cut.destroy();
    await until(() => readdirSync(senders.folder).length === before.length);

    const large = connect(Number(address.port), address.hostname);
    large.on('error', () => undefined);
    large.write(head(EVIDENCE_SIZE_MAX + 1));
    large.write(Buffer.alloc(EVIDENCE_SIZE_MAX + 1, '%PDF-'));
    const [answer] = (await once(large, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
    assert.match(answer.toString(), /EVIDENCE_FILE_TOO_LARGE/);
    large.destroy();
    assert.deepEqual(readdirSync(senders.folder), before);
    const { body: view } = await ask<{ items: { evidence: object[] }[] }>(
      ...([api.tokens.agent, 'GET', `/v1/applications/${made.body.application}`] as const),
    );
    assert(view.items.every(({ evidence }) => evidence.length === 0));
  });

  it('an upload that is no file, or bears no type, is refused', async () => {
    const { body } = await ask<{ token: string }>(undefined, 'POST', '/v1/firms', {
      ...FIRM,
      businessNumber: '8000000002',
    });
    const made = await ask<{ application: string }>(body.token, 'POST', '/v1/applications', { service: 'web' });
    const url = `/v1/applications/${made.body.application}/evidence?item=1.1`;
    for (const [type, payload] of [
      ['application/json', '{}'],
      ['text/csv', 'a,b'],
      ['application/zip', 'PK'],
      ['application/pdf', ''],
    ] as const) {
      const headers = { authorization: `Bearer ${body.token}`, 'content-type': type };
      const answer = await api.app.inject({ method: 'POST', url, headers, payload });
      const { code } = answer.json<{ code: string }>();
      assert.equal(code, type === 'application/pdf' ? 'EVIDENCE_FILE_EMPTY' : 'EVIDENCE_TYPE_WRONG', type);
    }
  });

  it('firms cannot use up the tokens that the desk may have, nor register without end from one address', async () => {
    const { length } = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        ask(undefined, 'POST', '/v1/firms', { ...FIRM, businessNumber: String(8_100_000_000 + place) }),
      ),
    );
    assert(length < TOKENS_MAX);
    assert.equal(await store.read(({ tokens }) => tokens.countInForce()), Object.keys(api.tokens).length - 1);
    const codes = [];
    for (let place = 0; place <= FIRMS_PER_HOUR_MAX; place++) {
      codes.push((await ask(undefined, 'POST', '/v1/firms', FIRM)).body.code);
    }
    assert.equal(codes[0], 'FIRM_KNOWN');
    assert.equal(codes.at(-1), 'TOO_MANY_REQUESTS');
  });
});

/** A problem's code stands where an answer would. */
interface Answered<T> {
  readonly status: number;
  readonly body: T & { code: string };
  readonly headers: Readonly<Record<string, unknown>>;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn++) {
    assert(turn < 2_000, 'it never came true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
