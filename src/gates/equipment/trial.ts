import type { Clock } from '../../base/clock.ts';
import { MEMBERS_MAX } from '../../governance/consortium.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { parseImsi } from '../../identifiers/imsi.ts';
import { Fault } from '../../base/fault.ts';
import { Findings, SCOPE_EXACT, SCOPES, type Scope } from '../../standing/findings.ts';
import { type LineBindingsReader, UNBOUND } from '../../standing/line-bindings.ts';
import type { StandingReader } from '../../standing/reader.ts';
import type { DeviceReason, EntryName } from '../../statements/statement.ts';
import { pairingTag } from '../../statements/pairing-tag.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer } from './answer.ts';
import { COUNTS_AS, type CompiledPolicy, type CountsAs } from './policy.ts';

/** A step says nothing: the next one is asked. */
export const UNDECIDED = -1;
const COUNTS_AS_NAMES = ['ignored', 'blocked', 'tracked'] as const;
export type Decision = EquipmentAnswer | typeof UNDECIDED;

/** A statement about the device of a trial, as this gate sees it. */
export interface WeighedStatement extends EntryName {
  readonly scope: Scope;
  readonly kind: 'blocked' | 'tracked';
  readonly reason: DeviceReason;
  readonly countsAs: keyof typeof COUNTS_AS;
  /** It is beyond its member's budget: in force for nobody until it is confirmed. */
  readonly quarantined: boolean;
  /** Its log is older than the policy allows. */
  readonly stale: boolean;
  /** How long ago its log was known to be current; undefined when it never was. */
  readonly logAgeMs: number | undefined;
}

export interface TrialOptions {
  readonly policy: CompiledPolicy;
  /** The number of the member whose gates these are. */
  readonly ownMember: number;
  readonly pairingKey: Uint8Array;
}

export interface TrialParts {
  readonly standing: StandingReader;
  /** Which of the operator's own lines may be used in one device only. */
  readonly bindings: LineBindingsReader | undefined;
  readonly clock: Clock;
}

/** One question to the register and what is found about it. Made once and used for each question, so it allocates nothing. */
export class Trial {
  readonly policy: CompiledPolicy;
  readonly #standing: StandingReader;
  readonly #bindings: LineBindingsReader | undefined;
  readonly #clock: Clock;
  readonly #ownMember: number;
  readonly #pairingKey: Uint8Array;
  readonly #findings: Findings;
  readonly #pairedBy = { member: 0, index: 0 };
  gate = 0;
  key: ImeiKey | -1 = -1;
  imsi = '';
  unknown: EquipmentAnswer = EQUIPMENT_ANSWER.unknown;
  #nowMs = -1;

  constructor(options: TrialOptions, { standing, bindings, clock }: TrialParts) {
    this.policy = options.policy;
    this.#ownMember = options.ownMember;
    this.#pairingKey = options.pairingKey;
    this.#standing = standing;
    this.#bindings = bindings;
    this.#clock = clock;
    this.#findings = new Findings(MEMBERS_MAX);
  }

  /** @param unknown the answer when nothing decides */
  begin(gate: number, key: ImeiKey | -1, imsi: string, unknown: EquipmentAnswer): void {
    this.gate = gate;
    this.key = key;
    this.imsi = imsi;
    this.unknown = unknown;
    this.#nowMs = -1;
    if (key === -1) this.#findings.clear();
    else this.#standing.find(key, this.#findings);
  }

  /** The entry of the emergency override of this gate's own member, or -1. */
  get openedBy(): number {
    return this.#standing.openedBy(this.#ownMember);
  }

  /** Whether the subscriber's line is protected and this is not the device it is bound to. */
  get isInWrongDevice(): boolean {
    const bound = this.#bindings === undefined ? UNBOUND : this.#bindings.find(this.imsi);
    return bound !== UNBOUND && bound !== this.key;
  }

  /** Whether the subscriber's line is one of the emergency services. */
  get isPriority(): boolean {
    return this.#bindings?.isPriority(this.imsi) ?? false;
  }

