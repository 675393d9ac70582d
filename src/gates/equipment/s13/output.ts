import { MESSAGE_SIZE_MAX } from '../../../wire/diameter/frame.ts';
import { ANSWER_GROWTH_MAX, MessageWriter } from '../../../wire/diameter/message-writer.ts';

/** What is gathered of answers before it is sent: those to a whole chunk received, in most cases. */
export const OUTPUT_SIZE = 128 * 1024;
/** No answer is larger. */
const ANSWER_SIZE_MAX = MESSAGE_SIZE_MAX + ANSWER_GROWTH_MAX;

/** Where octets go. True when they have left, so that their memory may be written over. */
export type Send = (bytes: Buffer) => boolean;

/** The answers that all connections of a thread write into, each sending what it wrote before another's turn. */
export class Output {
  #writer = new MessageWriter(OUTPUT_SIZE);

  /** The writer, with room for one answer. */
  writer(send: Send): MessageWriter {
    if (this.#writer.room < ANSWER_SIZE_MAX) this.flush(send);
    return this.#writer;
  }

  flush(send: Send): void {
    if (this.#writer.size === 0) return;
    // A buffer that the peer has not taken yet belongs to its socket until it has.
    if (send(this.#writer.written)) this.#writer.size = 0;
    else this.#writer = new MessageWriter(OUTPUT_SIZE);
  }
}
