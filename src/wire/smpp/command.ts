/** command_id (SMPP 3.4 clause 5.1.2.1): those that this project speaks, then those that it knows and refuses. */
export const COMMAND = {
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
  querySm: 0x03,
  replaceSm: 0x07,
  cancelSm: 0x08,
  outbind: 0x0b,
  submitMulti: 0x21,
  alertNotification: 0x102,
  dataSm: 0x103,
} as const;

const RESPONSE_BIT = 0x8000_0000;
/** A PDU that could not be understood is answered so (clause 4.3). */
export const GENERIC_NACK = RESPONSE_BIT;

const KNOWN: ReadonlySet<number> = new Set(Object.values(COMMAND));

export function isResponse(command: number): boolean {
  return command >= RESPONSE_BIT;
}

export function responseTo(command: number): number {
  return (command | RESPONSE_BIT) >>> 0;
}

/** A command of the standard, whether it is served here or not. */
export function isKnownCommand(command: number): boolean {
  return KNOWN.has(command);
}
