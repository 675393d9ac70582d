import { Fault } from '../base/fault.ts';
import { hasWrongCheckDigit, type Imei, parseImei, tacOf } from '../identifiers/imei.ts';
import { sharedImei } from '../identifiers/shared-imei.ts';
import type { LineFault } from './exchange-fault.ts';
import type { BodyFieldName, ListFormat, ListKind } from './formats/list-format.ts';
import type { ListRecord } from './list-record.ts';

/** Characters of one value. */
const VALUE_LENGTH_MAX = 64;
const ORGANISATION = /^[A-Za-z0-9._-]{1,24}$/;
const COUNTRY = /^[A-Z]{2,3}$/;
const DAY = /^(20[0-9]{2})([0-9]{2})([0-9]{2})$/;
/** A day alone begins first at UTC+14. */
const DAY_AHEAD_MS_MAX = 14 * 60 * 60 * 1_000;

export type Columns = ListFormat['body']['fields'];

export interface RecordContext {
  readonly format: ListFormat;
  readonly kind: ListKind;
  readonly columns: Columns;
  readonly rangeSizeMax: number;
  readonly nowMs: number;
}

/** What a line says, by what its fields are. */
type Values = Partial<Record<BodyFieldName, string>>;

/** Reads one line of the body. The first thing that is wrong, in the order of these steps, is its fault. */
export function readRecord(context: RecordContext, fields: readonly string[]): ListRecord | LineFault {
  const values = readValues(context, fields);
  if ('code' in values) return values;
  const range = readRange(context, values);
  if ('code' in range) return range;
  const says = readSaying(context, values);
  if ('code' in says) return says;
  const about = readAbout(context, values);
  if ('code' in about) return about;
  const record = { ...range, ...about, says, theirReason: values.reason ?? '' };
  if (isEffective(context, values)) return record;
  // What was in effect before and has another status now is in effect no more; a full list leaves it out.
  return context.kind === 'delta'
    ? { ...record, says: { remove: 'withdrawn' }, ifListed: true }
    : fault('LIST_NO_EFFECT', 'status');
}

function readValues({ columns }: RecordContext, fields: readonly string[]): Values | LineFault {
  if (fields.length < columns.length) return fault('LIST_VALUE_MISSING', columns[fields.length]!.is);
  if (fields.length > columns.length) return fault('LIST_VALUE_WRONG', 'fields');
  const values: Values = {};
  for (const [place, { is, required }] of columns.entries()) {
    const value = fields[place]!.trim();
    if (value.length > VALUE_LENGTH_MAX) return fault('LIST_VALUE_WRONG', is);
    if (value === '' && required) return fault('LIST_VALUE_MISSING', is);
    if (is !== 'ignored') values[is] = value;
  }
  return values;
}

function readRange(
  { format, rangeSizeMax }: RecordContext,
  values: Values,
): Pick<ListRecord, 'from' | 'to'> | LineFault {
  const from = readImei(format, values.from ?? '', 'from');
  if ('code' in from) return from;
  const to = values.to === undefined || values.to === '' ? from : readImei(format, values.to, 'to');
  if ('code' in to) return to;
  if (to.key < from.key) return fault('LIST_RANGE_WRONG', 'to');
  if (from.tac !== tacOf(to.key) || to.key - from.key >= rangeSizeMax) return fault('LIST_RANGE_TOO_WIDE', 'to');
  if (from.key === to.key && sharedImei(from.key) !== undefined) return fault('LIST_IMEI_SHARED', 'from');
  return { from: from.key, to: to.key };
}

function readImei(format: ListFormat, text: string, field: string): Imei | LineFault {
  const imei = parseImei(text);
  if (imei instanceof Fault)
    return fault(format.malformedImei === 'skip' ? 'LIST_IMEI_MALFORMED' : 'LIST_RANGE_WRONG', field);
  // Over the air the 15th digit is a spare, sent as 0, and some write down what they saw there.
  const isWrong = hasWrongCheckDigit(imei) && imei.statedCheckDigit !== 0;
  return isWrong && format.checkDigit === 'refuse' ? fault('LIST_CHECK_DIGIT', field) : imei;
}

/** Whether the line lists or unlists, and why, in our words. */
function readSaying({ format, kind, columns }: RecordContext, values: Values): ListRecord['says'] | LineFault {
  const action = readAction(format, kind, columns, values.action);
  if (action === undefined) return fault('LIST_VALUE_WRONG', 'action');
  const known = format.reasons.find(({ theirs }) => theirs === values.reason);
  const isWithout = !columns.some(({ is }) => is === 'reason');
  if (action === 'remove') {
    const remove = isWithout ? 'withdrawn' : known?.remove;
    return remove === undefined ? fault('LIST_REASON_UNKNOWN', 'reason') : { remove };
  }
  const insert = isWithout ? format.reasonWithout : known?.insert;
  return insert === undefined ? fault('LIST_REASON_UNKNOWN', 'reason') : { insert };
}

function readAction(
  { actions }: ListFormat,
  kind: ListKind,
  columns: Columns,
  word: string | undefined,
): 'insert' | 'remove' | undefined {
  if (!columns.some(({ is }) => is === 'action')) return 'insert';
  if (word !== undefined && actions.insert.includes(word)) return 'insert';
  // A full list says what is listed: there is nothing in it to unlist.
  if (kind === 'delta' && word !== undefined && actions.remove.includes(word)) return 'remove';
  return undefined;
}

function readAbout(
  { nowMs }: RecordContext,
  { organisation, country, date }: Values,
): Pick<ListRecord, 'organisation' | 'country' | 'occurredMs'> | LineFault {
  if (organisation !== undefined && organisation !== '' && !ORGANISATION.test(organisation)) {
    return fault('LIST_VALUE_WRONG', 'organisation');
  }
  if (country !== undefined && country !== '' && !COUNTRY.test(country)) return fault('LIST_VALUE_WRONG', 'country');
  const occurredMs = date === undefined || date === '' ? undefined : readDay(date);
  if (Number.isNaN(occurredMs)) return fault('LIST_VALUE_WRONG', 'date');
  if (occurredMs !== undefined && occurredMs > nowMs + DAY_AHEAD_MS_MAX) return fault('LIST_VALUE_WRONG', 'date');
  return {
    ...(organisation !== undefined && organisation !== '' && { organisation }),
    ...(country !== undefined && country !== '' && { country }),
    ...(occurredMs !== undefined && { occurredMs: Math.min(occurredMs, nowMs) }),
  };
}

/** The beginning of a day in UTC, or NaN for what the calendar lacks. */
function readDay(text: string): number {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined) return Number.NaN;
  const timeMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return new Date(timeMs).toISOString().startsWith(`${year}-${month}-${day}`) ? timeMs : Number.NaN;
}

function isEffective({ format }: RecordContext, { status, action }: Values): boolean {
  if (format.effective === undefined || status === undefined) return true;
  // What is unlisted is unlisted, whatever its status was.
  if (action !== undefined && format.actions.remove.includes(action)) return true;
  return format.effective.includes(status);
}

function fault(code: LineFault['code'], field: string): LineFault {
  return { code, field };
}
