import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { SUPERVISOR } from '../../test/support/desk.ts';
import { describeOnEngines } from '../../test/support/engines.ts';
import { blockList, exchangeOn, insert, remove } from '../../test/support/exchange.ts';
import { until } from '../../test/support/nodes.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-fault.ts';
import { ExchangeError } from './exchange-fault.ts';
import { FILES_WAITING_MAX } from './inbox.ts';

const ONE = '35209900176100';
const STOLEN_LIST = 'imei,reporting_date,status\n49015420323751,20261120,blacklist\n';
/** Receiving a list writes once, beginning it once more, and then come its lines. */
const FIRST_GROUP = 3;

describeOnEngines('a list that could not be taken to its end', (engine) => {
  it('is taken on when the database is back, and nothing newer before it', async () => {
    const { under, failing, give } = await failingExchange(await engine.openStore());
    failing.atWrite = FIRST_GROUP;
    const first = await give(blockList(1, [insert(ONE, 'OPA')]));
    await until(() => failing.failed > 2);
    failing.isAway = false;
    const second = await give(blockList(2, [remove(ONE, 'OPA')]));
    await until(async () => (await under.exchange.file(second)).state === 'taken');
    assert.equal((await under.exchange.file(first)).state, 'taken');
    assert.deepEqual(
      under.statements().map(({ kind }) => kind),
      ['device.blocked', 'device.released'],
    );
  });

  it('is taken on though the database was away before it was begun', async () => {
    const { under, failing, give } = await failingExchange(await engine.openStore());
    failing.afterWrite = 1;
    await assert.rejects(give(blockList(1, [insert(ONE, 'OPA')])), StoreError);
    await under.exchange.inbox.settled();
    failing.isAway = false;
    await until(async () => (await under.exchange.file(1)).state === 'taken');
  });

  it('holds back its own register alone, and is taken on when its lost octets are given in again', async () => {
    const { under, failing, give } = await failingExchange(await engine.openStore());
    failing.atWrite = FIRST_GROUP;
    failing.cause = () => {
      failing.isAway = false;
      rmSync(under.spool.path(1));
      return new Error('whatever it was');
    };
    const list = blockList(1, [insert(ONE, 'OPA')]);
    const lost = await give(list);
    await under.exchange.inbox.settled();
    const newer = await give(blockList(2, [remove(ONE, 'OPA')]));
    const other = await give(STOLEN_LIST, 'stolen');
    await under.exchange.inbox.settled();
    const states = () => Promise.all([lost, newer, other].map(async (file) => (await under.exchange.file(file)).state));
    assert.deepEqual(await states(), ['applying', 'received', 'taken']);
    assert.equal(await give(list), lost);
    await under.exchange.inbox.settled();
    assert.deepEqual(await states(), ['taken', 'taken', 'taken']);
    assert.deepEqual(
      under.statements().map(({ kind }) => kind),
      ['device.blocked', 'device.blocked', 'device.released'],
    );
  });
});

describeOnEngines('lists that wait', (engine) => {
  it('are so many and no more', async () => {
    const store = await engine.openStore();
    const under = await exchangeOn(store);
    const { file } = await under.import(blockList(1, [insert(ONE)]));
    const taken = await store.read(({ exchange }) => exchange.files.find(file));
    const ids: number[] = [];
    for (let place = 0; place < FILES_WAITING_MAX; place++) {
      const row = { ...taken!, state: 'received', sha256: `${place}` } as const;
      ids.push((await store.write(({ exchange }) => exchange.files.add(row))).id);
    }
    await assert.rejects(under.import(blockList(2, [insert(ONE)])), isBusy);
    await store.write(({ exchange }) => exchange.files.change(ids[0]!, { state: 'refused' }));
    assert.equal((await under.import(blockList(2, [insert(ONE)]))).state, 'taken');
  });
});

/** An exchange whose database goes away at a write, or right after one, and stays so until it is said to be back. */
async function failingExchange(store: Store) {
  const under = await exchangeOn(store);
  const failing = {
    atWrite: 0,
    afterWrite: 0,
    isAway: false,
    failed: 0,
    cause: (): Error => new StoreError({ code: 'STORE_UNAVAILABLE' }),
  };
  let writes = 0;
  const { read, write } = { read: store.read.bind(store), write: store.write.bind(store) };
  const failIfAway = (): void => {
    if (!failing.isAway) return;
    failing.failed++;
    throw failing.cause();
  };
  store.read = async (work) => {
    failIfAway();
    return read(work);
  };
  store.write = async (work) => {
    if (++writes === failing.atWrite) failing.isAway = true;
    failIfAway();
    const written = await write(work);
    if (writes === failing.afterWrite) failing.isAway = true;
    return written;
  };
  const give = async (text: string, register = 'worldlist'): Promise<number> =>
    (await under.exchange.receive(register, Readable.from([Buffer.from(text)]), { name: register }, SUPERVISOR)).file;
  return { under, failing, give };
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof ExchangeError && thrown.facts.code === 'EXCHANGE_BUSY';
}