  /** The strongest that any statement of these scopes counts as: blocked, then tracked. */
  strongest(isExact: boolean): Decision {
    let strongest: Decision = UNDECIDED;
    for (let at = 0; at < this.#findings.count; at++) {
      if ((this.#findings.scope(at) === SCOPE_EXACT) !== isExact) continue;
      const counted = this.countsAs(at);
      if (counted === COUNTS_AS.blocked) return counted;
      if (counted === COUNTS_AS.tracked) strongest = counted;
    }
    return strongest;
  }

  /** The entries of these scopes that count as this answer. */
  entriesFor(answer: EquipmentAnswer, isExact: boolean): EntryName[] {
    const entries: EntryName[] = [];
    for (let at = 0; at < this.#findings.count; at++) {
      const isInScope = (this.#findings.scope(at) === SCOPE_EXACT) === isExact;
      if (isInScope && this.countsAs(at) === answer) entries.push(this.#entry(at));
    }
    return entries;
  }

  /** The entry that pairs this device with this subscriber, if any. The tag is only computed for a device that has one. */
  pairing(): EntryName[] {
    const { key, imsi } = this;
    if (key === -1 || !this.#standing.hasPairing(key)) return [];
    const subscriber = parseImsi(imsi);
    if (subscriber instanceof Fault) return [];
    const tag = pairingTag(this.#pairingKey, key, subscriber);
    const isPaired = this.#standing.isPaired(key, tag, this.#pairedBy, this.policy.pairingMembers);
    return isPaired ? [this.nameEntry(this.#pairedBy.member, this.#pairedBy.index)] : [];
  }

  nameEntry(member: number, index: number): EntryName {
    return { member: this.#standing.memberNames[member]!, index };
  }

  nameOwnEntry(index: number): EntryName {
    return this.nameEntry(this.#ownMember, index);
  }

  /** Every statement found, and every one that is held back, for people. */
  weighed(): WeighedStatement[] {
    const inForce = this.#weigh(this.#findings, (at) => COUNTS_AS_NAMES[this.countsAs(at)]);
    if (this.key === -1) return inForce;
    const quarantined = new Findings(this.#standing.memberNames.length);
    this.#standing.findQuarantined(this.key, quarantined);
    return [...inForce, ...this.#weigh(quarantined, () => 'ignored', true)];
  }

  #weigh(
    findings: Findings,
    countsAs: (at: number) => WeighedStatement['countsAs'],
    quarantined = false,
  ): WeighedStatement[] {
    return Array.from({ length: findings.count }, (_, at) => {
      const member = findings.member(at);
      const freshAtMs = this.#standing.freshAtMs(member);
      return {
        ...this.nameEntry(member, findings.index(at)),
        scope: SCOPES[findings.scope(at)]!,
        kind: findings.kind(at) === 'device.blocked' ? 'blocked' : 'tracked',
        reason: findings.reason(at),
        countsAs: countsAs(at),
        quarantined,
        stale: this.#isStale(member),
        logAgeMs: freshAtMs === 0 ? undefined : Math.max(0, this.#now() - freshAtMs),
      };
    });
  }

  /** What a finding counts as, the age of its log included. */
  countsAs(at: number): CountsAs {
    const { policy } = this;
    const member = this.#findings.member(at);
    const counted = policy.countsAs(this.gate, member, this.#findings.code(at));
    if (policy.whenStale === 'enforce' || counted === COUNTS_AS.ignored || !this.#isStale(member)) return counted;
    return policy.whenStale === 'track' ? COUNTS_AS.tracked : COUNTS_AS.ignored;
  }

  /** The own log is never stale: it is written here. */
  #isStale(member: number): boolean {
    if (member === this.#ownMember) return false;
    return this.#now() - this.#standing.freshAtMs(member) > this.policy.staleAfterMs;
  }

  #now(): number {
    if (this.#nowMs === -1) this.#nowMs = this.#clock.nowMs();
    return this.#nowMs;
  }

  #entry(at: number): EntryName {
    return this.nameEntry(this.#findings.member(at), this.#findings.index(at));
  }
}
