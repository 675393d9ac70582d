import type { Parsed } from '../../base/fault.ts';
import type { COMMAND } from './command.ts';
import type { PduFault } from './pdu-fault.ts';
import { PduReader } from './pdu-reader.ts';
import { PduWriter } from './pdu-writer.ts';
import type { Tlv } from './tlv.ts';

/** sm_length goes to 254 (clause 5.2.21); longer texts stand in message_payload. */
export const SHORT_MESSAGE_SIZE_MAX = 254;
const SERVICE_TYPE_SIZE_MAX = 6;
const ADDRESS_SIZE_MAX = 21;
const TIME_SIZE_MAX = 17;

/** esm_class of a deliver_sm that carries a receipt (clause 5.2.12). */
export const ESM_CLASS_RECEIPT = 0x04;
const ESM_CLASS_TYPE_MASK = 0x3c;
/** A user data header stands before the text. */
export const ESM_CLASS_UDH = 0x40;
/** registered_delivery: a receipt of the final outcome is asked for, or of failure (clause 5.2.17). */
export const REGISTERED_DELIVERY_MASK = 0x03;

export interface SmppAddress {
  readonly ton: number;
  readonly npi: number;
  readonly digits: string;
}

/*
 * submit_sm and deliver_sm (clauses 4.4.1 and 4.6.1):
 *   service_type C6, source_addr_ton 1, source_addr_npi 1, source_addr C21, dest_addr_ton 1, dest_addr_npi 1,
 *   destination_addr C21, esm_class 1, protocol_id 1, priority_flag 1, schedule_delivery_time C17, validity_period C17,
 *   registered_delivery 1, replace_if_present_flag 1, data_coding 1, sm_default_msg_id 1, sm_length 1, short_message,
 *   optional parameters
 */
export interface ShortMessage {
  readonly serviceType: string;
  readonly source: SmppAddress;
  readonly destination: SmppAddress;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresent: number;
  readonly dataCoding: number;
  readonly defaultMessageId: number;
  readonly shortMessage: Buffer;
  readonly tlvs: readonly Tlv[];
}

export const EMPTY_SHORT_MESSAGE: ShortMessage = {
  serviceType: '',
  source: { ton: 0, npi: 0, digits: '' },
  destination: { ton: 0, npi: 0, digits: '' },
  esmClass: 0,
  protocolId: 0,
  priorityFlag: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  registeredDelivery: 0,
  replaceIfPresent: 0,
  dataCoding: 0,
  defaultMessageId: 0,
  shortMessage: Buffer.alloc(0),
  tlvs: [],
};

export type ShortMessageCommand = typeof COMMAND.submitSm | typeof COMMAND.deliverSm;

export function isReceipt({ esmClass }: ShortMessage): boolean {
  return (esmClass & ESM_CLASS_TYPE_MASK) === ESM_CLASS_RECEIPT;
}

export function readShortMessage(bytes: Buffer, start: number, end: number): Parsed<ShortMessage, PduFault> {
  const reader = new PduReader(bytes, start, end);
  const message = {
    serviceType: reader.text(SERVICE_TYPE_SIZE_MAX),
    source: readAddress(reader),
    destination: readAddress(reader),
    esmClass: reader.octet(),
    protocolId: reader.octet(),
    priorityFlag: reader.octet(),
    scheduleDeliveryTime: reader.text(TIME_SIZE_MAX),
    validityPeriod: reader.text(TIME_SIZE_MAX),
    registeredDelivery: reader.octet(),
    replaceIfPresent: reader.octet(),
    dataCoding: reader.octet(),
    defaultMessageId: reader.octet(),
    shortMessage: readText(reader),
    tlvs: reader.tlvs(),
  };
  return reader.fault ?? message;
}

export function writeShortMessage(command: ShortMessageCommand, sequence: number, message: ShortMessage): Buffer {
  const writer = new PduWriter({ command, status: 0, sequence });
  writer.text(message.serviceType);
  writeAddress(writer, message.source);
  writeAddress(writer, message.destination);
  writer.octet(message.esmClass).octet(message.protocolId).octet(message.priorityFlag);
  writer.text(message.scheduleDeliveryTime).text(message.validityPeriod);
  writer.octet(message.registeredDelivery).octet(message.replaceIfPresent).octet(message.dataCoding);
  writer.octet(message.defaultMessageId).octet(message.shortMessage.length).octets(message.shortMessage);
  return writer.tlvs(message.tlvs).finish();
}

function readText(reader: PduReader): Buffer {
  const size = reader.octet();
  if (size > SHORT_MESSAGE_SIZE_MAX) {
    reader.refuse((at) => ({ code: 'SMPP_SHORT_MESSAGE_TOO_LONG', at, size, sizeMax: SHORT_MESSAGE_SIZE_MAX }));
  }
  return reader.octets(size);
}

function readAddress(reader: PduReader): SmppAddress {
  return { ton: reader.octet(), npi: reader.octet(), digits: reader.text(ADDRESS_SIZE_MAX) };
}

function writeAddress(writer: PduWriter, { ton, npi, digits }: SmppAddress): void {
  writer.octet(ton).octet(npi).text(digits);
}
