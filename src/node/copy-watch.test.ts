import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { whenOver } from '../../test/support/ledger.ts';
import { HandClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { ABSENCE_MS } from './absences.ts';
import { type CopyPlaces, CopyWatch } from './copy-watch.ts';

const [KEEPER, NODE, STORE] = ['http://keeper/governance', 'http://node/governance', 'http://store/governance'];

interface Watched {
  readonly watch: CopyWatch;
  readonly clock: HandClock;
  /** How often each place was asked. */
  readonly asked: Map<string, number>;
  /** What was logged as a warning: the place and the code. */
  readonly warned: unknown[];
}

/** Of these places the last has nothing. */
function watched(t: TestContext, places: CopyPlaces): Watched {
  const clock = new HandClock();
  const asked = new Map<string, number>();
  const warned: unknown[] = [];
  const watch = new CopyWatch(
    // Looks come by hand.
    { pollIntervalMs: 60_000 },
    {
      clock,
      log: { ...silentLog, warn: (facts) => warned.push(facts) },
      fetch: async (address) => {
        assert.ok(typeof address === 'string');
        const place = address.replace('/checkpoint', '');
        asked.set(place, (asked.get(place) ?? 0) + 1);
        return place === STORE ? new Response(null, { status: 404 }) : new Response('a note');
      },
      places: () => places,
      onShown: async () => undefined,
    },
  );
  whenOver(t, () => watch.close());
  return { watch, clock, asked, warned };
}

describe('the watch on copies of the governance log', () => {
  it('asks who has none once in a while, and the others at every look', async (t) => {
    const { watch, clock, asked } = watched(t, { keeper: KEEPER, copies: [NODE, STORE] });
    for (let look = 0; look < 3; look++) await watch.look();
    const looks = asked.get(KEEPER)!;
    assert.deepEqual([asked.get(NODE), asked.get(STORE)], [looks, 1]);
    clock.advance(ABSENCE_MS - 1);
    await watch.look();
    assert.equal(asked.get(STORE), 1);
    clock.advance(1);
    await watch.look();
    assert.equal(asked.get(STORE), 2);
  });

  it('says that the keeper has nothing there, and goes on asking it', async (t) => {
    const { watch, asked, warned } = watched(t, { keeper: STORE, copies: [NODE] });
    for (let look = 0; look < 3; look++) await watch.look();
    assert.equal(watch.fault, 'FOLLOW_NOTHING_THERE');
    assert.deepEqual(warned, [{ place: STORE, code: 'FOLLOW_NOTHING_THERE' }]);
    assert.equal(asked.get(STORE), asked.get(NODE));
  });

  it('at the keeper itself takes no copy for the keeper', async (t) => {
    const { watch, warned, asked } = watched(t, { keeper: undefined, copies: [STORE, NODE] });
    for (let look = 0; look < 2; look++) await watch.look();
    assert.deepEqual([watch.fault, warned, asked.get(STORE)], [undefined, [], 1]);
  });
});
