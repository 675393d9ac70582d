import type { LookUpBasis, LookUpRow } from '../../store/look-ups/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { DeskRequest } from './decision.ts';
import type { DecisionFault } from './decision-fault.ts';
import { isReason } from './look-up-reason.ts';

/** Limits count what one person looked up within so long. */
export const LOOK_UP_WINDOW_MS = 60 * 60 * 1_000;

/** How many look-ups one person has within LOOK_UP_WINDOW_MS. */
export interface LookUpLimits {
  readonly withoutCasePerHourMax: number;
  /** Of those for a case, and of different files opened: each is counted for itself. */
  readonly withCasePerHourMax: number;
}
export const LOOK_UP_LIMITS: LookUpLimits = { withoutCasePerHourMax: 30, withCasePerHourMax: 120 };

/** What a look-up rests on. Whoever searches may name a case; who opens a file or works through a queue has one. */
type LookUpGround =
  | { readonly on: 'search'; readonly case?: string | undefined }
  | { readonly on: 'file'; readonly file: string }
  | { readonly on: 'queue' };

/** A look-up of people. */
export interface PeopleLook {
  /** As the journal names it. */
  readonly action: string;
  readonly ground: LookUpGround;
  /** A number in international form without a plus, or `imsi-` and an IMSI. It is never in the journal. */
  readonly subject?: string | undefined;
  /** A device case, where the journal shows the look-up in its history. */
  readonly caseId?: number;
  /** What the journal says of it, refused or not: nothing that leads to a person. */
  readonly about?: object;
}

/** What became of a look-up. */
export interface TakenLookUp {
  readonly withoutCase: boolean;
  /** What the journal adds. */
  readonly detail: object;
  /** Why it is refused. */
  readonly fault?: DecisionFault | undefined;
}

/** Writes a look-up down, and says whether it may be made. @throws DecisionError LOOK_UP_CASE_UNKNOWN */
export async function takeLookUp(
  tables: Tables,
  request: DeskRequest,
  { action, ground, subject }: PeopleLook,
  { nowMs, limits }: { nowMs: number; limits: LookUpLimits },
): Promise<TakenLookUp> {
  const { actor, role } = request;
  const { basis, reference } = await basisOf(tables, ground, { actor, subject });
  const earlier = await tables.lookUps.after(actor, basis, nowMs - LOOK_UP_WINDOW_MS);
  const fault = overLimit(earlier, { basis, reference, limits, nowMs });
  // A page asks again and again for the queue or file it shows: that is one look-up in an hour, and many in the journal.
  const isListed =
    (basis === 'queue' || basis === 'file') &&
    earlier.some((row) => row.action === action && row.reference === reference);
  if (!isListed) {
    const row = { atMs: nowMs, actor, role, action, subject: subject ?? null, basis, reference };
    await tables.lookUps.add({ ...row, refused: fault === undefined ? 0 : 1 });
  }
  const withoutCase = basis === 'none';
  const detail = {
    ...(withoutCase && { withoutCase }),
    ...(basis === 'case' && { case: reference }),
    ...(fault !== undefined && { refused: true }),
  };
  return { withoutCase, detail, fault };
}

async function basisOf(
  tables: Tables,
  ground: LookUpGround,
  who: { actor: string; subject: string | undefined },
): Promise<{ basis: LookUpBasis; reference: string | null }> {
  if (ground.on === 'queue') return { basis: 'queue', reference: null };
  if (ground.on === 'file') return { basis: 'file', reference: spelling(ground.file) };
  if (ground.case === undefined) return { basis: 'none', reference: null };
  const reference = ground.case.toUpperCase();
  return { basis: (await isReason(tables, reference, who)) ? 'case' : 'none', reference };
}

/** A file of the desks has one spelling; other systems name theirs as they please. */
function spelling(file: string): string {
  return /^[a-z]{1,2}-[0-9]{4}-[0-9]+$/i.test(file) ? file.toUpperCase() : file;
}

/** Of files, different ones are counted: reading one to its end is one look-up. */
function overLimit(
  earlier: readonly LookUpRow[],
  now: { basis: LookUpBasis; reference: string | null; limits: LookUpLimits; nowMs: number },
): DecisionFault | undefined {
  const { basis, reference, limits, nowMs } = now;
  if (basis === 'queue') return undefined;
  const withoutCase = basis === 'none';
  const lookUpsMax = withoutCase ? limits.withoutCasePerHourMax : limits.withCasePerHourMax;
  const lastMs = new Map<unknown, number>();
  for (const row of earlier) {
    const counted = basis === 'file' ? row.reference : row.sequence;
    lastMs.set(counted, Math.max(row.atMs, lastMs.get(counted) ?? 0));
  }
  if (lastMs.size < lookUpsMax || (basis === 'file' && lastMs.has(reference))) return undefined;
  const freeMs = Math.min(...lastMs.values()) + LOOK_UP_WINDOW_MS;
  const retryAfterSeconds = Math.max(1, Math.ceil((freeMs - nowMs) / 1_000));
  return { code: 'LOOK_UPS_TOO_MANY', lookUpsMax, withoutCase, retryAfterSeconds };
}
