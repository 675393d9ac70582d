import { Fault } from '../base/fault.ts';
import { type CellIdentity, cellText, parseCell } from '../identifiers/cell.ts';
import type { CborMap } from '../ledger/entry.ts';
import { malformed, readEnds, readOctets, readOneOf, readReference, readTime } from './body-fields.ts';
import { CELL_REASONS, type CellCleared, type CellDistrusted } from './cell-statement.ts';
import type { BodyCodec } from './codec.ts';

const SHA256_SIZE = 32;

const DISTRUSTED: BodyCodec<CellDistrusted> = {
  fields: ['cell', 'from', 'to', 'reason', 'evidence', 'reference'],
  write: ({ cell, fromMs, toMs, reason, evidence }) => ({
    cell: cellText(cell),
    from: fromMs,
    ...(toMs !== undefined && { to: toMs }),
    reason,
    ...(evidence !== undefined && { evidence }),
  }),
  read: readDistrusted,
};

const CLEARED: BodyCodec<CellCleared> = {
  fields: ['cell', 'ends', 'reference'],
  write: ({ cell, ends }) => ({ cell: cellText(cell), ends: { ...ends } }),
  read: (kind, body) => ({
    kind,
    cell: readCell(kind, body),
    ends: readEnds(kind, body),
    ...readReference(body),
  }),
};

export const CELL_BODIES = { 'cell.distrusted': DISTRUSTED, 'cell.cleared': CLEARED };

function readDistrusted(kind: 'cell.distrusted', body: CborMap): CellDistrusted {
  const fromMs = readTime(kind, body, 'from');
  const toMs = body['to'] === undefined ? undefined : readTime(kind, body, 'to');
  if (toMs !== undefined && toMs <= fromMs) throw malformed(kind, 'to');
  return {
    kind,
    cell: readCell(kind, body),
    fromMs,
    ...(toMs !== undefined && { toMs }),
    reason: readOneOf(CELL_REASONS, kind, body),
    ...(body['evidence'] !== undefined && { evidence: readOctets(kind, body, 'evidence', SHA256_SIZE) }),
    ...readReference(body),
  };
}

function readCell(kind: string, body: CborMap): CellIdentity {
  const { cell } = body;
  const parsed = typeof cell === 'string' ? parseCell(cell) : undefined;
  if (parsed === undefined || parsed instanceof Fault) throw malformed(kind, 'cell');
  return parsed;
}
