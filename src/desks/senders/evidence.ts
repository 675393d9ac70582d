import type { Readable } from 'node:stream';
import type { ApplicationEvidenceRow } from '../../store/senders/schema.ts';
import { malformed, timeOf } from '../decisions/form-fields.ts';
import type { KeptFile } from './evidence-files.ts';
import { HEAD_SIZE } from './evidence-files.ts';
import type { FoundApplication } from './applications.ts';
import { FIRM_ROLE } from './firms.ts';
import type { SenderDecision } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import type { ApplicationState } from './states.ts';

/** Files of one application. */
export const EVIDENCE_FILES_MAX = 100;

/** What may be handed in, and the octets with which such a file begins. */
export const EVIDENCE_TYPES: Readonly<Record<string, Buffer>> = {
  'application/pdf': Buffer.from('%PDF-'),
  'image/png': Buffer.from('89504e470d0a1a0a', 'hex'),
  'image/jpeg': Buffer.from('ffd8ff', 'hex'),
};

/** When a firm may add to its application, and when those who review it may. */
const FIRM_ADDS: readonly ApplicationState[] = ['applied', 'returned'];
const REVIEWER_ADDS: readonly ApplicationState[] = ['document-review', 'on-site-review'];

export interface EvidenceForm {
  /** The item of the checklist, as `2.1`. */
  readonly item: string;
  readonly mediaType: string;
  /** A day or a time from which the file proves nothing any more. */
  readonly validUntil?: string;
}

export interface EvidenceAnswer {
  readonly application: string;
  readonly item: string;
  readonly sha256: string;
  readonly size: number;
}

/** Refuses what could not be taken, before anything of the file is read. */
export function refuseEvidence(
  decision: Pick<SenderDecision, 'rules' | 'nowMs' | 'request'>,
  { application, items }: FoundApplication,
  form: EvidenceForm,
): void {
  if (!Object.hasOwn(EVIDENCE_TYPES, form.mediaType)) throw wrongType();
  const adding = decision.request.role === FIRM_ROLE ? FIRM_ADDS : REVIEWER_ADDS;
  if (!adding.some((state) => state === application.state)) {
    throw new SenderDeskError({ code: 'EVIDENCE_NOT_NOW', state: application.state });
  }
  if (!items.some(({ item }) => item === form.item)) {
    throw new SenderDeskError({ code: 'ITEM_NOT_DEMANDED', item: form.item, service: application.service });
  }
  readValidUntil(form.validUntil, decision.nowMs);
}

/** Notes a file that is on the disk, and seals its hash: what was handed in, and when, can be shown later. */
export async function addEvidence(
  decision: SenderDecision,
  found: FoundApplication,
  form: EvidenceForm,
  file: KeptFile,
): Promise<EvidenceAnswer> {
  refuseEvidence(decision, found, form);
  const { applications } = decision.tables.senders;
  const { id } = found.application;
  const earlier = await applications.evidence(id);
  const answer = { application: found.number, item: form.item, sha256: file.sha256, size: file.size };
  // The same file for the same item, again: it is there.
  if (earlier.some(({ item, sha256 }) => item === form.item && sha256 === file.sha256)) return answer;
  if (earlier.length >= EVIDENCE_FILES_MAX) {
    throw new SenderDeskError({ code: 'EVIDENCE_TOO_MANY', filesMax: EVIDENCE_FILES_MAX });
  }
  await applications.addEvidence(rowOf(decision, id, form, file));
  decision.seal({
    kind: 'digest.sealed',
    subject: `evidence:${found.number}:${form.item}`,
    sha256: Buffer.from(file.sha256, 'hex'),
    size: file.size,
  });
  decision.note('evidence.added', null, answer);
  return answer;
}

/** Whether an item has a file that still proves something. */
export function evidenceState(
  files: readonly ApplicationEvidenceRow[],
  item: string,
  nowMs: number,
): 'in force' | 'expired' | 'missing' {
  const ofItem = files.filter((file) => file.item === item);
  if (ofItem.length === 0) return 'missing';
  return ofItem.some(({ validUntilMs }) => validUntilMs === null || validUntilMs > nowMs) ? 'in force' : 'expired';
}

function rowOf(
  { nowMs, request }: SenderDecision,
  applicationId: number,
  { item, mediaType, validUntil }: EvidenceForm,
  { sha256, size }: KeptFile,
): ApplicationEvidenceRow {
  const validUntilMs = readValidUntil(validUntil, nowMs);
  return { applicationId, item, sha256, size, mediaType, validUntilMs, addedMs: nowMs, addedBy: request.actor };
}

function readValidUntil(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const timeMs = timeOf(text);
  if (timeMs === undefined || timeMs <= nowMs) throw malformed('validUntil', 'a day or a time that is still to come');
  return timeMs;
}

/** What is in a file is what it is said to be, as far as its first octets tell. */
export function refuseOtherType(mediaType: string, head: Buffer): void {
  const start = EVIDENCE_TYPES[mediaType];
  if (start === undefined || !head.subarray(0, Math.min(start.length, HEAD_SIZE)).equals(start)) throw wrongType();
}

function wrongType(): SenderDeskError {
  const expected = Object.keys(EVIDENCE_TYPES).join(', ');
  return new SenderDeskError({ code: 'EVIDENCE_TYPE_WRONG', expected });
}

/** The octets of a file of this application. @throws SenderDeskError EVIDENCE_FILE_UNKNOWN, EVIDENCE_DAMAGED */
export async function readEvidence(
  { files }: Pick<SenderDecision, 'files'>,
  rows: readonly ApplicationEvidenceRow[],
  sha256: string,
): Promise<{ mediaType: string; size: number; octets: Readable }> {
  const row = rows.find((file) => file.sha256 === sha256);
  if (row === undefined) throw new SenderDeskError({ code: 'EVIDENCE_FILE_UNKNOWN' });
  const { mediaType, size } = row;
  return { mediaType, size, octets: await files.read(sha256, size) };
}
