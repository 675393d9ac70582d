import { Fault } from '../../base/fault.ts';
import { HEADER_SIZE } from './header.ts';
import { padded, readUint24 } from './octets.ts';

/** Ours, not the standard's: a peer can claim 16 MiB in three octets, and is refused before they are held. */
export const MESSAGE_SIZE_MAX = 16 * 1024;
/** What is held at first for a message that came in parts. An ECR has some 200 octets. */
const HELD_SIZE_MIN = 512;
/** Version and message length: what must be there before a message can be cut off. */
const LENGTH_END = 4;

export type FrameFault =
  | { code: 'DIAMETER_MESSAGE_TOO_SHORT'; size: number; sizeMin: number }
  | { code: 'DIAMETER_MESSAGE_TOO_LONG'; size: number; sizeMax: number }
  | { code: 'DIAMETER_MESSAGE_NOT_ALIGNED'; size: number };
export class FrameError extends Fault<FrameFault> {}

/** Gets one whole message, `bytes` from `start` to `end`. They are the splitter's again when it returns. */
export type DeliverMessage = (bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts a stream into whole messages. It reads the message length and nothing past it, copies only a message that came
 * in parts, and holds at most one of MESSAGE_SIZE_MAX.
 */
export class FrameSplitter {
  readonly #deliver: DeliverMessage;
  #held = Buffer.alloc(0);
  #heldSize = 0;

  constructor(deliver: DeliverMessage) {
    this.#deliver = deliver;
  }

  /** How many octets of an unfinished message are held. */
  get heldSize(): number {
    return this.#heldSize;
  }

  /**
   * Delivers each message that `chunk` completes, in order.
   * @throws FrameError after which the stream has lost its place: reset the connection
   */
  push(chunk: Buffer): void {
    let at = this.#heldSize === 0 ? 0 : this.#completeHeld(chunk);
    while (chunk.length - at >= LENGTH_END) {
      const size = checkedSize(chunk, at);
      if (chunk.length - at < size) break;
      this.#deliver(chunk, at, at + size);
      at += size;
    }
    this.#hold(chunk, at, chunk.length);
  }

  /** Adds to the held message what `chunk` has of it. Returns where in `chunk` the next message begins. */
  #completeHeld(chunk: Buffer): number {
    let at = 0;
    if (this.#heldSize < LENGTH_END) {
      at = Math.min(LENGTH_END - this.#heldSize, chunk.length);
      this.#hold(chunk, 0, at);
      if (this.#heldSize < LENGTH_END) return at;
    }
    const size = checkedSize(this.#held, 0);
    const end = Math.min(at + size - this.#heldSize, chunk.length);
    this.#hold(chunk, at, end);
    if (this.#heldSize === size) {
      this.#heldSize = 0;
      this.#deliver(this.#held, 0, size);
    }
    return end;
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    if (start === end) return;
    const size = this.#heldSize + end - start;
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(HELD_SIZE_MIN, size * 2), MESSAGE_SIZE_MAX));
      this.#held.copy(larger, 0, 0, this.#heldSize);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#heldSize, start, end);
    this.#heldSize = size;
  }
}

function checkedSize(bytes: Buffer, start: number): number {
  const size = readUint24(bytes, start + 1);
  if (size < HEADER_SIZE) throw new FrameError({ code: 'DIAMETER_MESSAGE_TOO_SHORT', size, sizeMin: HEADER_SIZE });
  if (size > MESSAGE_SIZE_MAX) {
    throw new FrameError({ code: 'DIAMETER_MESSAGE_TOO_LONG', size, sizeMax: MESSAGE_SIZE_MAX });
  }
  // AVPs are padded to four octets and the length counts the padding, so another length is a lie or a lost stream.
  if (size !== padded(size)) throw new FrameError({ code: 'DIAMETER_MESSAGE_NOT_ALIGNED', size });
  return size;
}
