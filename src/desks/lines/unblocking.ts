import type { LineRow } from '../../store/lines/line-tables.ts';
import type { Decision } from '../decisions/decision.ts';
import { readWord } from '../decisions/form-fields.ts';
import { LineError } from './line-fault.ts';

/** How a person is known at a desk: all of them face to face. What can be known or intercepted is none. */
export const IDENTITY_CHECKS = ['identity-card', 'passport', 'driving-licence', 'legal-representative'] as const;
/** How long the first person's word waits for the second's. */
export const UNBLOCK_WAIT_MS = 24 * 60 * 60_000;

export interface UnblockForm {
  readonly line: string;
  /** Which document was seen, with the person it names: one of IDENTITY_CHECKS. */
  readonly check: string;
}

/**
 * The line after somebody asked to undo its block: still blocked after the first, free after the word of a supervisor who
 * is another person.
 * @throws LineError LINE_NOT_BLOCKED, UNBLOCK_NEEDS_ANOTHER, UNBLOCK_NEEDS_SUPERVISOR; FormError FIELD_MALFORMED
 */
export function askToUnblock(row: LineRow, form: UnblockForm, { request, nowMs }: Decision): LineRow {
  const check = readWord(IDENTITY_CHECKS, form.check, 'check');
  if (row.paymentsBlockedMs === null) throw new LineError({ code: 'LINE_NOT_BLOCKED' });
  const { unblockAskedMs, unblockAskedBy } = row;
  const isWaiting = unblockAskedMs !== null && nowMs - unblockAskedMs <= UNBLOCK_WAIT_MS;
  if (!isWaiting) {
    return { ...row, unblockAskedMs: nowMs, unblockAskedBy: request.actor, unblockCheck: check };
  }
  if (unblockAskedBy === request.actor) throw new LineError({ code: 'UNBLOCK_NEEDS_ANOTHER' });
  if (request.role !== 'supervisor') throw new LineError({ code: 'UNBLOCK_NEEDS_SUPERVISOR' });
  return { ...row, paymentsBlockedMs: null, unblockAskedMs: null, unblockAskedBy: null, unblockCheck: null };
}
