import type { Static } from 'typebox';
import { Fault } from '../../base/fault.ts';
import { timeOf } from '../../desks/decisions/form-fields.ts';
import { parseCell } from '../../identifiers/cell.ts';
import { parseImsi } from '../../identifiers/imsi.ts';
import { parseMsisdn } from '../../identifiers/msisdn.ts';
import { ATTACH_EVENTS, type AttachEvent } from '../../records/attach.ts';
import { RecordRequestError } from './record-fault.ts';
import type { AttachesBody } from './schemas.ts';

/** How far an event may lie ahead of our clock: clocks differ. */
const AHEAD_MS_MAX = 5 * 60 * 1_000;

type EventBody = Static<typeof AttachesBody>['events'][number];

/** Reads delivered events: all of them, or none. @throws RecordRequestError RECORD_EVENT_MALFORMED, without the value */
export function readEvents(events: readonly EventBody[], nowMs: number): AttachEvent[] {
  return events.map((event, place) => readEvent(event, `events[${place}]`, nowMs));
}

function readEvent(
  { at, imsi, msisdn = '', imei = '', cell, event }: EventBody,
  place: string,
  nowMs: number,
): AttachEvent {
  const atMs = at.includes(':') ? timeOf(at) : undefined;
  if (atMs === undefined || atMs > nowMs + AHEAD_MS_MAX || atMs < Date.UTC(2000, 0, 1)) {
    throw malformed(`${place}.at`, 'a time with its offset, not in the future');
  }
  if (parseImsi(imsi) instanceof Fault) throw malformed(`${place}.imsi`, '6 to 15 digits');
  const number = msisdn === '' ? '' : parseMsisdn(msisdn);
  if (number instanceof Fault) throw malformed(`${place}.msisdn`, 'an international number');
  if (!/^([0-9]{14,16})?$/.test(imei)) throw malformed(`${place}.imei`, '14 to 16 digits');
  if (parseCell(cell) instanceof Fault) throw malformed(`${place}.cell`, 'a cell such as 450-08-eci-00a1b2c');
  const known = ATTACH_EVENTS.find((word) => word === event);
  if (known === undefined) throw malformed(`${place}.event`, `one of: ${ATTACH_EVENTS.join(', ')}`);
  return { atMs, imsi, msisdn: number, imei, cell, event: known };
}

function malformed(field: string, expected: string): RecordRequestError {
  return new RecordRequestError({ code: 'RECORD_EVENT_MALFORMED', field, expected });
}
