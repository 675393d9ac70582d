import { Fault, type Parsed } from '../base/fault.ts';
import { parseWitnessKey, type WitnessKey } from './cosignature.ts';
import { type LogKey, parseLogKey } from './note-key.ts';

/** Octets of a policy file. */
export const POLICY_SIZE_MAX = 256 * 1024;
/** Logs, witnesses and groups, each. C2SP tlog-policy asks for at least 32; a consortium may have 1,024 members. */
export const POLICY_LINES_MAX = 1024;
/** Reserved: a quorum that nobody is needed for. */
const NONE = 'none';

export interface PolicyLog {
  readonly key: LogKey;
  readonly url: string | undefined;
}

/** Which logs are trusted, and whose cosignatures they need (C2SP tlog-policy). */
export interface TlogPolicy {
  readonly logs: readonly PolicyLog[];
  /** Every witness of the file, whether the quorum needs it or not. */
  readonly witnesses: readonly WitnessKey[];
  /** Whether cosignatures by these keys make the quorum. */
  isMet(signedBy: readonly WitnessKey[]): boolean;
}

export type PolicyFault =
  | { code: 'POLICY_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'POLICY_MALFORMED'; line: number; part: PolicyPart };
export type PolicyPart =
  | 'octets'
  | 'keyword'
  | 'items'
  | 'key'
  | 'key twice'
  | 'name'
  | 'name twice'
  | 'name unknown'
  | 'in two groups'
  | 'threshold'
  | 'quorum'
  | 'too many lines';
export class PolicyError extends Fault<PolicyFault> {}

/** What a name stands for: a witness, or so many of the members of a group. */
type Component = { readonly key: WitnessKey } | { readonly threshold: number; readonly members: readonly string[] };

/** Reads a policy file. Names are octets, which latin1 keeps apart. */
export function parsePolicy(bytes: Uint8Array): Parsed<TlogPolicy, PolicyFault> {
  if (bytes.length > POLICY_SIZE_MAX) {
    return new PolicyError({ code: 'POLICY_TOO_LARGE', size: bytes.length, sizeMax: POLICY_SIZE_MAX });
  }
  const reader = new PolicyReader();
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  // What stands behind the last line feed is a line too, and as a rule an empty one.
  for (const [place, line] of lines.entries()) {
    const wrong = reader.read(line);
    if (wrong !== undefined) return malformed(place + 1, wrong);
  }
  return reader.policy() ?? malformed(lines.length, 'quorum');
}

/** Takes the lines in their order: a name means what an earlier line says. Each method says what is wrong with its line. */
class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: WitnessKey[] = [];
  readonly #components = new Map<string, Component>();
  readonly #grouped = new Set<string>();
  #groups = 0;
  #quorum: string | undefined;

  read(line: string): PolicyPart | undefined {
    // Octets 0x09, 0x20 to 0x7e, and 0x80 on: no other control, and no carriage return.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(line)) return 'octets';
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return undefined;
    switch (keyword) {
      case 'log':
        return this.#readLog(items);
      case 'witness':
        return this.#readWitness(items);
      case 'group':
        return this.#readGroup(items);
      case 'quorum':
        return this.#readQuorum(items);
      default:
        return 'keyword';
    }
  }

  policy(): TlogPolicy | undefined {
    const quorum = this.#quorum;
    if (quorum === undefined) return undefined;
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      isMet: (signedBy) => quorum === NONE || this.#isMet(quorum, new Set(signedBy.map(publicOctets))),
    };
  }

  #readLog([vkey, url, ...more]: readonly string[]): PolicyPart | undefined {
    if (vkey === undefined || more.length > 0) return 'items';
    const key = parseLogKey(utf8(vkey));
    if (key instanceof Fault) return 'key';
    if (this.#logs.some((log) => log.key.publicKey.equals(key.publicKey))) return 'key twice';
    if (this.#logs.push({ key, url }) > POLICY_LINES_MAX) return 'too many lines';
    return undefined;
  }

  // Its address, the third item, is for who asks it.
  #readWitness([name, vkey, , ...more]: readonly string[]): PolicyPart | undefined {
    if (name === undefined || vkey === undefined || more.length > 0) return 'items';
    const key = parseWitnessKey(utf8(vkey));
    if (key instanceof Fault) return 'key';
    if (this.#witnesses.some((other) => other.publicKey.equals(key.publicKey))) return 'key twice';
    if (this.#witnesses.push(key) > POLICY_LINES_MAX) return 'too many lines';
    return this.#name(name, { key });
  }

  #readGroup([name, thresholdText, ...members]: readonly string[]): PolicyPart | undefined {
    if (name === undefined || thresholdText === undefined || members.length === 0) return 'items';
    const threshold = thresholdOf(thresholdText, members.length);
    if (threshold === undefined) return 'threshold';
    for (const member of members) {
      if (!this.#components.has(member)) return 'name unknown';
      if (this.#grouped.has(member)) return 'in two groups';
      this.#grouped.add(member);
    }
    if (++this.#groups > POLICY_LINES_MAX) return 'too many lines';
    return this.#name(name, { threshold, members });
  }

  #readQuorum([name, ...more]: readonly string[]): PolicyPart | undefined {
    if (name === undefined || more.length > 0) return 'items';
    if (this.#quorum !== undefined) return 'quorum';
    if (name !== NONE && !this.#components.has(name)) return 'name unknown';
    this.#quorum = name;
    return undefined;
  }

  #name(name: string, component: Component): PolicyPart | undefined {
    if (name === NONE) return 'name';
    if (this.#components.has(name)) return 'name twice';
    this.#components.set(name, component);
    return undefined;
  }

  /** Groups name earlier lines only, so this comes to an end. */
  #isMet(name: string, signedBy: ReadonlySet<string>): boolean {
    const component = this.#components.get(name)!;
    if ('key' in component) return signedBy.has(publicOctets(component.key));
    return component.members.filter((member) => this.#isMet(member, signedBy)).length >= component.threshold;
  }
}

/** 1 to n, without a sign or a leading zero. */
function thresholdOf(text: string, members: number): number | undefined {
  if (text === 'any') return 1;
  if (text === 'all') return members;
  const threshold = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : undefined;
  return threshold !== undefined && threshold <= members ? threshold : undefined;
}

function publicOctets({ publicKey }: WitnessKey): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('latin1');
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function malformed(line: number, part: PolicyPart): PolicyError {
  return new PolicyError({ code: 'POLICY_MALFORMED', line, part });
}
