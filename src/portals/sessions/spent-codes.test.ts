import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HandClock } from '../../base/clock.ts';
import { SPENT_CODES_MAX, SpentCodes } from './spent-codes.ts';

it('a code is spent once by each, and can come again when it is another one', () => {
  const clock = new HandClock();
  const spent = new SpentCodes(clock);
  assert.equal(spent.spend('u1', '123456'), true);
  assert.equal(spent.spend('u1', '123456'), false);
  assert.equal(spent.spend('u2', '123456'), true);
  clock.advance(2 * 60_000 - 1);
  assert.equal(spent.spend('u1', '123456'), false);
  clock.advance(1);
  assert.equal(spent.spend('u1', '123456'), true);
});

it('SPENT_CODES_MAX are remembered; one more is refused until the oldest is forgotten', () => {
  const clock = new HandClock();
  const spent = new SpentCodes(clock);
  for (let at = 0; at < SPENT_CODES_MAX; at++) assert.equal(spent.spend(`u${at}`, '123456'), true);
  assert.equal(spent.spend('late', '123456'), false);
  clock.advance(2 * 60_000);
  assert.equal(spent.spend('late', '123456'), true);
});
