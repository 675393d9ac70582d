import { Fault } from '../base/fault.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import type { CborMap } from '../ledger/entry.ts';
import { malformed, readCount, readReference, readText } from './body-fields.ts';
import type { BodyCodec } from './codec.ts';
import type { LogAnchored, StatementsConfirmed, StatementsStruck } from './member-statement.ts';

/** Ours: a checkpoint with a hundred cosignatures; two of them leave room in an entry. */
export const ANCHORED_NOTE_SIZE_MAX = 24 * 1024;

/** SHA-256. */
const HASH_SIZE = 32;
/** RFC 6962: of a tree of at most 2^53 leaves. */
const CONSISTENCY_SIZE_MAX = 54 * HASH_SIZE;

type RangeStatement = StatementsConfirmed | StatementsStruck;

const RANGE_FIELDS = ['member', 'from', 'to', 'reference'];

const CONFIRMED: BodyCodec<StatementsConfirmed> = {
  fields: RANGE_FIELDS,
  write: writeRange,
  read: (kind, body) => ({ kind, ...readRange(kind, body) }),
};

const STRUCK: BodyCodec<StatementsStruck> = {
  fields: RANGE_FIELDS,
  write: writeRange,
  read: (kind, body) => ({ kind, ...readRange(kind, body) }),
};

const ANCHORED: BodyCodec<LogAnchored> = {
  fields: ['own', 'shared', 'consistency', 'reference'],
  write: ({ own, shared, consistency }) => ({ own, shared, ...(consistency !== undefined && { consistency }) }),
  read: (kind, body) => ({
    kind,
    own: readText(kind, body, 'own', isNote),
    shared: readText(kind, body, 'shared', isNote),
    ...readConsistency(kind, body),
    ...readReference(body),
  }),
};

export const MEMBER_BODIES = {
  'statements.confirmed': CONFIRMED,
  'statements.struck': STRUCK,
  'log.anchored': ANCHORED,
};

function writeRange({ member, from, to }: RangeStatement): CborMap {
  return { member, from, ...(to !== undefined && { to }) };
}

function readRange(kind: string, body: CborMap): Omit<RangeStatement, 'kind'> {
  const from = readCount(kind, body, 'from');
  const to = body['to'] === undefined ? undefined : readCount(kind, body, 'to');
  if (to !== undefined && to <= from) throw malformed(kind, 'to');
  const member = readText(kind, body, 'member', (text) => !(parseMemberName(text) instanceof Fault));
  return { member, from, ...(to !== undefined && { to }), ...readReference(body) };
}

function readConsistency(kind: string, body: CborMap): { consistency?: Uint8Array } {
  const { consistency } = body;
  if (consistency === undefined) return {};
  const isHashes = consistency instanceof Uint8Array && consistency.length % HASH_SIZE === 0;
  if (!isHashes || consistency.length === 0 || consistency.length > CONSISTENCY_SIZE_MAX) {
    throw malformed(kind, 'consistency');
  }
  return { consistency };
}

/** Its form is no business of statements: who verifies it parses it. */
function isNote(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= ANCHORED_NOTE_SIZE_MAX;
}
