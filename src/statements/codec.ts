import { Fault } from '../base/fault.ts';
import { deviceTargetText, parseDeviceTarget } from '../identifiers/device-target.ts';
import { imeiKeyText, parseImei } from '../identifiers/imei.ts';
import { type CborMap, decodeEntry, encodeEntry } from '../ledger/entry.ts';
import { isMap, isReference, malformed, readEnds, readOneOf, readReference, readTag } from './body-fields.ts';
import { CELL_BODIES } from './cell-codec.ts';
import { SENDER_BODIES } from './sender-codec.ts';
import {
  DEVICE_REASONS,
  type DeviceListed,
  type DevicePaired,
  type DeviceReleased,
  RELEASE_REASONS,
  type Statement,
  type StatementKind,
} from './statement.ts';

/** The version of each kind's body that this code writes, and the only one it reads. */
const VERSION = 1;

/** A statement with the envelope it came in. */
export interface Stated {
  readonly issuer: string;
  readonly timeMs: number;
  readonly id: Uint8Array;
  /** Undefined where the kind or its version is newer than this code: such an entry is kept, counted and skipped. */
  readonly statement: Statement | undefined;
}

/**
 * The bytes that go into the issuer's log.
 * @throws StatementError STATEMENT_MALFORMED for a value that no reader would accept back
 */
export function encodeStatement(envelope: Omit<Stated, 'statement'>, statement: Statement): Uint8Array {
  const body = bodyOf(statement);
  readBody(statement.kind, body);
  return encodeEntry({ ...envelope, kind: statement.kind, version: VERSION, body });
}

/**
 * Reads an entry's bytes as a statement. Nothing is verified here: not the issuer, not the log.
 * @throws EntryError, StatementError
 */
export function decodeStatement(bytes: Uint8Array): Stated {
  const { kind, version, issuer, timeMs, id, body } = decodeEntry(bytes);
  const statement = version === VERSION && isStatementKind(kind) ? readBody(kind, body) : undefined;
  return { issuer, timeMs, id, statement };
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

const LISTED: BodyCodec<DeviceListed> = {
  fields: ['target', 'reason', 'occurred', 'reference'],
  write: ({ target, reason, occurredAtMs }) => ({
    target: deviceTargetText(target),
    reason,
    ...(occurredAtMs !== undefined && { occurred: occurredAtMs }),
  }),
  read: readListed,
};

const BODIES: { readonly [Kind in StatementKind]: BodyCodec<StatementOf<Kind>> } = {
  'device.blocked': LISTED,
  'device.tracked': LISTED,
  'device.released': {
    fields: ['target', 'ends', 'reason', 'reference'],
    write: ({ target, ends, reason }) => ({ target: deviceTargetText(target), ends: { ...ends }, reason }),
    read: readReleased,
  },
  'device.paired': {
    fields: ['imei', 'tag', 'reference'],
    write: ({ imei, tag }) => ({ imei: imeiKeyText(imei), tag }),
    read: readPaired,
  },
  'gate.opened': {
    fields: ['reference'],
    write: () => ({}),
    read: (kind, body) => ({ kind, ...readReference(body) }),
  },
  'gate.restored': {
    fields: ['ends', 'reference'],
    write: ({ ends }) => ({ ends: { ...ends } }),
    read: (kind, body) => ({ kind, ends: readEnds(kind, body), ...readReference(body) }),
  },
  ...SENDER_BODIES,
  ...CELL_BODIES,
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

function readListed(kind: StatementKind, body: CborMap): DeviceListed {
  const { occurred } = body;
  if (occurred !== undefined && (typeof occurred !== 'number' || occurred < 0)) throw malformed(kind, 'occurred');
  return {
    kind: kind as DeviceListed['kind'],
    target: readTarget(kind, body),
    reason: readOneOf(DEVICE_REASONS, kind, body),
    ...(occurred !== undefined && { occurredAtMs: occurred }),
    ...readReference(body),
  };
}

function readReleased(kind: StatementKind, body: CborMap): DeviceReleased {
  return {
    kind: 'device.released',
    target: readTarget(kind, body),
    ends: readEnds(kind, body),
    reason: readOneOf(RELEASE_REASONS, kind, body),
    ...readReference(body),
  };
}

function readPaired(kind: StatementKind, body: CborMap): DevicePaired {
  const { imei } = body;
  const parsed = typeof imei === 'string' && imei.length === 14 ? parseImei(imei) : undefined;
  if (parsed === undefined || parsed instanceof Fault) throw malformed(kind, 'imei');
  return { kind: 'device.paired', imei: parsed.key, tag: readTag(kind, body), ...readReference(body) };
}

function readTarget(kind: StatementKind, body: CborMap): DeviceListed['target'] {
  const { target } = body;
  if (!isMap(target)) throw malformed(kind, 'target');
  const parsed = parseDeviceTarget(target);
  if (parsed instanceof Fault) throw malformed(kind, 'target');
  const canonical: CborMap = deviceTargetText(parsed);
  // One device has one spelling in a log: 14 digits.
  if (!Object.entries(target).every(([field, value]) => canonical[field] === value)) throw malformed(kind, 'target');
  return parsed;
}
