import type { Parsed } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import type { Json } from './canonical-json.ts';
import type { Budget, Role, SharedPolicy } from './consortium.ts';
import * as fields from './fields.ts';
import { Fields, parsedBy, type Read } from './fields.ts';
import { type GovernanceFault, malformed } from './governance-fault.ts';

/** Stands for the tag key where the keys of epochs are granted. */
export const TAG_KEY_NUMBER = 0;

/** What a member brings: its introduction says it, and its admission repeats it. */
export interface MemberFields {
  readonly name: MemberName;
  readonly roles: readonly Role[];
  readonly url: string;
  /** Vkeys of type 0x01: of the shared log, of the own log, and the key that signs proposals. */
  readonly logKey: string;
  readonly ownLogKey: string;
  readonly governanceKey: string;
  /** A vkey of type 0x04. */
  readonly witnessKey: string;
  /** X25519 in base64. */
  readonly sealingKey: string;
  /** SHA-256 in hex. */
  readonly certificates: readonly string[];
}

/** A log's next key: it may sign from `fromSize` on, and those before it may sign below `toSize` only. */
export interface NextLogKey {
  readonly vkey: string;
  readonly fromSize: number;
  readonly toSize: number;
  /** Of a member's log: the root, in base64, before `fromSize`. Whatever else was signed up to there counts no more. */
  readonly root?: string;
}

/** Those of a member's keys that become others. Whether it signs that itself or the others do, is the same to the log. */
export interface NextKeys {
  readonly log?: NextLogKey;
  readonly ownLog?: string;
  /** All that it has from then on: the old and the new together make the overlap. */
  readonly witness?: readonly string[];
  readonly governance?: string;
  readonly sealing?: string;
  readonly certificates?: readonly string[];
}

/** One decision of the consortium. */
export type Change =
  | { readonly kind: 'member.admitted'; readonly member: MemberFields }
  | { readonly kind: 'member.suspended'; readonly member: MemberName; readonly logSize: number }
  | { readonly kind: 'member.removed'; readonly member: MemberName; readonly logSize: number }
  | { readonly kind: 'member.reinstated'; readonly member: MemberName }
  | { readonly kind: 'member.roles'; readonly member: MemberName; readonly roles: readonly Role[] }
  | { readonly kind: 'member.url'; readonly member: MemberName; readonly url: string }
  | { readonly kind: 'member.keys'; readonly member: MemberName; readonly keys: NextKeys }
  | { readonly kind: 'keeper.changed'; readonly member: MemberName; readonly log: NextLogKey }
  | {
      readonly kind: 'epoch.opened';
      readonly number: number;
      readonly keyDigest: string;
      readonly wraps: ReadonlyMap<MemberName, string>;
    }
  /** Of an epoch; with number 0, the tag key. */
  | { readonly kind: 'epoch.granted'; readonly number: number; readonly wraps: ReadonlyMap<MemberName, string> }
  | { readonly kind: 'epoch.ended'; readonly number: number; readonly restated: ReadonlyMap<MemberName, number> }
  | { readonly kind: 'budget.set'; readonly member: MemberName; readonly budget?: Budget }
  | { readonly kind: 'policy.set'; readonly policy: SharedPolicy };
export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;

const NEXT_KEYS: readonly (keyof NextKeys)[] = ['log', 'ownLog', 'witness', 'governance', 'sealing', 'certificates'];

