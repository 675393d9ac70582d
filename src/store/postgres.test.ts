import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely } from 'kysely';
import pg from 'pg';
import { silentLog as log } from '../base/log.ts';
import { refused } from '../../test/support/desk.ts';
import { openPostgres, postgresSkipReason, type TemporaryPostgres } from '../../test/support/postgres.ts';
import { TcpRelay } from '../../test/support/tcp-relay.ts';
import { PostgresHold, postgresDialect } from './postgres.ts';
import type { Schema } from './schema.ts';
import { StoreError } from './store-fault.ts';
import { Store } from './store.ts';

const SILENCE_MS = 300;
const TEST_MS_MAX = 20_000;
const ATTEMPTS_MAX = 200;
const UNAVAILABLE = refused({ code: 'STORE_UNAVAILABLE' });

describe(
  'the store, where connections to PostgreSQL are lost',
  { skip: postgresSkipReason(), timeout: TEST_MS_MAX },
  () => {
    let postgres: TemporaryPostgres;
    let relay: TcpRelay;
    let databaseUrl: string;

    before(async () => {
      postgres = await openPostgres();
      relay = await TcpRelay.open(Number(new URL(postgres.url).port));
    });
    beforeEach(async () => {
      const url = new URL(await postgres.createDatabase());
      url.port = relay.port.toString();
      databaseUrl = url.href;
    });
    after(async () => {
      await relay.close();
      await postgres.stop();
    });

    function openStore(): Store {
      const database = new Kysely<Schema>({ dialect: postgresDialect(databaseUrl, log, SILENCE_MS) });
      return new Store('postgres', database, database, new PostgresHold(databaseUrl, log, SILENCE_MS));
    }

    for (const work of ['write', 'read'] as const) {
      for (const end of ['the server', 'the network'] as const) {
        it(`a ${work} under way when ${end} ends its connection says so, and the next one is done`, async (t) => {
          const clients = watchClients(t);
          const store = openStore();
          const done = store[work](async ({ journal }) => {
            const ended = clients.ended();
            if (end === 'the network') relay.cut();
            else await postgres.disconnect(databaseUrl);
            await ended;
            await journal.list({ after: 0, limit: 1 });
          });
          await assert.rejects(done, UNAVAILABLE);
          await eventually(() => store.write(async () => undefined));
          await store.read(async () => undefined);
          await store.close();
        });
      }

      it(`a ${work} over a connection that was forgotten on the way ends, and the next one is done`, async () => {
        const store = openStore();
        await store.write(async () => undefined);
        relay.forget();
        await assert.rejects(
          store[work](async () => undefined),
          UNAVAILABLE,
        );
        await store[work](async () => undefined);
        await store.close();
      });
    }

    it('a write forgotten on the way while it locks out the others does so no longer than it is silent', async () => {
      const store = openStore();
      const forgotten = store.write(async ({ journal }) => {
        relay.forget();
        await journal.list({ after: 0, limit: 1 });
      });
      await assert.rejects(forgotten, UNAVAILABLE);
      await eventually(() => store.write(async () => undefined));
      await store.close();
    });

    it('the hold outlasts any silence, and its lock is let go by a server that has lost us', async (t) => {
      const clients = watchClients(t);
      const hold = new PostgresHold(databaseUrl, log, SILENCE_MS);
      const other = new PostgresHold(databaseUrl, log, SILENCE_MS);
      assert.equal(await hold.take(), true);
      const [client] = clients.all();
      // By then its socket, had it a limit of silence, would have met it.
      await client!.query(`select pg_sleep(${(2 * SILENCE_MS) / 1_000})`);
      assert.equal(await other.take(), false);
      const { rows } = await client!.query<{ name: string; setting: string }>(
        "select name, setting from pg_settings where name ~ '^tcp_' order by name",
      );
      assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
        tcp_keepalives_count: '3',
        tcp_keepalives_idle: '10',
        tcp_keepalives_interval: '5',
        tcp_user_timeout: '25000',
      });
      await hold.release();
      assert.equal(await other.take(), true);
      await other.release();
    });

    it('a hold that was forgotten on the way is let go all the same', async () => {
      const hold = new PostgresHold(databaseUrl, log, SILENCE_MS);
      await hold.take();
      relay.forget();
      await hold.release();
    });

    it('a hold that cannot be taken leaves no connection behind', async (t) => {
      const clients = watchClients(t);
      const hold = new PostgresHold(databaseUrl, log, TEST_MS_MAX);
      const query = t.mock.method(pg.Client.prototype, 'query', () => Promise.reject(new Error('refused')));
      const taking = hold.take();
      const ended = clients.ended();
      await assert.rejects(taking, { message: 'refused' });
      await ended;
      query.mock.restore();
      assert.equal(await hold.take(), true);
      await hold.release();
    });
  },
);

/** The connections that are opened during a test. */
function watchClients(t: TestContext): { all: () => pg.Client[]; ended: () => Promise<unknown> } {
  const { mock } = t.mock.method(pg.Client.prototype, 'connect');
  const all = (): pg.Client[] => mock.calls.map((call) => call.this as pg.Client);
  return {
    all,
    // Not `once`: it listens for errors too, and whether somebody does is what is tested.
    ended: () => Promise.all(all().map((client) => new Promise<void>((resolve) => client.on('end', resolve)))),
  };
}

/** The server takes a moment to let go of the lock of a connection that was lost. */
async function eventually(write: () => Promise<unknown>): Promise<void> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    try {
      await write();
      return;
    } catch (cause) {
      assert(cause instanceof StoreError, String(cause));
      assert.match(cause.facts.code, /^STORE_(UNAVAILABLE|IN_USE)$/);
      await wait(10);
    }
  }
  assert.fail('the store did not recover');
}
