import { Fault } from '../../base/fault.ts';
import { type Role, ROLES } from '../../governance/consortium.ts';
import { kindOfCode, reasonOfCode } from '../../standing/slots.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer, type GateName, GATES } from './answer.ts';
import type { EquipmentPolicy } from './config.ts';
import { ImsiRanges, type ImsiRangesFault } from './imsi-ranges.ts';

/** What a statement counts as at a gate. The last two are the answers of the same number. */
export const COUNTS_AS = { ignored: 0, blocked: EQUIPMENT_ANSWER.blocked, tracked: EQUIPMENT_ANSWER.tracked } as const;
export type CountsAs = (typeof COUNTS_AS)[keyof typeof COUNTS_AS];

/** Kinds and reasons together, as the index numbers them in five bits. */
const CODES = 32;
const ROLE_PREFIX = 'role:';

export interface PolicyMember {
  readonly name: string;
  readonly roles: readonly Role[];
}

export type PolicyFault = { code: 'POLICY_MEMBER_UNKNOWN'; place: string; member: string } | ImsiRangesFault;
export class PolicyError extends Fault<PolicyFault> {}

/** A policy made ready for the gates: every question about a statement is one look into an array. */
export class CompiledPolicy {
  readonly shadow: boolean;
  readonly staleAfterMs: number;
  readonly whenStale: EquipmentPolicy['whenStale'];
  readonly imsiRanges: ImsiRanges;
  readonly #policy: EquipmentPolicy;
  #members!: readonly PolicyMember[];
  #pairingMembers!: Uint8Array;
  #counts!: readonly Uint8Array[];
  readonly #defaults: readonly EquipmentAnswer[];

  /**
   * @param members all of the consortium, each at the place that is its number
   * @throws PolicyError POLICY_MEMBER_UNKNOWN, POLICY_IMSI_RANGE_REVERSED, POLICY_IMSI_RANGE_LENGTHS, POLICY_IMSI_RANGES_OVERLAP
   */
  constructor(policy: EquipmentPolicy, members: readonly PolicyMember[]) {
    this.shadow = policy.shadow;
    this.staleAfterMs = policy.staleAfterSeconds * 1_000;
    this.whenStale = policy.whenStale;
    this.imsiRanges = compileImsiRanges(policy);
    this.#policy = policy;
    this.takeMembers(members);
    this.#defaults = [EQUIPMENT_ANSWER[policy.defaults.s13], EQUIPMENT_ANSWER[policy.defaults.n5gEir]];
  }

  /** By member number: 1 where that member's pairings count. */
  get pairingMembers(): Uint8Array {
    return this.#pairingMembers;
  }

  /** The consortium has one more member, whose number is the next one. */
  admit(member: PolicyMember): void {
    this.takeMembers([...this.#members, member]);
  }

  /** All members as they are now, with the roles that they have now. */
  takeMembers(members: readonly PolicyMember[]): void {
    this.#pairingMembers = compilePairings(this.#policy, members);
    this.#counts = GATES.map((gate) => compileRules(this.#policy, members, gate));
    this.#members = members;
  }

  /** What a statement counts as, before its log's age is looked at. @param code kind and reason, as the index has them */
  countsAs(gate: number, member: number, code: number): CountsAs {
    return this.#counts[gate]![member * CODES + code] as CountsAs;
  }

  /** The answer for a device that nothing is stated about. */
  defaultAt(gate: number): EquipmentAnswer {
    return this.#defaults[gate]!;
  }
}

function compilePairings({ pairingMembers }: EquipmentPolicy, members: readonly PolicyMember[]): Uint8Array {
  return Uint8Array.from(membersNamed(pairingMembers, members, 'pairingMembers'), Number);
}

function compileRules(policy: EquipmentPolicy, members: readonly PolicyMember[], gate: GateName): Uint8Array {
  const counts = new Uint8Array(members.length * CODES);
  for (let at = 0; at < counts.length; at++) counts[at] = COUNTS_AS[statedKind(at % CODES)];
  // From the last to the first, so that the first that fits has the last word.
  for (const [place, rule] of [...policy.rules.entries()].toReversed()) {
    const isNamed = membersNamed(rule.members, members, `rules[${place}].members`);
    if (rule.gates !== undefined && !rule.gates.includes(gate)) continue;
    for (let at = 0; at < counts.length; at++) {
      const code = at % CODES;
      const fits = isNamed[Math.floor(at / CODES)]! && coversCode(rule, code);
      if (fits) counts[at] = COUNTS_AS[rule.answer === 'as-stated' ? statedKind(code) : rule.answer];
    }
  }
  return counts;
}

function coversCode({ reasons, kinds }: EquipmentPolicy['rules'][number], code: number): boolean {
  const isReason = reasons.includes('*') || reasons.includes(reasonOfCode(code));
  return isReason && (kinds === undefined || kinds.includes(statedKind(code)));
}

function statedKind(code: number): 'blocked' | 'tracked' {
  return kindOfCode(code) === 'device.blocked' ? 'blocked' : 'tracked';
}

/** For each member whether a list of `*`, names and `role:…` names it. */
function membersNamed(names: readonly string[], members: readonly PolicyMember[], place: string): boolean[] {
  const unknown = names.find((name) => !isKnown(name, members));
  if (unknown !== undefined) throw new PolicyError({ code: 'POLICY_MEMBER_UNKNOWN', place, member: unknown });
  return members.map((member) => names.some((name) => isNamedBy(name, member)));
}

function isNamedBy(name: string, member: PolicyMember): boolean {
  if (name === '*') return true;
  return name.startsWith(ROLE_PREFIX)
    ? member.roles.some((role) => role === name.slice(ROLE_PREFIX.length))
    : member.name === name;
}

/** A role that no member has yet is no mistake; a role that does not exist is. */
function isKnown(name: string, members: readonly PolicyMember[]): boolean {
  if (name.startsWith(ROLE_PREFIX)) return ROLES.some((role) => role === name.slice(ROLE_PREFIX.length));
  return name === '*' || members.some((member) => member.name === name);
}

function compileImsiRanges({ imsiRanges }: EquipmentPolicy): ImsiRanges {
  const compiled = ImsiRanges.compile(imsiRanges);
  if (compiled instanceof Fault) throw new PolicyError(compiled.facts);
  return compiled;
}
