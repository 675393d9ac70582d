import type { Parsed } from '../../base/fault.ts';
import { COMMAND } from './command.ts';
import type { PduFault } from './pdu-fault.ts';
import { PduReader } from './pdu-reader.ts';
import { PduWriter } from './pdu-writer.ts';

/** interface_version of SMPP 3.4. */
export const INTERFACE_VERSION = 0x34;
/** Sizes with the NUL (clause 4.1.1). */
export const SYSTEM_ID_SIZE_MAX = 16;
export const PASSWORD_SIZE_MAX = 9;
const SYSTEM_TYPE_SIZE_MAX = 13;
const ADDRESS_RANGE_SIZE_MAX = 41;

export type BindCommand = typeof COMMAND.bindReceiver | typeof COMMAND.bindTransmitter | typeof COMMAND.bindTransceiver;

/*
 * bind_receiver, bind_transmitter, bind_transceiver (clauses 4.1.1, 4.1.3, 4.1.5):
 *   system_id C16, password C9, system_type C13, interface_version 1, addr_ton 1, addr_npi 1, address_range C41
 */
export interface Bind {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly interfaceVersion: number;
}

export function isBind(command: number): command is BindCommand {
  return command === COMMAND.bindReceiver || command === COMMAND.bindTransmitter || command === COMMAND.bindTransceiver;
}

export function readBind(bytes: Buffer, start: number, end: number): Parsed<Bind, PduFault> {
  const reader = new PduReader(bytes, start, end);
  const systemId = reader.text(SYSTEM_ID_SIZE_MAX);
  const password = reader.text(PASSWORD_SIZE_MAX);
  const systemType = reader.text(SYSTEM_TYPE_SIZE_MAX);
  const interfaceVersion = reader.octet();
  reader.octet(); // addr_ton and addr_npi, then address_range: an account's receipts are its own whatever it asks for
  reader.octet();
  reader.text(ADDRESS_RANGE_SIZE_MAX);
  reader.tlvs();
  return reader.fault ?? { systemId, password, systemType, interfaceVersion };
}

export function writeBind(command: BindCommand, sequence: number, bind: Bind): Buffer {
  const { systemId, password, systemType, interfaceVersion } = bind;
  return new PduWriter({ command, status: 0, sequence })
    .text(systemId)
    .text(password)
    .text(systemType)
    .octet(interfaceVersion)
    .octet(0)
    .octet(0)
    .text('')
    .finish();
}
