import type { Decision } from '../decisions/decision.ts';
import type { EvidenceFiles } from './evidence-files.ts';
import type { SenderRules } from './rules.ts';

/** What a decision about senders rests on beside its tables. */
export interface SenderDecision extends Decision {
  readonly rules: SenderRules;
  readonly files: EvidenceFiles;
  readonly codes: { readonly prefix: string; readonly originatorFirst: string; readonly originatorLast: string };
  /** The consortium's key for tags of sender numbers. */
  readonly pairingKey: Uint8Array;
  /** The member's key for traits of firms. */
  readonly traitKey: Uint8Array;
}

/** A statement of an answer. Until it is committed, `entry` is the statement's identity. */
export interface StatedEntry<Entry = { readonly member: string; readonly index: number }> {
  readonly kind: string;
  readonly entry: Entry;
}
