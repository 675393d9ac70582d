import { quorumThreshold } from '../../src/ledger/quorum.ts';
import { LISTENERS_MAX } from '../../src/portals/limits.ts';
import type { Figure } from '../figure.ts';
import { faultyOf } from './faulty.ts';
import { measureLocalTimes } from './local-times.ts';
import { placesOf, REGIONS } from './regions.ts';
import { quantileOf } from './timing.ts';
import { measureWireSizes, type WireSizes } from './wire-sizes.ts';
import { simulate } from './world.ts';
import type { LocalTimes, Outcome, WorldOptions } from './world-options.ts';

const SEED = 2026;
/** A group of witnesses that the members might agree on, in place of everybody. */
const GROUP = 25;
/** Assumptions, all worse than a cloud's backbone: see regions.ts. */
const NETWORK = { jitterSigma: 0.15, lossShare: 0.005, retryMs: 200 };
const ACCESS = { medianMs: 10, sigma: 0.5 };
const POLL_MS = 1000;
/** docs/measured.md, "Propagation" and "Ledger": a desk's own answer, without the append in it. */
const DESK_MS = 39 - 4;

/** How a consortium is set up, beside what is the same for all. */
interface Setup extends Pick<
  WorldOptions,
  'witnesses' | 'listenersMax' | 'hintsOfQuorum' | 'offlineShare' | 'slowShare'
> {
  readonly name: string;
  readonly members: number;
}

/** A statement on its way round the world: local times are measured here and now, the ways are published. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const measured = await measureLocalTimes({ quick });
  const local = { ...measured, publish: measured.publish.map((ms) => ms + DESK_MS) };
  const sizes = await measureWireSizes();
  const trials = quick ? 50 : 1000;
  const figures = SETUPS.flatMap((setup) => {
    // A large world has as many members in one trial as a small one in many.
    const outcomes = outcomesOf(setup, setup.members > 100 ? trials / 5 : trials, { local, sizes });
    return figuresOf(setup, outcomes);
  });
  const [first, ...rest] = figures;
  return [{ ...first!, note: `${first!.note}; ${wordsOf(local)}` }, ...rest];
}

const ALL_WELL = { offlineShare: 0, slowShare: 0 };
const SOME_AWAY = { offlineShare: 0.05, slowShare: 0.05 };
const AS_BUILT = { listenersMax: LISTENERS_MAX, hintsOfQuorum: true };

const SETUPS: readonly Setup[] = [
  { name: 'as built', members: 10, witnesses: 9, ...AS_BUILT, ...ALL_WELL },
  { name: 'as built, 5 % away, 5 % slow', members: 10, witnesses: 9, ...AS_BUILT, ...SOME_AWAY },
  { name: 'no hint of a quorum', members: 10, witnesses: 9, ...AS_BUILT, hintsOfQuorum: false, ...ALL_WELL },
  { name: `as built, a group of ${GROUP} witnesses`, members: 750, witnesses: GROUP, ...AS_BUILT, ...ALL_WELL },
  { name: 'the same, 256 are hinted', members: 750, witnesses: GROUP, ...AS_BUILT, listenersMax: 256, ...ALL_WELL },
  { name: 'as built, 5 % away, 5 % slow', members: 750, witnesses: GROUP, ...AS_BUILT, ...SOME_AWAY },
];

function outcomesOf(
  setup: Setup,
  trials: number,
  measured: { local: LocalTimes; sizes: WireSizes },
): readonly Outcome[] {
  const { members, witnesses } = setup;
  const { local, sizes } = measured;
  const options = {
    ...setup,
    places: placesOf(members),
    roundTripsMs: REGIONS.map((region) => region.roundTripsMs),
    access: ACCESS,
    network: NETWORK,
    local,
    sizes,
    threshold: quorumThreshold(witnesses, faultyOf(witnesses)),
    pollMs: POLL_MS,
  };
  return Array.from({ length: trials }, (_, trial) => simulate({ ...options, seed: SEED + trial }));
}

function figuresOf({ name, members }: Setup, outcomes: readonly Outcome[]): Figure[] {
  const longest = Math.max(...REGIONS.flatMap(({ roundTripsMs }) => roundTripsMs));
  const about = `simulated, ${members} members, ${name}`;
  const figure = (what: string, values: readonly number[]): Figure => {
    const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => quantileOf(values, share));
    return {
      name: `${about}: ${what}, p99`,
      value: p99!,
      unit: 'ms',
      baseline: { name: 'the longest round trip', value: longest },
      ratio: p99! / longest,
      note: `p50 ${ms(p50!)}, p99 ${ms(p99!)}, worst ${ms(worst!)} of ${outcomes.length}`,
    };
  };
  return [
    figure(
      'report → refused everywhere',
      outcomes.map(({ taken }) => taken),
    ),
    figure(
      'quorum',
      outcomes.map(({ quorum }) => quorum),
    ),
    figure(
      'release → allowed everywhere',
      outcomes.map(({ settled }) => settled),
    ),
  ];
}

function wordsOf({ publish, witness, take, store, ask, serve, verify }: LocalTimes): string {
  const of = (values: readonly number[]): string =>
    `${quantileOf(values, 0.5).toFixed(1)}/${quantileOf(values, 0.99).toFixed(1)}`;
  const drawn = `publish ${of(publish)}, witness ${of(witness)}, take ${of(take)}, store ${of(store)}`;
  return `local times in ms, p50/p99: ${drawn}; each: ask ${ask.toFixed(2)}, serve ${serve.toFixed(2)}, verify ${verify.toFixed(2)}`;
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms` : 'never';
}
