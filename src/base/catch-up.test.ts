import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CatchUp } from './catch-up.ts';

/** One whose step fails while `isBroken`, and what it went through. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const state = { isBroken: false, steps: 0, failures: [] as string[] };
  const catchUp = new CatchUp(
    async () => {
      state.steps += 1;
      await Promise.resolve();
      if (state.isBroken) throw new Error('disk full');
    },
    (error) => state.failures.push((error as Error).message),
  );
  /** So much time passes, with all that follows from it. */
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await catchUp.settled;
  };
  return Object.assign(state, { catchUp, pass });
}

describe('catching up', () => {
  it('runs once for each news, one run after the other', async (t) => {
    const state = setUp(t);
    await Promise.all([state.catchUp.run(), state.catchUp.run()]);
    await state.pass(100_000);
    assert.deepEqual([state.steps, state.failures], [2, []]);
  });

  it('goes on by itself after a failure, ever more seldom and at least every ten seconds', async (t) => {
    const state = setUp(t);
    state.isBroken = true;
    await state.catchUp.run();
    for (const ms of [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      const { steps } = state;
      await state.pass(ms - 1);
      assert.equal(state.steps, steps);
      await state.pass(1);
      assert.equal(state.steps, steps + 1);
    }
    state.isBroken = false;
    await state.pass(10_000);
    assert.deepEqual([state.steps, new Set(state.failures).size], [10, 1]);
    await state.pass(100_000);
    assert.equal(state.steps, 10);
    state.isBroken = true;
    await state.catchUp.run();
    await state.pass(250);
    assert.equal(state.steps, 12);
  });

  it('needs no second attempt where news came between', async (t) => {
    const state = setUp(t);
    state.isBroken = true;
    await state.catchUp.run();
    state.isBroken = false;
    await state.catchUp.run();
    await state.pass(100_000);
    assert.equal(state.steps, 2);
  });

  it('ends with the run that is under way', async (t) => {
    const state = setUp(t);
    state.isBroken = true;
    void state.catchUp.run();
    await state.catchUp.close();
    await state.catchUp.run();
    await state.pass(100_000);
    assert.ok(state.steps <= 1);
  });
});
