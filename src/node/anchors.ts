import { randomBytes } from 'node:crypto';
import { checkpointIn, ownTreeIn } from '../anchoring/anchored-proof.ts';
import type { Clock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { AnchorFault } from '../desks/proofs/proof-fault.ts';
import type { Member } from '../governance/consortium.ts';
import { ENTRY_ID_SIZE } from '../ledger/entry.ts';
import { TILE_WIDTH } from '../ledger/layout.ts';
import { ProofError } from '../ledger/proof.ts';
import { decodeStatement, encodeStatement } from '../statements/codec.ts';

/** Who waits longer looks again meanwhile: governance may have changed the interval, or the clock was set. */
const WAIT_MS_MAX = 60_000;
/** How long after an attempt that failed, or that found nothing to anchor, the next one comes. */
const RETRY_MS = 10_000;

export class AnchorsError extends Fault<AnchorFault> {}

/** The shared log, as far as anchors need it. */
export interface AnchoringLog {
  /** Entries that are durable and published. */
  readonly size: number;
  append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number }>;
  readEntries(from: number, to: number): AsyncIterable<{ firstIndex: number; entries: readonly Uint8Array[] }>;
}

export interface AnchorsParts {
  readonly member: string;
  readonly shared: AnchoringLog;
  /** The newest published checkpoint of the own log, as a note. */
  readonly ownNote: () => string;
  /** The hashes that prove that the own log of this size began with that one. */
  readonly ownConsistency: (size: number, olderSize: number) => Promise<readonly Uint8Array[]>;
  /** The newest published checkpoint of the shared log, as a note. */
  readonly sharedNote: () => string;
  /** The newest checkpoint of the shared log with a quorum of cosignatures; nothing before the first. */
  readonly witnessedNote: () => Promise<string | undefined>;
  /** Of this member, as governance has it now. */
  readonly status: () => Member['status'];
  /** As governance has it now. */
  readonly intervalMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** An anchor as it stands in the shared log. */
export interface AnchorPlace {
  readonly index: number;
  readonly timeMs: number;
  /** The own log's checkpoint that it holds. */
  readonly own: string;
  readonly ownSize: number;
  /** It holds the checkpoint of the empty log, which nobody cosigns: it gives no witnessed time. */
  readonly isUndated: boolean;
}

/**
 * States, at the governed interval and when asked, where this member's two logs stand: so its own log is bound to the
 * shared one, and others learn by witnessed time how fast its statements come.
 */
export class Anchors {
  readonly #parts: AnchorsParts;
  #last: AnchorPlace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stating: Promise<AnchorPlace> | undefined;
  #reported: string | undefined;
  #isClosed = false;

  private constructor(parts: AnchorsParts) {
    this.#parts = parts;
  }

  /** Looks for the last anchor in the log, and states the next when it is due: at once where it was due meanwhile. */
  static async start(parts: AnchorsParts): Promise<Anchors> {
    const anchors = new Anchors(parts);
    for await (const anchor of anchors.#backwards()) {
      anchors.#last = anchor;
      break;
    }
    anchors.#plan(anchors.#waitMs());
    return anchors;
  }

  get last(): AnchorPlace | undefined {
    return this.#last;
  }

  /** States an anchor now. Who asks while one is under way gets that one. @throws AnchorsError; the log's faults */
  async state(): Promise<AnchorPlace> {
    this.#stating ??= this.#state().finally(() => (this.#stating = undefined));
    return this.#stating;
  }

