import { readUint24, readUint32 } from './octets.ts';

/*
 * RFC 6733 clause 3
 *
 *  OFFSET  SIZE  MEANING
 *       0     1  version, 1
 *       1     3  message length, header and padding included
 *       4     1  flags: R request, P proxiable, E error, T potentially re-transmitted; the rest reserved
 *       5     3  command code
 *       8     4  application
 *      12     4  hop-by-hop identifier
 *      16     4  end-to-end identifier
 */
export const HEADER_SIZE = 20;
/** Hop-by-hop and end-to-end identifier: what an answer copies. */
export const IDENTIFIERS_AT = 12;
export const VERSION = 1;

export const MESSAGE_FLAG = { request: 0x80, proxiable: 0x40, error: 0x20, retransmitted: 0x10 } as const;

export interface MessageHeader {
  readonly version: number;
  readonly flags: number;
  readonly command: number;
  readonly application: number;
  readonly hopByHop: number;
  readonly endToEnd: number;
}

/** Reads the header of a whole message. Nothing in it is verified. */
export function readHeader(bytes: Uint8Array, start: number): MessageHeader {
  return {
    version: bytes[start]!,
    flags: bytes[start + 4]!,
    command: readUint24(bytes, start + 5),
    application: readUint32(bytes, start + 8),
    hopByHop: readUint32(bytes, start + 12),
    endToEnd: readUint32(bytes, start + 16),
  };
}

export function isRequest(header: MessageHeader): boolean {
  return (header.flags & MESSAGE_FLAG.request) !== 0;
}

/** The header of the answer to a request: its identifiers, its P bit, neither R nor T (clauses 3 and 6.2). */
export function answerHeader(request: MessageHeader): MessageHeader {
  return { ...request, version: VERSION, flags: request.flags & MESSAGE_FLAG.proxiable };
}
