import { createHash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { readOccurred } from '../../desks/decisions/form-fields.ts';
import { FormError } from '../../desks/decisions/form-fields.ts';
import {
  parseCertificateCode,
  parseOriginatorCode,
  parseSenderNumber,
  type SenderFault,
} from '../../identifiers/sender.ts';
import { fingerprint, NO_FINGERPRINT } from '../../texts/fingerprint.ts';
import { SpamError } from './spam-fault.ts';

/** Characters of a reported text: a long message has half as many. */
export const REPORT_TEXT_LENGTH_MAX = 4_000;
/** Characters of what is said about a report: its kind, the relay, the reporter's own reference. */
export const REPORT_WORD_LENGTH_MAX = 100;

/** A report as it comes in. All but the text may be left out. */
export interface ReportForm {
  readonly text: string;
  /** The number that the text truly came from. */
  readonly number?: string;
  /** The firm that sent it, by its certificate or by its originator code. */
  readonly certificate?: string;
  readonly originator?: string;
  readonly relay?: string;
  readonly kind?: string;
  readonly receivedAt?: string;
  /** The reporter's own number of the report. */
  readonly reference?: string;
}

/** A report that was read. `fingerprint` is that of `text`, which is not kept for good. */
export interface SpamReport {
  readonly sameKey: string;
  readonly text: string;
  readonly fingerprint: string;
  readonly certificate: string | undefined;
  readonly number: string | undefined;
  readonly relay: string | undefined;
  readonly kind: string | undefined;
  readonly reference: string | undefined;
  readonly receivedMs: number | undefined;
}

/** The certificate of the firm whose originator code this is. */
export type FindFirm = (originator: string) => string | undefined;

/** @throws SpamError */
export function readReport(form: ReportForm, nowMs: number, findFirm: FindFirm): SpamReport {
  const text = readReportedText(form.text);
  const certificate = readFirm(form, findFirm);
  const number = readParsed(form.number, 'number', parseSenderNumber);
  const relay = readWord(form.relay, 'relay');
  const kind = readWord(form.kind, 'kind');
  const reference = readWord(form.reference, 'reference');
  const receivedMs = readTime(form.receivedAt, nowMs);
  const report = { text, certificate, number, relay, kind, reference, receivedMs };
  return { ...report, sameKey: sameKeyOf(report), fingerprint: readFingerprint(text) };
}

/** The text, as both engines can keep it. */
function readReportedText(text: string): string {
  if (text.length > REPORT_TEXT_LENGTH_MAX) throw malformed('text', `at most ${REPORT_TEXT_LENGTH_MAX} characters`);
  return text.toWellFormed().replaceAll('\0', '').trim();
}

function readFingerprint(text: string): string {
  const print = fingerprint(text);
  if (print === NO_FINGERPRINT) throw new SpamError({ code: 'REPORT_TEXT_EMPTY', field: 'text' });
  return print;
}

function readFirm({ certificate, originator }: ReportForm, findFirm: FindFirm): string | undefined {
  const named = readParsed(certificate, 'certificate', parseCertificateCode);
  const code = readParsed(originator, 'originator', parseOriginatorCode);
  if (named !== undefined || code === undefined) return named;
  const firm = findFirm(code);
  if (firm === undefined) throw new SpamError({ code: 'ORIGINATOR_UNKNOWN', field: 'originator' });
  return firm;
}

function readParsed(
  text: string | undefined,
  field: string,
  parse: (text: string) => string | Fault<SenderFault>,
): string | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  const parsed = parse(trimmed);
  if (parsed instanceof Fault) throw new SpamError({ ...parsed.facts, field });
  return parsed;
}

/** Control characters and what turns the direction of a text have no place in a record. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function readWord(text: string | undefined, field: string): string | undefined {
  const trimmed = text?.normalize('NFC').trim() ?? '';
  if (trimmed === '') return undefined;
  if (trimmed.length > REPORT_WORD_LENGTH_MAX) throw malformed(field, `at most ${REPORT_WORD_LENGTH_MAX} characters`);
  if (!trimmed.isWellFormed() || UNPRINTABLE.test(trimmed)) throw malformed(field, 'printable characters');
  return trimmed;
}

function readTime(text: string | undefined, nowMs: number): number | undefined {
  try {
    return readOccurred(text, 'receivedAt', nowMs);
  } catch (cause) {
    if (cause instanceof FormError) throw new SpamError(cause.facts);
    throw cause;
  }
}

/** A report that comes twice is one: everything that was said of it is the same. */
function sameKeyOf({
  text,
  certificate,
  number,
  relay,
  kind,
  reference,
  receivedMs,
}: Omit<SpamReport, 'sameKey' | 'fingerprint'>): string {
  const said = [text, certificate, number, relay, kind, reference, receivedMs].map((part) => part ?? null);
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

function malformed(field: string, expected: string): SpamError {
  return new SpamError({ code: 'FIELD_MALFORMED', field, expected });
}
