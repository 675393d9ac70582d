import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/seeded-random.ts';
import type { Narrator } from '../demo/story/narrator.ts';
import type { Stops } from '../node/stops.ts';
import type { Cast } from './stage/consortium.ts';

/** What a drill is played with. */
export interface Setting {
  readonly cast: Cast;
  /** An empty folder for all that its members keep. */
  readonly folder: string;
  readonly isShort: boolean;
  /** Seeded: the same choices for the same seed. */
  readonly random: Random;
  readonly clock: Clock;
  /** What is undone at the end, also where the drill is broken off: the last first. */
  readonly stops: Stops;
  /** Tells who watches how far a step is that takes minutes. */
  readonly onProgress: (done: number, of: number) => void;
}

/** One real scenario on real processes. */
export interface Drill {
  readonly name: string;
  /** What it proves, in a line. */
  readonly proves: string;
  /** Its steps, in their order, with their headings. */
  readonly steps: Readonly<Record<string, string>>;
  /** Who plays, in its short form or its long one. */
  cast(isShort: boolean): Cast;
  /** Plays it and says what held. @throws DrillError and the faults of its parts: then it did not hold */
  play(setting: Setting, narrator: Narrator): Promise<void>;
}
