/*
 * SMPP 3.4 clause 3.2
 *
 *  OFFSET  SIZE  MEANING
 *       0     4  command_length: the whole PDU, this header included
 *       4     4  command_id
 *       8     4  command_status: 0 in requests
 *      12     4  sequence_number: a response bears that of its request
 *      16        mandatory parameters, then optional ones
 */
export const HEADER_SIZE = 16;
/** Sequence numbers go from 1 to this (clause 3.2), and then from 1 again. */
export const SEQUENCE_MAX = 0x7fff_ffff;

export interface PduHeader {
  readonly command: number;
  readonly status: number;
  readonly sequence: number;
}

/** Reads the header of a whole PDU. */
export function readHeader(bytes: Buffer, start: number): PduHeader {
  return {
    command: bytes.readUInt32BE(start + 4),
    status: bytes.readUInt32BE(start + 8),
    sequence: bytes.readUInt32BE(start + 12),
  };
}

export function nextSequence(sequence: number): number {
  return sequence === SEQUENCE_MAX ? 1 : sequence + 1;
}
