/** What is held at first for a message that came in parts. Most messages are shorter. */
const HELD_SIZE_MIN = 512;

/** Gets one whole message, `bytes` from `start` to `end`. They are the splitter's again when it returns. */
export type DeliverMessage = (bytes: Buffer, start: number, end: number) => void;

/** How a protocol says how long its messages are. */
export interface Framing {
  /** How many octets of a message must be there before its size is known. */
  readonly lengthEnd: number;
  readonly sizeMax: number;
  /** The size of the message at `start`, from `lengthEnd` to `sizeMax`. It throws for a size that cannot be. */
  readonly sizeAt: (bytes: Buffer, start: number) => number;
}

/**
 * Cuts a stream into whole messages. It reads the size and nothing past it, copies only a message that came in parts,
 * and holds at most one of `sizeMax`.
 */
export class StreamSplitter {
  readonly #framing: Framing;
  readonly #deliver: DeliverMessage;
  #held = Buffer.alloc(0);
  #heldSize = 0;

  constructor(framing: Framing, deliver: DeliverMessage) {
    this.#framing = framing;
    this.#deliver = deliver;
  }

  /** How many octets of an unfinished message are held. */
  get heldSize(): number {
    return this.#heldSize;
  }

  /**
   * Delivers each message that `chunk` completes, in order.
   * @throws what `sizeAt` throws: the stream has lost its place then, so reset the connection
   */
  push(chunk: Buffer): void {
    const { lengthEnd, sizeAt } = this.#framing;
    let at = this.#heldSize === 0 ? 0 : this.#completeHeld(chunk);
    while (chunk.length - at >= lengthEnd) {
      const size = sizeAt(chunk, at);
      if (chunk.length - at < size) break;
      this.#deliver(chunk, at, at + size);
      at += size;
    }
    this.#hold(chunk, at, chunk.length);
  }

  /** Adds to the held message what `chunk` has of it. Returns where in `chunk` the next message begins. */
  #completeHeld(chunk: Buffer): number {
    const { lengthEnd, sizeAt } = this.#framing;
    let at = 0;
    if (this.#heldSize < lengthEnd) {
      at = Math.min(lengthEnd - this.#heldSize, chunk.length);
      this.#hold(chunk, 0, at);
      if (this.#heldSize < lengthEnd) return at;
    }
    const size = sizeAt(this.#held, 0);
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
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(HELD_SIZE_MIN, size * 2), this.#framing.sizeMax));
      this.#held.copy(larger, 0, 0, this.#heldSize);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#heldSize, start, end);
    this.#heldSize = size;
  }
}
