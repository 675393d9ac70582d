import { Fault } from '../base/fault.ts';
import { deviceTargetText, parseDeviceTarget } from '../identifiers/device-target.ts';
import { imeiKeyText, parseImei } from '../identifiers/imei.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import { type CborMap, decodeEntry, encodeEntry } from '../ledger/entry.ts';
import { PAIRING_TAG_SIZE } from './pairing-tag.ts';
import {
  DEVICE_REASONS,
  type DeviceListed,
  type DeviceReleased,
  type EntryName,
  RELEASE_REASONS,
  type Statement,
  type StatementKind,
} from './statement.ts';

/** The version of each kind's body that this code writes, and the only one it reads. */
const VERSION = 1;
export const REFERENCE_LENGTH_MAX = 64;
const REFERENCE = /^[A-Za-z0-9._:/-]+$/;

export type StatementFault = { code: 'STATEMENT_MALFORMED'; kind: string; field: string };
export class StatementError extends Fault<StatementFault> {}

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

function bodyOf(statement: Statement): CborMap {
  const reference = statement.reference === undefined ? {} : { reference: statement.reference };
  switch (statement.kind) {
    case 'device.blocked':
    case 'device.tracked':
      return {
        target: deviceTargetText(statement.target),
        reason: statement.reason,
        ...(statement.occurredAtMs !== undefined && { occurred: statement.occurredAtMs }),
        ...reference,
      };
    case 'device.released':
      return {
        target: deviceTargetText(statement.target),
        ends: { ...statement.ends },
        reason: statement.reason,
        ...reference,
      };
    case 'device.paired':
      return { imei: imeiKeyText(statement.imei), tag: statement.tag, ...reference };
    case 'gate.opened':
      return { ...reference };
    case 'gate.restored':
      return { ends: { ...statement.ends }, ...reference };
  }
}

type BodyReader = (kind: StatementKind, body: CborMap) => Statement;

const BODY_READERS: Record<StatementKind, { fields: readonly string[]; read: BodyReader }> = {
  'device.blocked': { fields: ['target', 'reason', 'occurred', 'reference'], read: readListed },
  'device.tracked': { fields: ['target', 'reason', 'occurred', 'reference'], read: readListed },
  'device.released': { fields: ['target', 'ends', 'reason', 'reference'], read: readReleased },
  'device.paired': { fields: ['imei', 'tag', 'reference'], read: readPaired },
  'gate.opened': { fields: ['reference'], read: (_, body) => ({ kind: 'gate.opened', ...readReference(body) }) },
  'gate.restored': {
    fields: ['ends', 'reference'],
    read: (kind, body) => ({ kind: 'gate.restored', ends: readEnds(kind, body), ...readReference(body) }),
  },
};

function isStatementKind(kind: string): kind is StatementKind {
  return Object.hasOwn(BODY_READERS, kind);
}

function readBody(kind: StatementKind, body: CborMap): Statement {
  const { fields, read } = BODY_READERS[kind];
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

function readPaired(kind: StatementKind, body: CborMap): Statement {
  const { imei, tag } = body;
  const parsed = typeof imei === 'string' && imei.length === 14 ? parseImei(imei) : undefined;
  if (parsed === undefined || parsed instanceof Fault) throw malformed(kind, 'imei');
  if (!(tag instanceof Uint8Array) || tag.length !== PAIRING_TAG_SIZE) throw malformed(kind, 'tag');
  return { kind: 'device.paired', imei: parsed.key, tag, ...readReference(body) };
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

function readEnds(kind: StatementKind, body: CborMap): EntryName {
  const { ends } = body;
  if (!isMap(ends) || Object.keys(ends).length !== 2) throw malformed(kind, 'ends');
  const { member, index } = ends;
  if (typeof member !== 'string' || parseMemberName(member) instanceof Fault) throw malformed(kind, 'ends.member');
  if (typeof index !== 'number' || index < 0) throw malformed(kind, 'ends.index');
  return { member, index };
}

function readOneOf<T extends string>(values: readonly T[], kind: StatementKind, body: CborMap): T {
  const value = values.find((known) => known === body['reason']);
  if (value === undefined) throw malformed(kind, 'reason');
  return value;
}

function readReference(body: CborMap): { reference?: string } {
  return typeof body['reference'] === 'string' ? { reference: body['reference'] } : {};
}

function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.length <= REFERENCE_LENGTH_MAX && REFERENCE.test(value);
}

function isMap(value: unknown): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function malformed(kind: StatementKind, field: string): StatementError {
  return new StatementError({ code: 'STATEMENT_MALFORMED', kind, field });
}
