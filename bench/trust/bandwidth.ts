import { POLL_LISTENING_MS } from '../../src/ledger/follower.ts';
import { quorumThreshold } from '../../src/ledger/quorum.ts';
import { HEARTBEAT_MS } from '../../src/portals/limits.ts';
import type { Figure } from '../figure.ts';
import { faultyOf } from './faulty.ts';
import { measureWireSizes, type WireSizes } from './wire-sizes.ts';

const RATES = [0.5, 50, 500];
/** Looks without news while hints are heard: each heartbeat is one, and so is the time that passes between two. */
const pollsPerSecond = (1_000 / HEARTBEAT_MS) * Math.ceil(HEARTBEAT_MS / POLL_LISTENING_MS);
/** Everybody is asked for a cosignature, or where that would be too many, a group: a note holds no quorum of 749. */
const SETUPS: readonly Setup[] = [
  { members: 10, witnesses: 9, pollsPerSecond },
  { members: 750, witnesses: 25, pollsPerSecond },
];
const SECONDS_PER_DAY = 86_400;
/** Two to three round trips of 150 ms, one look after the other: what comes faster is taken together. */
const LOOKS_PER_SECOND_MAX = 2;
/** `data: 1234567` as a chunk of HTTP/1.1, and the heartbeat between. */
const HINT_SIZE = 'f\r\ndata: 1234567\n\n\r\n'.length;
const HEARTBEAT_SIZE = '3\r\n:\n\n\r\n'.length;

interface Setup {
  readonly members: number;
  /** Of each log. */
  readonly witnesses: number;
  readonly pollsPerSecond: number;
}

/** Octets a second that one member receives, by what they are for. By symmetry it sends as many. */
interface Bandwidth {
  /** The statements of all, each once. */
  readonly statements: number;
  /** What stands around the entries: requests for a part of the newest bundle, and the heads of the answers. */
  readonly parts: number;
  /** Looks that find nothing, at the poll interval. */
  readonly polls: number;
  readonly checkpoints: number;
  /** Checkpoints with their quorums. */
  readonly witnessed: number;
  /** Its own log's requests to all others, and those of all others to it. */
  readonly cosigning: number;
  readonly hints: number;
}

/** Computed from the sizes of real exchanges. See docs/measured.md for what the parts are. */
export async function run(): Promise<Figure[]> {
  const sizes = await measureWireSizes();
  return SETUPS.flatMap((setup) => RATES.map((rate) => figureOf(setup, rate, sizes)));
}

function figureOf(setup: Setup, rate: number, sizes: WireSizes): Figure {
  const { members, witnesses, pollsPerSecond } = setup;
  const parts = bandwidthOf(setup, rate, sizes);
  const perDay = (octets: number): number => (octets * SECONDS_PER_DAY) / 1e6;
  const value = perDay(Object.values(parts).reduce((sum: number, octets: number) => sum + octets, 0));
  const listed = Object.entries(parts).map(([part, octets]: [string, number]) => `${part} ${readable(perDay(octets))}`);
  return {
    name: `${members} members, ${witnesses} witnesses, a look every ${(1 / pollsPerSecond).toFixed(1)} s, ${rate} statements/s in all: received by each`,
    value,
    unit: 'MB/day',
    baseline: { name: 'the statements alone', value: perDay(parts.statements) },
    ratio: value / perDay(parts.statements),
    note: `MB/day: ${listed.join(', ')}`,
  };
}

/** @param rate statements a second, of all members together */
function bandwidthOf({ members, witnesses, pollsPerSecond }: Setup, rate: number, sizes: WireSizes): Bandwidth {
  const others = members - 1;
  const ofOneLog = rate / members;
  const looks = Math.min(ofOneLog, LOOKS_PER_SECOND_MAX);
  const threshold = quorumThreshold(witnesses, faultyOf(witnesses));
  return {
    statements: others * ofOneLog * sizes.entry,
    parts: others * looks * sizes.aroundPart,
    polls: others * Math.max(0, pollsPerSecond - looks) * sizes.checkpoint,
    checkpoints: others * looks * sizes.checkpoint,
    witnessed: others * looks * (sizes.checkpoint + threshold * sizes.cosignature),
    cosigning: witnesses * looks * sizes.cosigning,
    hints: others * (ofOneLog * HINT_SIZE + (1000 / HEARTBEAT_MS) * HEARTBEAT_SIZE),
  };
}

function readable(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0);
}
