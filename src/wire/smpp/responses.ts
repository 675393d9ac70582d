import type { Parsed } from '../../base/fault.ts';
import { type COMMAND, GENERIC_NACK, responseTo } from './command.ts';
import { HEADER_SIZE } from './header.ts';
import type { PduFault } from './pdu-fault.ts';
import { PduReader } from './pdu-reader.ts';
import { PduWriter } from './pdu-writer.ts';
import type { Tlv } from './tlv.ts';

/** message_id with its NUL (clause 5.2.23). */
export const MESSAGE_ID_SIZE_MAX = 65;

/** What a response to a bind, a submit_sm or a deliver_sm bears besides its header. */
export interface NamedResponse {
  /** system_id of a bind's response, message_id of the others. */
  readonly name: string;
  readonly tlvs: readonly Tlv[];
}

/**
 * A response to a bind (clause 4.1.2), a submit_sm (4.4.2) or a deliver_sm (4.6.2). A response with an error has no body
 * by the standard; one that says why bears an empty name and optional parameters, which peers read or pass over.
 */
export function writeNamedResponse(
  { command, status, sequence }: { command: number; status: number; sequence: number },
  { name, tlvs }: NamedResponse,
): Buffer {
  const header = { command: responseTo(command), status, sequence };
  return new PduWriter(header).text(name).tlvs(tlvs).finish();
}

/** A response that is its header: to enquire_link, to unbind, and where an error says no more than its status. */
export function writeBareResponse(header: { command: number; status: number; sequence: number }): Buffer {
  return new PduWriter({ ...header, command: responseTo(header.command) }).finish();
}

/** Clause 4.3. */
export function writeGenericNack(status: number, sequence: number): Buffer {
  return new PduWriter({ command: GENERIC_NACK, status, sequence }).finish();
}

/** enquire_link (clause 4.11) and unbind (clause 4.2) are their header. */
export function writeBareRequest(
  command: typeof COMMAND.enquireLink | typeof COMMAND.unbind,
  sequence: number,
): Buffer {
  return new PduWriter({ command, status: 0, sequence }).finish();
}

/** Reads the body of a named response: none at all is an empty name. */
export function readNamedResponse(bytes: Buffer, start: number, end: number): Parsed<NamedResponse, PduFault> {
  if (end - start === HEADER_SIZE) return { name: '', tlvs: [] };
  const reader = new PduReader(bytes, start, end);
  const name = reader.text(MESSAGE_ID_SIZE_MAX);
  const tlvs = reader.tlvs();
  return reader.fault ?? { name, tlvs };
}
