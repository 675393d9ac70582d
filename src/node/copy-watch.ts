import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Turns } from '../base/turns.ts';
import { failureReason } from '../ledger/failure.ts';
import { CHECKPOINT_PATH } from '../ledger/layout.ts';
import { NOTE_SIZE_MAX } from '../ledger/note.ts';
import { type TileSource, UrlSource } from '../ledger/tile-source.ts';
import type { Fetch } from '../peers/peer-client.ts';
import { Absences } from './absences.ts';

/** Copies that one look asks besides the keeper; the next look asks the next ones. */
export const COPIES_ASKED_MAX = 8;
/** For a checkpoint: a copy that is slower is asked again later, and keeps nobody waiting. */
const PEEK_MS_MAX = 2_000;
/** For each file of what is taken. */
const FILE_MS_MAX = 10_000;
/** Hints that come faster are answered together. */
const LOOK_GAP_MS = 100;

export interface CopyPlaces {
  /** Who ought to have what is new; undefined at the keeper itself. */
  readonly keeper: string | undefined;
  readonly copies: readonly string[];
}

export interface CopyWatchDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: Fetch;
  /** Asked at every look, as members come and go. */
  readonly places: () => CopyPlaces;
  /** Judges what one place shows. What it throws is noted. */
  readonly onShown: (copy: TileSource, note: Buffer) => Promise<void>;
}

/** Looks again and again at every copy of a log: who has it need not be who writes it. */
export class CopyWatch {
  readonly #pollIntervalMs: number;
  readonly #deps: CopyWatchDependencies;
  readonly #stopping = new AbortController();
  readonly #absences: Absences;
  readonly #turns = new Turns();
  #fault: string | undefined;
  /** Ends with the next look. */
  #next = Promise.withResolvers<void>();
  #isHinted = false;
  #wake: (() => void) | undefined;
  readonly #running: Promise<void>;

  constructor({ pollIntervalMs }: { readonly pollIntervalMs: number }, deps: CopyWatchDependencies) {
    this.#pollIntervalMs = pollIntervalMs;
    this.#deps = deps;
    this.#absences = new Absences(deps);
    this.#running = this.#run();
  }

  /** What is wrong at the keeper. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Looks soon. @returns when a look that begins after now is over */
  look(): Promise<void> {
    this.#isHinted = true;
    this.#wake?.();
    return this.#next.promise;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
    this.#next.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const looked = this.#next;
      this.#next = Promise.withResolvers();
      this.#isHinted = false;
      await this.#lookOnce();
      looked.resolve();
      await this.#pause(LOOK_GAP_MS, false);
      await this.#pause(this.#pollIntervalMs, true);
    }
  }

  async #lookOnce(): Promise<void> {
    const { keeper, copies: known } = this.#deps.places();
    const copies = known.filter((copy) => !this.#absences.has(copy));
    const places = [...(keeper === undefined ? [] : [keeper]), ...this.#turns.next(copies, COPIES_ASKED_MAX)];
    // All at once: one that does not answer holds up nobody. And then one after the other.
    const shown = places.map((place) => this.#peek(place));
    for (const [index, place] of places.entries()) {
      const fault = await this.#judge(place, shown[index]!);
      if (this.#stopping.signal.aborted) return;
      if (place === keeper) this.#tell(place, fault);
      else if (fault === 'FOLLOW_NOTHING_THERE') this.#absences.add(place);
    }
  }

  async #judge(place: string, shown: Promise<Buffer | Error | undefined>): Promise<string | undefined> {
    const note = await shown;
    if (note instanceof Error || this.#stopping.signal.aborted) return 'FOLLOW_UNREACHABLE';
    if (note === undefined) return 'FOLLOW_NOTHING_THERE';
    try {
      await this.#deps.onShown(this.#sourceAt(place, FILE_MS_MAX), note);
      return undefined;
    } catch (error) {
      this.#deps.log.debug({ place, reason: failureReason(error) }, 'a copy of the governance log was of no use');
      return 'FOLLOW_GARBAGE';
    }
  }

  async #peek(place: string): Promise<Buffer | Error | undefined> {
    try {
      return await this.#sourceAt(place, PEEK_MS_MAX).read(CHECKPOINT_PATH, NOTE_SIZE_MAX);
    } catch (error) {
      return error as Error;
    }
  }

  #tell(place: string, fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    if (fault === undefined) this.#deps.log.info({ place }, 'the keeper of the governance log is heard again');
    else this.#deps.log.warn({ place, code: fault }, 'the keeper of the governance log is not heard for now');
  }

  #sourceAt(place: string, timeoutMs: number): TileSource {
    return new UrlSource(place, { timeoutMs, signal: this.#stopping.signal, fetch: this.#deps.fetch });
  }

  /** Waits for the time to pass, or for the end of looking; and if it may, for a hint. */
  async #pause(ms: number, untilHint: boolean): Promise<void> {
    if (this.#stopping.signal.aborted || (untilHint && this.#isHinted)) return;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    this.#wake = () => {
      if (untilHint || this.#stopping.signal.aborted) over.resolve();
    };
    await over.promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
