import type { Clock } from '../../base/clock.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import type { Health } from '../../node/health.ts';
import type { StandingDigest } from '../../portals/dependencies.ts';
import type { DrillDesk } from './desk.ts';
import { until } from './until.ts';

/** Standing that is the same at every node that runs. */
export interface Level {
  readonly afterMs: number;
  /** Entries of each log, by its member, and of all together. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly entries: number;
  readonly sha256: string;
  /** False where nodes rest on the same entries and stand otherwise: what must never be. */
  readonly isEqual: boolean;
}

interface Members {
  readonly awake: readonly string[];
  desk(name: string): DrillDesk;
}

/** Waits until every node that runs rests on the same entries of every log, and has settled as many of them. @throws DrillError DRILL_WAITED_IN_VAIN */
export async function untilLevel(stage: Members, deps: { clock: Clock }): Promise<Level> {
  const seen = new Map<string, string>();
  const { answer, afterMs } = await until(
    'the same sizes of all logs at every node',
    async () => {
      const { awake } = stage;
      if (!(await restOnTheSame(stage, seen))) return undefined;
      const all = await Promise.all(awake.map((name) => stage.desk(name).standing()));
      for (const [place, standing] of all.entries()) seen.set(awake[place]!, sizesText(standing));
      return isComplete(all) && new Set(all.map(sizesText)).size === 1 ? all : undefined;
    },
    { clock: deps.clock, seen: () => [...seen].map(([name, text]) => `${name} has ${text}`).join('; ') },
  );
  const [{ logs, sha256 }] = answer;
  const isEqual = answer.every((standing) => standing.sha256 === sha256);
  const sizes = new Map(logs.map(({ member, size }) => [member, size]));
  return { afterMs, sizes, entries: logs.reduce((sum, { size }) => sum + size, 0), sha256, isEqual };
}

/** Waits, and tells it: it held where all stand the same. @param text what it says of it, before the digest */
export async function levelLine(
  stage: Members,
  { step, text }: { step: string; text: string },
  narrator: Narrator,
): Promise<Line> {
  const { isEqual, afterMs, entries, sha256 } = await untilLevel(stage, narrator);
  const standing = `${entries} entries, standing ${sha256.slice(0, 16)} at ${stage.awake.length} nodes`;
  return { step, member: 'all', status: 'level', held: isEqual, afterMs, text: `${text}: ${standing}` };
}

/** Asked before any digest is: what a node has written may not be in its own standing yet, and a digest reads all of it. */
async function restOnTheSame(stage: Members, seen: Map<string, string>): Promise<boolean> {
  const { awake } = stage;
  const all = await Promise.all(awake.map((name) => stage.desk(name).health()));
  for (const [place, health] of all.entries()) seen.set(awake[place]!, textOf(health));
  const first = textOf(all[0]);
  return all.every((health, place) => {
    const own = health?.logs.find(({ name }) => name === awake[place]);
    return own !== undefined && own.foldedSize === own.size && textOf(health) === first;
  });
}

/** How far each log is folded, and settled. */
function textOf(health: Health | undefined): string {
  if (health === undefined) return 'no answer';
  return health.logs.map(({ name, ...at }) => `${name} ${at.foldedSize} ${at.settledSize}`).join(', ');
}

function isComplete(all: readonly (StandingDigest | undefined)[]): all is [StandingDigest, ...StandingDigest[]] {
  return all.length > 0 && all.every((standing) => standing !== undefined);
}

function sizesText(standing: StandingDigest | undefined): string {
  if (standing === undefined) return 'no digest';
  const { governance, logs } = standing;
  return [governance, ...logs.map(({ member, size, settledSize }) => `${member} ${size} ${settledSize}`)].join(', ');
}
