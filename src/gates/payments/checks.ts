import { allFindings, type NamedCheck } from '../../base/named-checks.ts';
import type { CellDistrust } from '../../standing/cells.ts';
import type { EntryName } from '../../statements/statement.ts';
import type { CheckConfig, CheckName, RiskDecision } from './config.ts';
import { RISK_DECISIONS } from './config.ts';

/** A line on a cell, as the network's signalling said. */
export interface CellSight {
  readonly atMs: number;
  readonly cell: string;
  readonly event: 'attach' | 'tau' | 'service-request' | 'detach';
}

/** Everything that is known of a payment when it is decided. */
export interface PaymentEvidence {
  readonly nowMs: number;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly monthlyLimit: number;
  /** How the payer was authenticated, in the merchant's word; undefined where it did not say. */
  readonly channel: string | undefined;
  readonly isBlockedByCustomer: boolean;
  readonly exposedOn: readonly string[];
  /** Where the line was seen lately, oldest first. */
  readonly sights: readonly CellSight[];
  /** Where it is served now, if it is. */
  readonly servingCell: string | undefined;
  /** Earlier payments of the line within the window, and payers on its serving cell within theirs. */
  readonly linePayments: number;
  readonly cellPayers: number;
}

/** What the checks ask of others. */
export interface CellKnowledge {
  /** What is stated against a cell at a time. */
  distrusts(cell: string, atMs: number): readonly CellDistrust[];
  /** Whether the operator's inventory has the cell; undefined where there is no inventory. */
  isInInventory(cell: string): boolean | undefined;
}

/** Why a check is against a payment: sizes and entries, nothing that names a person. */
export interface Ground {
  readonly facts: Readonly<Record<string, string | number>>;
  /** The entries that it rests on. */
  readonly entries: readonly EntryName[];
}

export interface CheckContext {
  readonly config: CheckConfig;
  readonly cells: CellKnowledge;
}

type PaymentCheck = NamedCheck<PaymentEvidence, Ground, CheckContext> & { readonly name: CheckName };

const MINUTE_MS = 60_000;

/** Everything that can speak against a payment. docs/gates/payments.md has the same table. */
export const PAYMENT_CHECKS: readonly PaymentCheck[] = [
  {
    name: 'blocked by the customer',
    check: ({ isBlockedByCustomer }) => (isBlockedByCustomer ? groundOf() : undefined),
  },
  {
    name: 'distrusted serving cell',
    check: ({ servingCell, nowMs }, { cells }) =>
      servingCell === undefined ? undefined : distrustGround(cells.distrusts(servingCell, nowMs)),
  },
  {
    name: 'distrusted cell lately',
    check: (evidence, context) => distrustGround(distrustsLately(evidence, context)),
  },
  {
    name: 'serving cell not in inventory',
    check: ({ servingCell }, { cells }) =>
      servingCell !== undefined && cells.isInInventory(servingCell) === false
        ? groundOf({ cell: servingCell })
        : undefined,
  },
  {
    name: 'exposed line',
    check: ({ exposedOn }) => (exposedOn.length === 0 ? undefined : groundOf({ lists: exposedOn.join(', ') })),
  },
  {
    name: 'readable authentication channel',
    check: (evidence, context) =>
      isReadable(evidence, context) && mayBeListenedTo(evidence, context)
        ? groundOf({ channel: evidence.channel!.toUpperCase() })
        : undefined,
  },
  {
    name: 'many payments of one line',
    check: ({ linePayments }, { config }) =>
      linePayments + 1 >= config.linePayments
        ? groundOf({ payments: linePayments + 1, minutes: config.lineWindowMinutes })
        : undefined,
  },
  {
    name: 'many payers on one cell',
    check: ({ cellPayers }, { config }) =>
      cellPayers >= config.cellPayers
        ? groundOf({ payers: cellPayers, minutes: config.cellPayersWindowMinutes })
        : undefined,
  },
  {
    name: 'large amount soon after a new cell',
    check: (evidence, { config }) =>
      isOnNewCell(evidence, config) && evidence.amount >= evidence.monthlyLimit * config.largeShare
        ? groundOf({ share: config.largeShare, minutes: config.newCellMinutes })
        : undefined,
  },
];

/** One reason of a decision. */
export interface Reason extends Ground {
  readonly name: CheckName;
  readonly decision: RiskDecision;
}

export interface Risk {
  readonly decision: RiskDecision;
  readonly reasons: readonly Reason[];
}

/** Asks every check: the strictest that one of them asks for is decided, and all are told. */
export function decideRisk(evidence: PaymentEvidence, context: CheckContext): Risk {
  const reasons = allFindings(PAYMENT_CHECKS, evidence, context)
    .map(({ name, verdict }) => reasonOf(name as CheckName, verdict, context))
    .filter(({ decision }) => decision !== 'allow');
  const strictest = Math.max(0, ...reasons.map(({ decision }) => RISK_DECISIONS.indexOf(decision)));
  return { decision: RISK_DECISIONS[strictest]!, reasons };
}

function reasonOf(name: CheckName, ground: Ground, { config }: CheckContext): Reason {
  return { name, decision: config.decisions[name], ...ground };
}

function groundOf(facts: Ground['facts'] = {}, entries: readonly EntryName[] = []): Ground {
  return { facts, entries };
}

function distrustGround(distrusts: readonly CellDistrust[]): Ground | undefined {
  const [first] = distrusts;
  if (first === undefined) return undefined;
  return groundOf(
    { cell: first.cell, reason: first.reason },
    distrusts.map(({ entry }) => entry),
  );
}

/** What was stated against the cells that the line was on within the window, at the time when it was there. */
function distrustsLately({ sights, nowMs }: PaymentEvidence, { config, cells }: CheckContext): readonly CellDistrust[] {
  const sinceMs = nowMs - config.cellWindowMinutes * MINUTE_MS;
  const found = sights.filter(({ atMs }) => atMs >= sinceMs).flatMap(({ cell, atMs }) => cells.distrusts(cell, atMs));
  return [...new Set(found)];
}

function isReadable({ channel }: PaymentEvidence, { config }: CheckContext): boolean {
  const upper = channel?.toUpperCase();
  return upper !== undefined && config.readableChannels.some((readable) => readable.toUpperCase() === upper);
}

/** Whether somebody may sit between the line and the network: a code sent there proves nothing then. */
function mayBeListenedTo(evidence: PaymentEvidence, context: CheckContext): boolean {
  const { exposedOn, servingCell } = evidence;
  return (
    exposedOn.length > 0 ||
    (servingCell !== undefined && context.cells.isInInventory(servingCell) === false) ||
    distrustsLately(evidence, context).length > 0 ||
    isOnNewCell(evidence, context.config)
  );
}

/** The line is on a cell that it was first seen on a moment ago, and was seen on another before. */
function isOnNewCell({ sights, servingCell, nowMs }: PaymentEvidence, { newCellMinutes }: CheckConfig): boolean {
  const first = sights.find(({ cell }) => cell === servingCell);
  if (servingCell === undefined || first === undefined || first === sights[0]) return false;
  return first.atMs > nowMs - newCellMinutes * MINUTE_MS;
}
