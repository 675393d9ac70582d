import { Fault } from '../../base/fault.ts';
import { type DeliverMessage, StreamSplitter } from '../stream-splitter.ts';
import { HEADER_SIZE } from './header.ts';

/** Ours, not the standard's: a peer can claim 4 GiB in four octets, and is refused before they are held. */
export const PDU_SIZE_MAX = 16 * 1024;
/** command_length: what must be there before a PDU can be cut off. */
const LENGTH_END = 4;

export type FrameFault =
  | { code: 'SMPP_PDU_TOO_SHORT'; size: number; sizeMin: number }
  | { code: 'SMPP_PDU_TOO_LONG'; size: number; sizeMax: number };
export class FrameError extends Fault<FrameFault> {}

/** Cuts a stream into whole PDUs (SMPP 3.4 clause 3.2). `push` throws FrameError when the stream has lost its place. */
export class FrameSplitter extends StreamSplitter {
  constructor(deliver: DeliverMessage) {
    super({ lengthEnd: LENGTH_END, sizeMax: PDU_SIZE_MAX, sizeAt: checkedSize }, deliver);
  }
}

function checkedSize(bytes: Buffer, start: number): number {
  const size = bytes.readUInt32BE(start);
  if (size < HEADER_SIZE) throw new FrameError({ code: 'SMPP_PDU_TOO_SHORT', size, sizeMin: HEADER_SIZE });
  if (size > PDU_SIZE_MAX) throw new FrameError({ code: 'SMPP_PDU_TOO_LONG', size, sizeMax: PDU_SIZE_MAX });
  return size;
}
