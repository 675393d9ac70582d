import { Fault } from '../../base/fault.ts';
import { type DeliverMessage, StreamSplitter } from '../stream-splitter.ts';
import { HEADER_SIZE } from './header.ts';
import { padded, readUint24 } from './octets.ts';

/** Ours, not the standard's: a peer can claim 16 MiB in three octets, and is refused before they are held. */
export const MESSAGE_SIZE_MAX = 16 * 1024;
/** Version and message length: what must be there before a message can be cut off. */
const LENGTH_END = 4;

export type FrameFault =
  | { code: 'DIAMETER_MESSAGE_TOO_SHORT'; size: number; sizeMin: number }
  | { code: 'DIAMETER_MESSAGE_TOO_LONG'; size: number; sizeMax: number }
  | { code: 'DIAMETER_MESSAGE_NOT_ALIGNED'; size: number };
export class FrameError extends Fault<FrameFault> {}

/** Cuts a stream into whole messages. `push` throws FrameError after which the stream has lost its place: reset it. */
export class FrameSplitter extends StreamSplitter {
  constructor(deliver: DeliverMessage) {
    super({ lengthEnd: LENGTH_END, sizeMax: MESSAGE_SIZE_MAX, sizeAt: checkedSize }, deliver);
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
