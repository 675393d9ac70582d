import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HandClock } from '../base/clock.ts';
import type { AttachEvent } from './attach.ts';
import { RecentAttaches } from './recent-attaches.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const LIMITS = { linesMax: 3, eventsPerLineMax: 4, recentMs: 1_000 };

function event(msisdn: string, atMs: number): AttachEvent {
  return { atMs, imsi: '001010000000001', msisdn, imei: '', cell: '001-01-eci-00a1b2c', event: 'tau' };
}

function times(recent: RecentAttaches, msisdn: string, sinceMs = 0): number[] {
  return recent.recent(msisdn, sinceMs).map(({ atMs }) => atMs - NOW_MS);
}

describe('recent attaches', () => {
  it('are in the order of time, whatever the order of arrival', () => {
    const recent = new RecentAttaches(LIMITS, { clock: new HandClock(NOW_MS) });
    for (const atMs of [-10, -30, -20]) recent.add(event('821', NOW_MS + atMs));
    assert.deepEqual(times(recent, '821'), [-30, -20, -10]);
    assert.deepEqual(times(recent, '821', NOW_MS - 20), [-20, -10]);
    assert.deepEqual(times(recent, '822'), []);
  });

  it('forget the oldest event of a line at one past its limit', () => {
    const recent = new RecentAttaches(LIMITS, { clock: new HandClock(NOW_MS) });
    for (let at = 0; at < 4; at++) recent.add(event('821', NOW_MS + at - 10));
    assert.deepEqual(times(recent, '821'), [-10, -9, -8, -7]);
    recent.add(event('821', NOW_MS - 6));
    assert.deepEqual(times(recent, '821'), [-9, -8, -7, -6]);
  });

  it('forget the line heard of longest ago at one past the limit, and count it', () => {
    const recent = new RecentAttaches(LIMITS, { clock: new HandClock(NOW_MS) });
    for (const msisdn of ['821', '822', '823', '821']) recent.add(event(msisdn, NOW_MS - 1));
    assert.deepEqual([recent.lines, recent.forgotten], [3, 0]);
    recent.add(event('824', NOW_MS - 1));
    assert.deepEqual([recent.lines, recent.forgotten], [3, 1]);
    assert.deepEqual(times(recent, '822'), []);
    assert.deepEqual(times(recent, '821'), [-1, -1]);
  });

  it('take nothing that is no longer recent, nor an event without a number', () => {
    const clock = new HandClock(NOW_MS);
    const recent = new RecentAttaches(LIMITS, { clock });
    recent.add(event('821', NOW_MS - 1_000));
    recent.add(event('', NOW_MS));
    assert.equal(recent.lines, 0);
    recent.add(event('821', NOW_MS - 999));
    clock.advance(500);
    recent.add(event('821', NOW_MS + 500));
    assert.deepEqual(times(recent, '821'), [500]);
  });
});