/** How the rest of each kind is read, after `kind` itself. */
const READERS: { readonly [Kind in ChangeKind]: (from: Fields) => Omit<ChangeOf<Kind>, 'kind'> } = {
  'member.admitted': (from) => ({ member: from.read('member', memberFields) }),
  'member.suspended': (from) => ({ ...ofMember(from), logSize: from.read('logSize', fields.size) }),
  'member.removed': (from) => ({ ...ofMember(from), logSize: from.read('logSize', fields.size) }),
  'member.reinstated': (from) => ofMember(from),
  'member.roles': (from) => ({ ...ofMember(from), roles: from.read('roles', fields.roles) }),
  'member.url': (from) => ({ ...ofMember(from), url: from.read('url', fields.baseUrl) }),
  'member.keys': (from) => ({ ...ofMember(from), keys: from.read('keys', nextKeys) }),
  'keeper.changed': (from) => ({ ...ofMember(from), log: from.read('log', nextLogKey) }),
  'epoch.opened': (from) => ({
    ...ofEpoch(from),
    keyDigest: from.read('keyDigest', fields.digest),
    wraps: from.read('wraps', fields.wraps),
  }),
  'epoch.granted': (from) => ({ ...ofEpoch(from, TAG_KEY_NUMBER), wraps: from.read('wraps', fields.wraps) }),
  'epoch.ended': (from) => ({ ...ofEpoch(from), restated: from.read('restated', fields.logSizes) }),
  'budget.set': (from) => ({ ...ofMember(from), ...from.optional('budget', fields.budget) }),
  'policy.set': (from) => ({ policy: from.read('policy', fields.policy) }),
};
export const CHANGE_KINDS = Object.keys(READERS) as readonly ChangeKind[];

/** Reads a change out of JSON: strictly, and without asking whether it may be made. */
export function parseChange(value: unknown, place = 'change'): Parsed<Change, GovernanceFault> {
  return parsedBy(readChange, value, place);
}

export const readChange: Read<Change> = (value, place) => {
  const from = new Fields(value, place);
  const kind = from.read('kind', changeKind);
  const change = { kind, ...READERS[kind](from) } as Change;
  from.end();
  return change;
};

/** The change as JSON: what `parseChange` reads. */
export function changeJson(change: Change): Json {
  if ('wraps' in change) return { ...change, wraps: Object.fromEntries(change.wraps) };
  if ('restated' in change) return { ...change, restated: Object.fromEntries(change.restated) };
  // What is left is plain: text, integers, lists and objects of them.
  return change as unknown as Json;
}

export const memberFields: Read<MemberFields> = (value, place) => {
  const from = new Fields(value, place);
  const member: MemberFields = {
    name: from.read('name', fields.memberName),
    roles: from.read('roles', fields.roles),
    url: from.read('url', fields.baseUrl),
    logKey: from.read('logKey', fields.logKey),
    ownLogKey: from.read('ownLogKey', fields.logKey),
    governanceKey: from.read('governanceKey', fields.logKey),
    witnessKey: from.read('witnessKey', fields.witnessKey),
    sealingKey: from.read('sealingKey', fields.sealingKey),
    certificates: from.read('certificates', fields.certificates),
  };
  from.end();
  return member;
};

const changeKind: Read<ChangeKind> = (value, place) => {
  if (!CHANGE_KINDS.includes(value as ChangeKind)) throw malformed(place, 'a kind of change');
  return value as ChangeKind;
};

const nextLogKey: Read<NextLogKey> = (value, place) => readNextLogKey(new Fields(value, place));

/** A member's, which may settle what its log's history is. */
const settlingLogKey: Read<NextLogKey> = (value, place) => {
  const from = new Fields(value, place);
  return readNextLogKey(from, from.optional('root', fields.root));
};

function readNextLogKey(from: Fields, settled: Pick<NextLogKey, 'root'> = {}): NextLogKey {
  const vkey = from.read('vkey', fields.logKey);
  const key = { vkey, fromSize: from.read('fromSize', fields.size), toSize: from.read('toSize', fields.size) };
  from.end();
  return { ...key, ...settled };
}

const nextKeys: Read<NextKeys> = (value, place) => {
  const from = new Fields(value, place);
  const keys: NextKeys = {
    ...from.optional('log', settlingLogKey),
    ...from.optional('ownLog', fields.logKey),
    ...from.optional('witness', fields.witnessKeys),
    ...from.optional('governance', fields.logKey),
    ...from.optional('sealing', fields.sealingKey),
    ...from.optional('certificates', fields.certificates),
  };
  from.end();
  if (Object.keys(keys).length === 0) throw malformed(place, `at least one of ${NEXT_KEYS.join(', ')}`);
  return keys;
};

function ofMember(from: Fields): { member: MemberName } {
  return { member: from.read('member', fields.memberName) };
}

function ofEpoch(from: Fields, least = 1): { number: number } {
  return { number: from.read('number', fields.integer(least, Number.MAX_SAFE_INTEGER)) };
}
