import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { type ApiUnderTest, apiUnderTest } from '../../../test/support/member-api.ts';
import { totpCode } from '../../../test/support/totp.ts';
import { systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Store } from '../../store/store.ts';
import { createToken } from '../tokens.ts';
import { signInTables } from './auth.ts';
import { sessionRoutes, SIGN_INS_PER_NAME_MAX } from './session-routes.ts';
import { Sessions } from './sessions.ts';
import { createUser } from './users.ts';

const ORIGIN = 'https://desk.hanbit.example';
const PASSWORD = 'beacon-on-every-hill';
const NODE = { actor: 'node', role: 'node' };

describeOnEngines('signing in', (engine) => {
  let open: ApiUnderTest;
  let strict: ApiUnderTest;
  let strictStore: Store;
  before(async () => {
    const stores = [await engine.openStore(), await engine.openStore()] as const;
    open = await withSessions(stores[0], 'optional');
    strict = await withSessions(stores[1], 'required');
    for (const [name, role] of [
      ['boram', 'supervisor'],
      ['mina', 'agent'],
      ['gone', 'agent'],
      ['guessed', 'agent'],
    ] as const) {
      await createUser({ name, role, password: PASSWORD }, NODE, { store: stores[0], clock: systemClock });
    }
    strictStore = stores[1];
    for (const name of ['sora', 'dari', 'keyed', 'nuri']) {
      await createUser({ name, role: 'supervisor', password: PASSWORD }, NODE, {
        store: stores[1],
        clock: systemClock,
      });
    }
  });
  after(async () => {
    await open.close();
    await strict.close();
  });

  const ask = (
    api: ApiUnderTest,
    method: string,
    url: string,
    { body, cookie, origin = ORIGIN }: { body?: object; cookie?: string; origin?: string | undefined } = {},
  ): Promise<LightMyRequestResponse> =>
    api.ask(undefined, method, url, body, {
      ...(origin !== '' && { origin }),
      ...(cookie !== undefined && { cookie }),
    });
  const signIn = (api: ApiUnderTest, username: string, password = PASSWORD): Promise<LightMyRequestResponse> =>
    ask(api, 'POST', '/auth/sign-in/username', { body: { username, password } });

  it('a right password gives a cookie that no script reads and no other site sends', async () => {
    const answer = await signIn(open, 'boram');
    assert.equal(answer.statusCode, 200);
    const [cookie] = [answer.headers['set-cookie']].flat();
    assert.match(String(cookie), /^__Secure-bongsu\.session_token=[^;]+;.*HttpOnly/i);
    assert.match(String(cookie), /SameSite=Strict/i);
    assert.match(String(cookie), /; Secure/i);
    const me = await ask(open, 'GET', '/v1/me', { cookie: cookieOf(answer) });
    assert.partialDeepStrictEqual(me.json(), { name: 'boram', role: 'supervisor', method: 'password' });
    const { actions } = (await open.ask('supervisor', 'GET', '/v1/journal?limit=500')).json<{ actions: object[] }>();
    assert.ok(actions.some((row) => JSON.stringify(row).includes('session.started')));
  });

  it('a wrong password and an unknown name have the same answer', async () => {
    const wrong = await signIn(open, 'boram', 'beacon-on-no-hill-at-all');
    const unknown = await signIn(open, 'nobody-at-all');
    assert.deepEqual([wrong.statusCode, unknown.statusCode], [401, 401]);
    assert.deepEqual(wrong.json(), unknown.json());
    assert.equal(wrong.json<{ code: string }>().code, 'SIGN_IN_REFUSED');
    assert.equal(wrong.headers['set-cookie'], undefined);
  });

  it('a change needs the pages’ own origin, reading does not', async () => {
    const cookie = cookieOf(await signIn(open, 'boram'));
    for (const origin of ['', 'https://elsewhere.example', 'null', 'http://desk.hanbit.example']) {
      const answer = await ask(open, 'DELETE', '/v1/users/nobody', { cookie, origin });
      assert.equal(answer.statusCode, 403, origin);
      assert.equal(answer.json<{ code: string }>().code, 'ORIGIN_FOREIGN');
    }
    assert.equal((await ask(open, 'GET', '/v1/users', { cookie, origin: '' })).statusCode, 200);
    const own = await ask(open, 'DELETE', '/v1/users/nobody', { cookie });
    assert.equal(own.json<{ code: string }>().code, 'USER_UNKNOWN');
    const foreign = await ask(open, 'POST', '/auth/sign-out', {
      body: {},
      cookie,
      origin: 'https://elsewhere.example',
    });
    assert.equal(foreign.statusCode, 403);
  });

  it('a person and a token never share a name', async () => {
    const dependencies = { store: open.store, clock: systemClock };
    const taken = (code: string) => (thrown: unknown) => thrown instanceof Fault && thrown.facts.code === code;
    await assert.rejects(createToken({ name: 'mina', role: 'agent' }, NODE, dependencies), taken('TOKEN_NAME_TAKEN'));
    await createToken({ name: 'network', role: 'feed' }, NODE, dependencies);
    const user = { name: 'network', role: 'agent', password: PASSWORD } as const;
    await assert.rejects(createUser(user, NODE, dependencies), taken('USER_NAME_TAKEN'));
  });

  it('the role decides what a session may do', async () => {
    const cookie = cookieOf(await signIn(open, 'mina'));
    const answer = await ask(open, 'GET', '/v1/users', { cookie });
    assert.equal(answer.statusCode, 403);
    assert.partialDeepStrictEqual(answer.json(), { code: 'PERMISSION_MISSING', role: 'agent', action: 'users.read' });
  });

  it('a cookie that was changed, or of a session that was ended, opens nothing', async () => {
    const cookie = cookieOf(await signIn(open, 'boram'));
    const changed = cookie.replace(/=(.)/, (_, first: string) => `=${first === 'a' ? 'b' : 'a'}`);
    assert.equal((await ask(open, 'GET', '/v1/me', { cookie: changed })).statusCode, 401);
    assert.equal((await ask(open, 'POST', '/auth/sign-out', { body: {}, cookie })).statusCode, 200);
    assert.equal((await ask(open, 'GET', '/v1/me', { cookie })).statusCode, 401);
  });

  it('who is shut out is out at once, and stays out', async () => {
    const cookie = cookieOf(await signIn(open, 'gone'));
    assert.equal((await ask(open, 'GET', '/v1/me', { cookie })).statusCode, 200);
    assert.equal((await open.ask('supervisor', 'DELETE', '/v1/users/gone')).statusCode, 200);
    assert.equal((await ask(open, 'GET', '/v1/me', { cookie })).statusCode, 401);
    const again = await signIn(open, 'gone');
    assert.equal(again.statusCode, 401);
    assert.equal(again.headers['set-cookie'], undefined);
  });

  it(`the attempt after ${SIGN_INS_PER_NAME_MAX} under one name waits, the right password too`, async () => {
    for (let attempt = 0; attempt < SIGN_INS_PER_NAME_MAX; attempt++) {
      assert.equal((await signIn(open, 'guessed', `not-the-password-${attempt}`)).statusCode, 401);
    }
    const next = await signIn(open, 'GUESSED');
    assert.equal(next.statusCode, 429);
    assert.equal(next.json<{ code: string }>().code, 'TOO_MANY_REQUESTS');
  });

  it('what else the sign-in library can do is not reachable', async () => {
    for (const path of ['/sign-up/email', '/update-user', '/change-email', '/request-password-reset', '/delete-user']) {
      const answer = await ask(open, 'POST', `/auth${path}`, { body: { email: 'a@b.example', password: PASSWORD } });
      assert.equal(answer.statusCode, 404, path);
    }
    for (const path of ['/get-session', '/list-sessions', '/ok', '/error']) {
      assert.equal((await ask(open, 'GET', `/auth${path}`)).statusCode, 404, path);
    }
  });

  it('where a second factor is required, a password opens nothing but the way to one', async () => {
    const first = await signIn(strict, 'sora');
    const cookie = cookieOf(first);
    const refused = await ask(strict, 'GET', '/v1/me', { cookie });
    assert.equal(refused.json<{ code: string }>().code, 'SECOND_FACTOR_MISSING');

    const begun = await ask(strict, 'POST', '/auth/two-factor/enable', { cookie, body: { password: PASSWORD } });
    const { totpURI, backupCodes } = begun.json<{ totpURI: string; backupCodes: string[] }>();
    const code = totpCode(totpURI, systemClock.nowMs());
    const confirmed = await ask(strict, 'POST', '/auth/two-factor/verify-totp', { cookie, body: { code } });
    assert.equal(confirmed.statusCode, 200);
    const me = await ask(strict, 'GET', '/v1/me', { cookie: cookieOf(confirmed) });
    assert.partialDeepStrictEqual(me.json(), { method: 'second-factor', hasSecondFactor: true });

    const again = await signIn(strict, 'sora');
    assert.deepEqual(again.json<{ twoFactorRedirect: boolean }>().twoFactorRedirect, true);
    const half = cookieOf(again);
    assert.equal((await ask(strict, 'GET', '/v1/me', { cookie: half })).statusCode, 401);
    const wrong = await ask(strict, 'POST', '/auth/two-factor/verify-totp', { cookie: half, body: { code: '000000' } });
    assert.equal(wrong.json<{ code: string }>().code, 'SIGN_IN_REFUSED');
    const spare = { code: backupCodes[0]! };
    const entered = await ask(strict, 'POST', '/auth/two-factor/verify-backup-code', { cookie: half, body: spare });
    assert.equal(entered.statusCode, 200);
    assert.equal((await ask(strict, 'GET', '/v1/me', { cookie: cookieOf(entered) })).statusCode, 200);
  });

  const problemOf = (answer: LightMyRequestResponse): string => answer.json<{ code: string }>().code;
  const post = (path: string, cookie: string, body: object = { password: PASSWORD }): Promise<LightMyRequestResponse> =>
    ask(strict, 'POST', `/auth${path}`, { cookie, body });

  it('the end of a second factor is no proof of one', async () => {
    const ended = await post('/two-factor/disable', cookieOf(await signIn(strict, 'nuri')));
    const refused = await ask(strict, 'GET', '/v1/me', { cookie: cookieOf(ended) });
    assert.equal(problemOf(refused), 'SECOND_FACTOR_MISSING');
  });

  it('a code opens one session, no browser is spared the next, and a new password keeps what was proven', async () => {
    const cookie = cookieOf(await signIn(strict, 'dari'));
    const { totpURI } = (await post('/two-factor/enable', cookie)).json<{ totpURI: string }>();
    const code = totpCode(totpURI, systemClock.nowMs());
    const enrolled = await post('/two-factor/verify-totp', cookie, { code });
    assert.equal(enrolled.statusCode, 200);
    const replayed = await post('/two-factor/verify-totp', cookieOf(await signIn(strict, 'dari')), { code });
    assert.partialDeepStrictEqual(replayed.json(), { code: 'SIGN_IN_REFUSED', reason: 'CODE_SPENT' });

    const next = totpCode(totpURI, systemClock.nowMs() + 30_000);
    const half = cookieOf(await signIn(strict, 'dari'));
    const entered = await post('/two-factor/verify-totp', half, { code: next, trustDevice: true });
    assert.equal(entered.statusCode, 200);
    const later = await ask(strict, 'POST', '/auth/sign-in/username', {
      body: { username: 'dari', password: PASSWORD },
      cookie: cookieOf(entered),
    });
    assert.equal(later.json<{ twoFactorRedirect?: boolean }>().twoFactorRedirect, true);

    const change = { currentPassword: PASSWORD, newPassword: 'beacon-on-the-next-hill', revokeOtherSessions: true };
    const changed = await post('/change-password', cookieOf(entered), change);
    const me = await ask(strict, 'GET', '/v1/me', { cookie: cookieOf(changed) });
    assert.partialDeepStrictEqual(me.json(), { method: 'second-factor' });
  });

  it('a password alone adds no way in beside a passkey, and takes none away', async () => {
    const cookie = cookieOf(await signIn(strict, 'keyed'));
    await strictStore.write(async ({ signIn: tables }) => {
      const adapter = await tables.adapter(signInTables());
      const user = await adapter.findOne<{ id: string }>({
        model: 'user',
        where: [{ field: 'username', value: 'keyed' }],
      });
      const key = { publicKey: 'k', credentialID: 'c', counter: 0, deviceType: 'singleDevice', backedUp: false };
      await adapter.create({ model: 'passkey', data: { ...key, userId: user!.id } });
    });
    for (const path of ['/two-factor/enable', '/two-factor/disable', '/passkey/delete-passkey', '/change-password']) {
      assert.equal(problemOf(await post(path, cookie)), 'SECOND_FACTOR_MISSING', path);
    }
    const options = await ask(strict, 'GET', '/auth/passkey/generate-register-options', { cookie });
    assert.equal(problemOf(options), 'SECOND_FACTOR_MISSING');
  });
});

function withSessions(store: Store, secondFactor: 'required' | 'optional'): Promise<ApiUnderTest> {
  const options = { member: 'hanbit', origin: ORIGIN, secondFactor, secret: 'a secret of the test, and long enough' };
  const sessions = new Sessions(options, { store, clock: systemClock });
  return apiUnderTest({ store, dependencies: { sessions }, options: { publicRoutes: [sessionRoutes(sessions)] } });
}

/** As a browser would send it back. */
function cookieOf(answer: LightMyRequestResponse): string {
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}
