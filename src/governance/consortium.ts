import type { MemberName } from '../identifiers/member-name.ts';

/** What a member may do beyond stating for itself. */
export const ROLES = ['operator', 'register', 'certifier', 'hub', 'regulator'] as const;
export type Role = (typeof ROLES)[number];

export const MEMBERS_MAX = 1024;

/** A key of a log, and the sizes of the log whose checkpoints it may sign. */
export interface LogKeySpan {
  /** Signed-note verifier key (C2SP signed-note `vkey`, type 0x01); its name is the log's origin. */
  readonly vkey: string;
  /** The least size that it may sign. */
  readonly fromSize: number;
  /** The first size that it may sign no more; no end while undefined. */
  readonly toSize?: number;
  /** Where two histories were signed: the root, in base64, before `fromSize` of the one that counts. */
  readonly root?: string;
}

/** How many statements against devices, senders and cells a member may put in force. See docs/trust.md. */
export interface Budget {
  readonly perHour: number;
  readonly perDay: number;
  /** Of one TAC in a day. */
  readonly perTac: number;
}

export interface Member {
  readonly name: MemberName;
  /** Its place in the order of admission, for ever: its number in the index. */
  readonly number: number;
  readonly roles: readonly Role[];
  readonly status: 'active' | 'suspended' | 'removed';
  /** Where its node answers other members: `<url>/log/checkpoint`, `<url>/hints`. No trailing slash. */
  readonly url: string;
  /** Keys of its shared log, in the order in which they were given. */
  readonly logKeys: readonly LogKeySpan[];
  /** Cosignature keys (vkeys of type 0x04): several while one is exchanged for the next. */
  readonly witnessKeys: readonly string[];
  /** Signs proposals: a vkey of type 0x01 that signs nothing else. */
  readonly governanceKey: string;
  /** X25519 public key, base64 of 32 octets: epoch keys are wrapped for it. */
  readonly sealingKey: string;
  /** SHA-256 of its TLS certificates in DER, in hex; of no meaning where it speaks plain HTTP. */
  readonly certificates: readonly string[];
  /** Set by governance; undefined where the learned budget holds. */
  readonly budget?: Budget;
  /** When it was admitted, in ms since 1970: from there on its budget fills. */
  readonly admittedAtMs: number;
  /** Its log's size from which on it is suspended or removed: later entries are not taken. */
  readonly endsAtSize?: number;
}

/** A secret that all members share, as each was given it. */
export interface SharedKey {
  /** SHA-256 of `bongsu/epoch-key\n` and the key, in hex: who was given a key knows that all were given the same. */
  readonly keyDigest: string;
  /** By member: the key, as a JWE for the member's sealing key. */
  readonly wraps: ReadonlyMap<string, string>;
}

/** A key under which bodies are sealed. */
export interface Epoch extends SharedKey {
  /** From 1 on, without gaps. The last one that has not ended is the one to seal under. */
  readonly number: number;
  /** Set when what was in force has been stated anew under the next one. */
  readonly isEnded: boolean;
  /**
   * Of an ended epoch: by member, the size of its log below which those who signed the end found all that states
   * something anew to say what it continues. Who cannot open the old statements any more believes that.
   */
  readonly restated?: ReadonlyMap<string, number>;
}

/** What all members share beside keys. */
export interface SharedPolicy {
  /** How many signatures of members make a governance entry valid: k of n. */
  readonly threshold: number;
  /** How many witnesses may be faulty: a quorum is more than half of the eligible ones and these together. */
  readonly faultyWitnesses: number;
  /** Whose cosignatures count, each for every log but its own; every active member's while undefined. */
  readonly witnesses?: readonly MemberName[];
  /** A member states its anchors at least so often. */
  readonly anchorIntervalSeconds: number;
  /** The least that a learned budget gives. */
  readonly budgetFloor: Budget;
}

/** The consortium as its governance log has it: who takes part, with which keys, under which rules. */
export interface Consortium {
  readonly name: string;
  /** Entries of the governance log that this is folded from. */
  readonly size: number;
  /** The governance log's origin, and the keys that may sign it. */
  readonly origin: string;
  readonly logKeys: readonly LogKeySpan[];
  /** The member that writes the governance log. */
  readonly keeper: MemberName;
  /** In the order of their numbers, removed ones among them. */
  readonly members: readonly Member[];
  readonly epochs: readonly Epoch[];
  /** Makes the tags that stand for subscribers and for numbers in the shared logs. It stays the same for ever. */
  readonly tagKey: SharedKey;
  readonly policy: SharedPolicy;
}

/** Whether what it says from now on counts. */
export function isActive({ status }: Pick<Member, 'status'>): boolean {
  return status === 'active';
}
