import type { ApplicationFindingRow } from '../../store/senders/schema.ts';
import { readNote, readWord } from '../decisions/form-fields.ts';
import { type ApplicationAnswer, findApplication, type FoundApplication } from './applications.ts';
import { evidenceState } from './evidence.ts';
import type { SenderDecision } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { REVIEW_STEPS, stateAfter } from './states.ts';
import { FINDINGS } from './words.ts';

export interface FindingForm {
  /** The item of the checklist, as `2.1`. */
  readonly item: string;
  readonly finding: string;
  readonly remark?: string;
}

export interface ReviewForm {
  readonly step: string;
  /** Why it is returned, or anything else worth keeping. */
  readonly note?: string;
}

/** Moves an application on, or back to the firm. @throws SenderDeskError STEP_ILLEGAL, ITEMS_WITHOUT_FINDING */
export async function reviewApplication(
  decision: SenderDecision,
  number: string,
  form: ReviewForm,
): Promise<ApplicationAnswer> {
  const { tables, nowMs } = decision;
  const found = await findApplication(decision, number);
  const step = readWord(REVIEW_STEPS, form.step, 'step');
  const note = readNote(form.note, 'note');
  const state = stateAfter(found.number, found.application.state, step);
  if (state === 'committee') await refuseUnjudged(decision, found);
  await tables.senders.applications.change(found.application.id, {
    state,
    changedMs: nowMs,
    ...(note !== undefined && { note }),
  });
  decision.note('application.reviewed', null, { application: found.number, step, state });
  return { application: found.number, state };
}

/** Says of one item whether it is met. @throws SenderDeskError ITEM_NOT_DEMANDED, EVIDENCE_MISSING, EVIDENCE_EXPIRED */
export async function findItem(
  decision: SenderDecision,
  number: string,
  form: FindingForm,
): Promise<{ application: string; item: string; finding: string }> {
  const { tables, nowMs, request } = decision;
  const found = await findApplication(decision, number);
  const { application } = found;
  const isUnderReview = application.state === 'document-review' || application.state === 'on-site-review';
  if (!isUnderReview) {
    throw new SenderDeskError({ code: 'STEP_ILLEGAL', of: found.number, state: application.state, step: 'finding' });
  }
  const finding = readWord(FINDINGS, form.finding, 'finding');
  const remark = readNote(form.remark, 'remark') ?? null;
  const item = found.items.find((demanded) => demanded.item === form.item);
  if (item === undefined) {
    throw new SenderDeskError({ code: 'ITEM_NOT_DEMANDED', item: form.item, service: application.service });
  }
  if (finding === 'met' && item.evidence) await refuseUnproven(decision, found, item.item);
  const row = { applicationId: application.id, item: item.item, finding, remark, atMs: nowMs, actor: request.actor };
  await tables.senders.applications.setFinding(row);
  decision.note('application.item-found', null, { application: found.number, item: item.item, finding });
  return { application: found.number, item: item.item, finding };
}

/** Demanded items that nobody has judged. */
export function unjudged({ items }: FoundApplication, findings: readonly ApplicationFindingRow[]): string[] {
  const judged = new Set(findings.map(({ item }) => item));
  return items.map(({ item }) => item).filter((item) => !judged.has(item));
}

async function refuseUnjudged({ tables }: SenderDecision, found: FoundApplication): Promise<void> {
  const items = unjudged(found, await tables.senders.applications.findings(found.application.id));
  if (items.length === 0) return;
  throw new SenderDeskError({ code: 'ITEMS_WITHOUT_FINDING', items: items.join(' ') });
}

async function refuseUnproven({ tables, nowMs }: SenderDecision, found: FoundApplication, item: string): Promise<void> {
  const files = await tables.senders.applications.evidence(found.application.id);
  const state = evidenceState(files, item, nowMs);
  if (state === 'missing') throw new SenderDeskError({ code: 'EVIDENCE_MISSING', item });
  if (state === 'expired') throw new SenderDeskError({ code: 'EVIDENCE_EXPIRED', item });
}
