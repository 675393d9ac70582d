import type { getV1RefusalsLatest } from '../../api/generated.ts';
import type { koFeed } from '../../languages/ko-feed.ts';

/** What a gate did not simply let pass. */
export type Refusal = Awaited<ReturnType<typeof getV1RefusalsLatest>>['refusals'][number];
export type GateKind = Refusal['gateKind'];
export const GATE_KINDS: readonly GateKind[] = ['equipment', 'messages', 'payments'];

type VerdictName = keyof typeof koFeed.verdicts;
type ReasonName = keyof typeof koFeed.reasons;

/** Lines of one kind of gate on the page: the oldest leave it. */
export const KIND_LINES_MAX = 100;

/** Our words for the gates' own terms: steps of the equipment gates, codes of the message gate, checks of payments. */
const REASONS: ReadonlyMap<string, ReasonName> = new Map<string, ReasonName>([
  ['protected line', 'protectedLine'],
  ['priority line', 'priorityLine'],
  ['SENDER_NOT_CERTIFIED', 'notCertified'],
  ['SENDER_CERTIFICATE_EXPIRED', 'expired'],
  ['SENDER_SUSPENDED', 'suspended'],
  ['SENDER_CANCELLED', 'cancelled'],
  ['TEXT_ORIGINATOR_MISSING', 'originatorMissing'],
  ['TEXT_ORIGINATOR_FOREIGN', 'originatorForeign'],
  ['TEXT_NUMBER_UNREGISTERED', 'unregistered'],
  ['TEXT_NUMBER_OF_OTHER_CUSTOMER', 'otherCustomer'],
  ['TEXT_RATE_EXCEEDED', 'rate'],
  ['blocked by the customer', 'blockedByCustomer'],
  ['distrusted serving cell', 'servingCell'],
  ['distrusted cell lately', 'cellLately'],
  ['serving cell not in inventory', 'notInInventory'],
  ['exposed line', 'exposedLine'],
  ['readable authentication channel', 'readableChannel'],
  ['many payments of one line', 'manyOfLine'],
  ['many payers on one cell', 'manyOnCell'],
  ['large amount soon after a new cell', 'largeOnNewCell'],
  ['monthly limit', 'monthlyLimit'],
]);

export interface Reason {
  /** In the gate's own terms; undefined where the gate names none. */
  readonly term: string | undefined;
  /** In ours; undefined for a term that these pages do not know. */
  readonly name: ReasonName | undefined;
}

/** Undefined for an answer that these pages do not know. */
export function verdictName(refusal: Refusal): VerdictName | undefined {
  if (refusal.gateKind === 'messages') return refusal.check === 'bind' ? 'refusedBind' : 'refusedText';
  if (refusal.gateKind === 'payments') return refusal.verdict;
  const { verdict } = refusal;
  return verdict === 'blocked' || verdict === 'tracked' ? verdict : undefined;
}

/** Whether it did not pass at all, rather than later, or under somebody's eyes. */
export function isRefused(refusal: Refusal): boolean {
  if (refusal.gateKind !== 'payments' && refusal.shadow) return false;
  return ['blocked', 'refused', 'refuse'].includes(refusal.verdict);
}

export function reasonsOf(refusal: Refusal): readonly Reason[] {
  if (refusal.gateKind === 'payments') return refusal.reasons.map(reasonOf);
  if (refusal.reason !== undefined) return [reasonOf(refusal.reason)];
  return [{ term: undefined, name: refusal.entries.length > 0 ? 'entry' : 'policy' }];
}

function reasonOf(term: string): Reason {
  return { term, name: REASONS.get(term) };
}

/** What tells one line of the page from another. */
export function keyOf(refusal: Refusal): string {
  const { at, gateKind, gate } = refusal;
  return [at, gateKind, gate, ...ownKey(refusal)].join(' ');
}

function ownKey(refusal: Refusal): readonly string[] {
  switch (refusal.gateKind) {
    case 'equipment':
      return [refusal.imei, refusal.caller];
    case 'messages':
      return [refusal.certificate, refusal.account, refusal.check];
    case 'payments':
      return [refusal.paymentId, refusal.merchant, refusal.verdict];
  }
}

/** The latest first, each once, of each kind KIND_LINES_MAX at most. */
export function latestOf(refusals: readonly Refusal[]): readonly Refusal[] {
  const each = [...new Map(refusals.map((refusal) => [keyOf(refusal), refusal])).values()];
  each.sort((one, other) => other.at.localeCompare(one.at));
  return GATE_KINDS.flatMap((kind) => each.filter(({ gateKind }) => gateKind === kind).slice(0, KIND_LINES_MAX)).sort(
    (one, other) => other.at.localeCompare(one.at),
  );
}
