import type { LookUpRow } from '../../store/look-ups/schema.ts';
import type { Tables } from '../../store/store.ts';
import { readSince, readUntil } from './form-fields.ts';

/** Look-ups on one page. */
export const LOOK_UPS_PAGE_MAX = 500;
const LOOK_UPS_DEFAULT = 100;

export interface LookUpsForm {
  /** Only those of this person. */
  readonly actor?: string;
  /** Times with an offset, or days, in UTC; both inclusive. */
  readonly since?: string;
  readonly until?: string;
  /** Only those that rested on no case. */
  readonly withoutCase?: boolean;
  /** Those before this one. */
  readonly before?: number;
  readonly limit?: number;
}

export interface LookUpView {
  readonly lookUp: number;
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly subject?: string;
  readonly case?: string;
  readonly withoutCase: boolean;
  readonly refused: boolean;
}

/** Who looked at whose data, newest first: for the privacy officer. @throws FormError FIELD_MALFORMED */
export async function listLookUps(
  { lookUps }: Tables,
  form: LookUpsForm,
): Promise<{ lookUps: LookUpView[]; next?: number }> {
  const { actor, since, until, withoutCase = false, before, limit = LOOK_UPS_DEFAULT } = form;
  const rows = await lookUps.list({
    limit: limit + 1,
    withoutCase,
    ...(actor !== undefined && { actor }),
    ...(before !== undefined && { before }),
    ...(since !== undefined && { sinceMs: readSince(since, 'since') }),
    ...(until !== undefined && { untilMs: readUntil(until, 'until') }),
  });
  const shown = rows.slice(0, limit);
  return { lookUps: shown.map(lookUpView), ...(rows.length > limit && { next: shown.at(-1)!.sequence }) };
}

function lookUpView({
  sequence,
  atMs,
  actor,
  role,
  action,
  subject,
  basis,
  reference,
  refused,
}: LookUpRow): LookUpView {
  return {
    lookUp: sequence,
    at: new Date(atMs).toISOString(),
    actor,
    role,
    action,
    ...(subject !== null && { subject }),
    ...(reference !== null && { case: reference }),
    withoutCase: basis === 'none',
    refused: refused === 1,
  };
}
