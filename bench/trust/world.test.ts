import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chance } from './chance.ts';
import { EventQueue } from './event-queue.ts';
import { extraRoundTrips, Network } from './network.ts';
import { placesOf, REGIONS } from './regions.ts';
import { simulate } from './world.ts';
import type { WorldOptions } from './world-options.ts';

/** Nothing left to chance but who states something: three members in one place each, 100 ms apart. */
const THREE: WorldOptions = {
  seed: 1,
  places: [0, 1, 2],
  roundTripsMs: [
    [0, 100, 100],
    [100, 0, 100],
    [100, 100, 0],
  ],
  access: { medianMs: 0, sigma: 0 },
  network: { jitterSigma: 0, lossShare: 0, retryMs: 0 },
  local: { publish: [7], witness: [33], take: [5], store: [2], ask: 0, serve: 0, hint: 0, verify: 1 },
  sizes: { entry: 1, aroundPart: 1000, checkpoint: 100, cosignature: 100 },
  witnesses: 2,
  threshold: 2,
  listenersMax: 2,
  hintsOfQuorum: true,
  pollMs: 1000,
  offlineShare: 0,
  slowShare: 0,
};

describe('a world of three members', () => {
  it('takes what the hand computes', () => {
    // Published at 7; hinted 50; checkpoint 100; bundle 100; taken 5.
    const taken = 7 + 50 + 100 + 100 + 5;
    // Published at 7; handshake 200; request and answer 100 with 33 at the witness; stored 2.
    const quorum = 7 + 200 + 100 + 33 + 2;
    // Hinted 50; the checkpoint 100; the witnessed one 100; stored 2, and two cosignatures verified.
    const settled = quorum + 50 + 100 + 100 + 2 + 2;
    assert.deepEqual(simulate(THREE), { taken, quorum, settled });
  });

  it('waits for the next look where nobody hints', () => {
    const { taken, settled } = simulate({ ...THREE, listenersMax: 0, hintsOfQuorum: false });
    const fromLook = 50 + 50 + 100 + 5;
    assert.ok(taken > 7 + fromLook - 50 && taken <= 7 + 1000 + 100 + fromLook, `${taken}`);
    assert.ok(settled > taken);
  });

  it('counts what the owner does in turn', () => {
    // Two hints of 10 ms each, then two requests to witnesses, before the second's checkpoint is served.
    const { taken } = simulate({ ...THREE, local: { ...THREE.local, hint: 10 } });
    assert.equal(taken, 7 + 20 + 50 + 100 + 100 + 5);
  });

  it('is settled nowhere when too many witnesses are away, and taken all the same by who is there', () => {
    const six = { places: [0, 1, 2, 0, 1, 2], witnesses: 5, threshold: 5, listenersMax: 5, offlineShare: 0.5 };
    const { taken, quorum, settled } = simulate({ ...THREE, ...six });
    assert.equal(quorum, Infinity);
    assert.equal(settled, Infinity);
    assert.ok(taken > 0 && taken < 1000);
  });

  it('needs no witness where nobody else is one', () => {
    const { settled } = simulate({ ...THREE, witnesses: 0, threshold: 0 });
    assert.ok(Number.isFinite(settled));
  });
});

it('a world is the same for the same seed, and another for another', () => {
  const options: WorldOptions = {
    ...THREE,
    places: placesOf(40),
    roundTripsMs: REGIONS.map(({ roundTripsMs }) => roundTripsMs),
    access: { medianMs: 10, sigma: 0.5 },
    network: { jitterSigma: 0.15, lossShare: 0.01, retryMs: 200 },
    local: { ...THREE.local, publish: [3, 4, 5, 20], witness: [2, 3, 40] },
    witnesses: 39,
    threshold: 26,
    slowShare: 0.1,
  };
  const outcomes = [1, 2, 3, 4].map((seed) => simulate({ ...options, seed }));
  assert.deepEqual(
    [1, 2, 3, 4].map((seed) => simulate({ ...options, seed })),
    outcomes,
  );
  assert.equal(new Set(outcomes.map(({ taken }) => taken)).size, 4);
});

describe('a quorum', () => {
  it('is complete with the answer of the k-th fastest witness', () => {
    // The owner is in the first place, whoever it is; witnesses are 10, 20, ... 90 ms away.
    const line = Array.from({ length: 10 }, (_, at) => Array.from({ length: 10 }, (_, to) => Math.abs(at - to) * 10));
    const roundTripsMs = line.map(() => line[0]!);
    const places = line.map((_, at) => at);
    const of = (threshold: number): number =>
      simulate({ ...THREE, places, roundTripsMs, witnesses: 9, threshold }).quorum;
    // Each is 10 ms further away than the one before, three times over: two for the handshake and one for the request.
    // Who states this is not its own witness, so one distance is missing.
    const steps = [2, 3, 4, 5, 6, 7, 8, 9].map((k) => of(k) - of(k - 1));
    assert.ok(
      steps.every((step) => step === 30 || step === 60),
      String(steps),
    );
    assert.ok(steps.filter((step) => step === 60).length <= 1);
  });
});

describe('the parts of a world', () => {
  it('regions hold all members, and every distance', () => {
    assert.equal(
      REGIONS.reduce((sum, { percent }) => sum + percent, 0),
      100,
    );
    for (const { roundTripsMs } of REGIONS) assert.equal(roundTripsMs.length, REGIONS.length);
    const places = placesOf(750);
    assert.equal(places.length, 750);
    for (const [at, { percent }] of REGIONS.entries()) {
      const count = places.filter((place) => place === at).length;
      assert.ok(Math.abs(count - percent * 7.5) <= 1, `${at}: ${count}`);
    }
  });

  it('events happen in the order of their times, and of their planning where those are equal', () => {
    const queue = new EventQueue();
    const chance = new Chance(3);
    const times = Array.from({ length: 500 }, () => Math.floor(chance.share() * 50));
    const seen: [number, number][] = [];
    times.forEach((atMs, order) => queue.plan(atMs, () => seen.push([queue.nowMs, order])));
    queue.run(() => false);
    const expected = times
      .map((atMs, order): [number, number] => [atMs, order])
      .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    assert.deepEqual(seen, expected);
  });

  it('a log-normal time has the median that was asked for, and jitter in proportion', () => {
    const chance = new Chance(1);
    const drawn = Array.from({ length: 20_000 }, () => chance.logNormal(100, 0.15)).toSorted((a, b) => a - b);
    assert.ok(Math.abs(drawn[10_000]! - 100) < 1);
    assert.ok(Math.abs(drawn[19_000]! - 100 * Math.exp(0.15 * 1.645)) < 3);
  });

  it('what is lost comes a round trip and a wait later', () => {
    const network = new Network({ jitterSigma: 0, lossShare: 0.25, retryMs: 200 }, new Chance(5));
    const ways = Array.from({ length: 10_000 }, () => network.oneWayMs(100));
    const lost = ways.filter((ms) => ms > 50).length;
    assert.ok(Math.abs(lost - 2500) < 200, `${lost}`);
    assert.ok(ways.every((ms) => (ms - 50) % 300 === 0));
  });

  for (const [octets, extra] of [
    [100, 0],
    [14_600, 0],
    [14_601, 1],
    [43_800, 1],
    [43_801, 2],
  ] as const) {
    it(`an answer of ${octets} octets takes ${extra} round trips more`, () =>
      assert.equal(extraRoundTrips(octets), extra));
  }
});
