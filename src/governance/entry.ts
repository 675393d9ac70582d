import { hash } from 'node:crypto';
import type { Fault, Parsed } from '../base/fault.ts';
import { decodeEntry, encodeEntry, ENTRY_ID_SIZE, EntryError, type EntryFault, isSealed } from '../ledger/entry.ts';
import { type GovernanceFault, GovernanceError } from './governance-fault.ts';

/** Entry 0 holds a constitution, every later one a proposal. */
export const FOUNDED_KIND = 'governance.founded';
export const DECIDED_KIND = 'governance.decided';
const VERSION = 1;

/** A paper in its place in the governance log. Only the paper counts: what stands around it is the keeper's word. */
export interface PaperEntry {
  readonly kind: typeof FOUNDED_KIND | typeof DECIDED_KIND;
  readonly paper: Uint8Array;
}

/** @param consortium its name: it is the consortium that states this, whoever keeps the log */
export function encodePaperEntry(
  { kind, paper }: PaperEntry,
  { consortium, timeMs }: { consortium: string; timeMs: number },
): Uint8Array {
  const id = hash('sha256', paper, 'buffer').subarray(0, ENTRY_ID_SIZE);
  return encodeEntry({ kind, version: VERSION, issuer: consortium, timeMs, id, body: { [bodyField(kind)]: paper } });
}

export function decodePaperEntry(bytes: Uint8Array): Parsed<PaperEntry, GovernanceFault | EntryFault> {
  try {
    const entry = decodeEntry(bytes);
    if (isSealed(entry)) return unknown();
    const { kind, version, body } = entry;
    if (version !== VERSION || (kind !== FOUNDED_KIND && kind !== DECIDED_KIND)) return unknown();
    const paper = body[bodyField(kind)];
    return paper instanceof Uint8Array && Object.keys(body).length === 1 ? { kind, paper } : unknown();
  } catch (error) {
    if (error instanceof EntryError) return error;
    throw error;
  }
}

function bodyField(kind: PaperEntry['kind']): string {
  return kind === FOUNDED_KIND ? 'constitution' : 'proposal';
}

function unknown(): Fault<GovernanceFault> {
  return new GovernanceError({ code: 'GOVERNANCE_ENTRY_UNKNOWN' });
}
