import { Fault } from '../base/fault.ts';
import {
  type CborMap,
  decodeEntry,
  decodePlainEntry,
  encodeEntry,
  type EntryHeader,
  isSealed,
  type SealedEntry,
} from '../ledger/entry.ts';
import { type EpochKey, type KeyOf, open, seal } from '../sealing/seal.ts';
import { isReference, malformed } from './body-fields.ts';
import { CELL_BODIES } from './cell-codec.ts';
import { DEVICE_BODIES } from './device-codec.ts';
import { MEMBER_BODIES } from './member-codec.ts';
import { SENDER_BODIES } from './sender-codec.ts';
import type { Statement, StatementKind } from './statement.ts';
import { StatementError } from './statement-fault.ts';

/** The version of each kind's body that this code writes, and the only one it reads. */
const VERSION = 1;

/** Kinds that stand in a shared log for everybody to read. Every other kind is sealed there. */
const PUBLIC_KINDS: ReadonlySet<string> = new Set<StatementKind>(['log.anchored']);

/** Who states something, when, under which identity. */
export type Envelope = Pick<EntryHeader, 'issuer' | 'timeMs' | 'id'>;

/** A statement with the envelope it came in. */
export interface Stated extends Envelope {
  /** The epoch under whose key it is sealed. */
  readonly epoch?: number;
  /** The index in the same log of the statement that it states anew. */
  readonly continues?: number;
  /** It says something to others: this member has no key for its epoch, or none any more. */
  readonly isSealed?: true;
  /** Undefined where it is sealed to us, or where its kind or version is newer than this code: it is kept and skipped. */
  readonly statement: Statement | undefined;
}

/**
 * The bytes of a statement that everybody may read.
 * @throws StatementError STATEMENT_MALFORMED for a value that no reader would accept back
 */
export function encodeStatement(envelope: Envelope, statement: Statement): Uint8Array {
  return encodeEntry({ ...headerOf(envelope, statement), body: checkedBody(statement) });
}

/**
 * The bytes that go into the issuer's shared log: only who holds the epoch's key reads the body.
 * @param continues the index in the same log of the statement that this one states anew
 * @throws StatementError STATEMENT_MALFORMED, STATEMENT_NOT_PUBLIC for a kind that is never sealed
 */
export function sealStatement(
  envelope: Envelope,
  statement: Statement,
  epochKey: EpochKey,
  continues?: number,
): Uint8Array {
  if (PUBLIC_KINDS.has(statement.kind))
    throw new StatementError({ code: 'STATEMENT_NOT_PUBLIC', kind: statement.kind });
  const header = { ...headerOf(envelope, statement), ...(continues !== undefined && { continues }) };
  return seal(header, checkedBody(statement), epochKey);
}

/**
 * Reads an entry of which everything is public as a statement. Nothing is verified here: not the issuer, not the log.
 * @throws EntryError, StatementError
 */
export function decodeStatement(bytes: Uint8Array): Stated {
  const { kind, version, issuer, timeMs, id, body } = decodePlainEntry(bytes);
  return { issuer, timeMs, id, statement: readStatement(kind, version, body) };
}

/**
 * Reads an entry of a shared log as a statement, with the keys that this member holds. What is in force for all must not
 * be public to all: a kind that belongs under a seal is refused without one. The issuer and the log are not verified.
 * @throws EntryError; StatementError STATEMENT_MALFORMED, STATEMENT_NOT_SEALED, STATEMENT_NOT_PUBLIC, or why a seal that
 *   this member has the key for does not open
 */
export function openStatement(bytes: Uint8Array, keyOf: KeyOf): Stated {
  const entry = decodeEntry(bytes);
  const { kind, version, issuer, timeMs, id } = entry;
  const isPublic = PUBLIC_KINDS.has(kind);
  if (isSealed(entry)) {
    if (isPublic) throw new StatementError({ code: 'STATEMENT_NOT_PUBLIC', kind });
    return openSealed(entry, keyOf);
  }
  if (!isPublic && isStatementKind(kind)) throw new StatementError({ code: 'STATEMENT_NOT_SEALED', kind });
  return { issuer, timeMs, id, statement: readStatement(kind, version, entry.body) };
}

/**
 * Reads a body as its kind and version have it.
 * @returns undefined where the kind or its version is newer than this code
 * @throws StatementError STATEMENT_MALFORMED
 */
export function readStatement(kind: string, version: number, body: CborMap): Statement | undefined {
  return version === VERSION && isStatementKind(kind) ? readBody(kind, body) : undefined;
}

function openSealed(entry: SealedEntry, keyOf: KeyOf): Stated {
  const { kind, version, issuer, timeMs, id, epoch, continues } = entry;
  const stated = { issuer, timeMs, id, epoch, ...(continues !== undefined && { continues }) };
  const opening = open(entry, keyOf);
  if (!(opening instanceof Fault)) return { ...stated, statement: readStatement(kind, version, opening.body) };
  const { facts } = opening;
  if (facts.code === 'SEAL_EPOCH_UNKNOWN') return { ...stated, isSealed: true, statement: undefined };
  throw new StatementError(facts, { cause: opening });
}

function headerOf(envelope: Envelope, { kind }: Statement): EntryHeader {
  const { issuer, timeMs, id } = envelope;
  return { issuer, timeMs, id, kind, version: VERSION };
}

function checkedBody(statement: Statement): CborMap {
  const body = bodyOf(statement);
  readBody(statement.kind, body);
  return body;
}

/** How the body of a kind is written and read. */
export interface BodyCodec<S extends Statement = Statement> {
  readonly fields: readonly string[];
  /** The body without its reference. */
  write(this: void, statement: S): CborMap;
  read(this: void, kind: S['kind'], body: CborMap): S;
}

/** The statement of a kind; two kinds may share one type. */
type StatementOf<Kind extends StatementKind, S = Statement> = S extends { kind: infer Kinds }
  ? Kind extends Kinds
    ? S
    : never
  : never;

const BODIES: { readonly [Kind in StatementKind]: BodyCodec<StatementOf<Kind>> } = {
  ...DEVICE_BODIES,
  ...SENDER_BODIES,
  ...CELL_BODIES,
  ...MEMBER_BODIES,
};

function codecOf(kind: StatementKind): BodyCodec {
  return BODIES[kind];
}

function bodyOf(statement: Statement): CborMap {
  const { kind, reference } = statement;
  return { ...codecOf(kind).write(statement), ...(reference !== undefined && { reference }) };
}

function isStatementKind(kind: string): kind is StatementKind {
  return Object.hasOwn(BODIES, kind);
}

function readBody(kind: StatementKind, body: CborMap): Statement {
  const { fields, read } = codecOf(kind);
  const unknown = Object.keys(body).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw malformed(kind, 'unknown field');
  const { reference } = body;
  if (reference !== undefined && !isReference(reference)) throw malformed(kind, 'reference');
  return read(kind, body);
}