  /**
   * The earliest anchor whose checkpoint of the own log covers an entry of it.
   * @throws AnchorsError EVIDENCE_NOT_ANCHORED: ask again after the next one; ProofError ENTRY_NOT_IN_LOG
   */
  async covering(ownIndex: number): Promise<AnchorPlace> {
    const size = sizeIn(this.#parts.ownNote());
    if (ownIndex >= size) throw new ProofError({ code: 'ENTRY_NOT_IN_LOG', index: ownIndex, size });
    let earliest: AnchorPlace | undefined;
    for await (const anchor of this.#backwards()) {
      if (anchor.ownSize <= ownIndex) break;
      earliest = anchor;
    }
    if (earliest === undefined) throw new AnchorsError({ code: 'EVIDENCE_NOT_ANCHORED', index: ownIndex });
    return earliest;
  }

  /** Ends the waiting; an anchor under way is still stated. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#stating?.catch(() => undefined);
  }

  async #state(): Promise<AnchorPlace> {
    const { member, shared, ownNote, clock, log } = this.#parts;
    const memberStatus = this.#parts.status();
    if (memberStatus !== 'active') throw new AnchorsError({ code: 'ANCHOR_MEMBER_STATUS', memberStatus });
    const sharedNote = await this.#sharedNote();
    const own = ownNote();
    const envelope = { issuer: member, timeMs: clock.nowMs(), id: randomBytes(ENTRY_ID_SIZE) };
    const consistency = await this.#consistency(sizeIn(own));
    const entry = encodeStatement(envelope, { kind: 'log.anchored', own, shared: sharedNote, ...consistency });
    const { firstIndex: index } = await shared.append([entry]);
    this.#last = placeOf(index, entry, this.#origin())!;
    this.#reported = undefined;
    log.info({ index, ownSize: this.#last.ownSize }, 'anchored');
    this.#plan(this.#waitMs());
    return this.#last;
  }

  /** Of the shared log. */
  #origin(): string {
    return orThrow(checkpointIn(this.#parts.sharedNote())).origin;
  }

  /** What others date the anchor by. Nobody cosigns an empty log: the anchor that begins it has the log's own word. */
  async #sharedNote(): Promise<string> {
    const { shared, sharedNote, witnessedNote } = this.#parts;
    const note = shared.size === 0 ? sharedNote() : await witnessedNote();
    if (note === undefined) throw new AnchorsError({ code: 'NOTHING_WITNESSED_YET' });
    return note;
  }

  /** What shows that the own log only grew. Of one that did not, everybody will see that: here it cannot be mended. */
  async #consistency(size: number): Promise<{ consistency?: Uint8Array }> {
    const olderSize = this.#last?.ownSize ?? 0;
    if (olderSize > size) return {};
    const hashes = await this.#parts.ownConsistency(size, olderSize);
    return hashes.length === 0 ? {} : { consistency: Buffer.concat(hashes) };
  }

  /** How long until the next one is due. A clock that was set back makes it due at once, never late. */
  #waitMs(): number {
    const { shared, ownNote, intervalMs, clock } = this.#parts;
    if (this.#last === undefined) return shared.size > 0 || sizeIn(ownNote()) > 0 ? 0 : RETRY_MS;
    const ageMs = clock.nowMs() - this.#last.timeMs;
    // One that others can date follows the one that began the log.
    const dueMs = this.#last.isUndated ? Math.min(RETRY_MS, intervalMs()) : intervalMs();
    return ageMs < 0 ? 0 : Math.max(0, dueMs - ageMs);
  }

  #plan(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#wake(), Math.min(waitMs, WAIT_MS_MAX));
  }

  async #wake(): Promise<void> {
    const waitMs = this.#waitMs();
    if (waitMs > 0) return this.#plan(waitMs);
    if (this.#parts.status() !== 'active') return this.#plan(WAIT_MS_MAX);
    await this.state().catch((error: unknown) => {
      const code = error instanceof Fault ? error.facts.code : 'unknown';
      if (code !== this.#reported) this.#parts.log.warn({ code }, 'no anchor was stated; it is tried again');
      this.#reported = code;
      this.#plan(RETRY_MS);
    });
  }

  /** The anchors in the shared log, the newest first. */
  async *#backwards(): AsyncGenerator<AnchorPlace> {
    const { shared } = this.#parts;
    const origin = this.#origin();
    for (let to = shared.size; to > 0;) {
      const from = Math.floor((to - 1) / TILE_WIDTH) * TILE_WIDTH;
      const found: AnchorPlace[] = [];
      for await (const { firstIndex, entries } of shared.readEntries(from, to)) {
        for (const [place, entry] of entries.entries()) {
          const anchor = placeOf(firstIndex + place, entry, origin);
          if (anchor !== undefined) found.push(anchor);
        }
      }
      yield* found.toReversed();
      to = from;
    }
  }
}

/** What is no anchor, or holds no checkpoint of the own log, is passed over: the others pass over it too. */
function placeOf(index: number, entry: Uint8Array, origin: string): AnchorPlace | undefined {
  const stated = statedIn(entry);
  if (stated?.statement?.kind !== 'log.anchored') return undefined;
  const { own, shared } = stated.statement;
  const tree = ownTreeIn(stated.statement, origin);
  if (tree === undefined) return undefined;
  const seen = checkpointIn(shared);
  const isUndated = !(seen instanceof Fault) && seen.size === 0;
  return { index, timeMs: stated.timeMs, own, ownSize: tree.size, isUndated };
}

function sizeIn(note: string): number {
  return orThrow(checkpointIn(note)).size;
}

function statedIn(entry: Uint8Array): ReturnType<typeof decodeStatement> | undefined {
  // Nearly every entry is another: it is not decoded to find that out.
  if (!Buffer.from(entry.buffer, entry.byteOffset, entry.length).includes('log.anchored')) return undefined;
  try {
    return decodeStatement(entry);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
