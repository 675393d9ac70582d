import type { ImeiKey } from '../identifiers/imei.ts';
import { deviceTargetText, type DeviceTargetText } from '../identifiers/device-target.ts';
import type {
  ExchangeConflictRow,
  ExchangeDeliveredRow,
  ExchangeFileRow,
  ExchangeLineFaultRow,
} from '../store/exchange/schema.ts';
import { RESOLUTIONS } from './conflicts.ts';
import { targetOf } from './subject.ts';

/** A list that came or went. Times are RFC 3339 in UTC. */
export interface FileView {
  readonly file: number;
  readonly register: string;
  readonly direction: 'in' | 'out';
  readonly kind: string;
  readonly name: string;
  readonly number?: number;
  readonly sha256: string;
  readonly size: number;
  readonly state: string;
  readonly at: string;
  readonly by: string;
  readonly finishedAt?: string;
  readonly records: number;
  readonly recordsDone: number;
  readonly inserted: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly refused: number;
  readonly conflicts: number;
  /** Why the list was refused whole. */
  readonly faultCode?: string;
  readonly faultLine?: number;
}

export interface LineFaultView {
  readonly line: number;
  readonly code: string;
  readonly field?: string;
}

export interface ConflictView {
  readonly conflict: number;
  readonly kind: string;
  readonly register: string;
  readonly organisation: string;
  readonly target: DeviceTargetText;
  readonly theirReason: string;
  readonly file: number;
  readonly line: number;
  readonly openedAt: string;
  /** What may be decided. */
  readonly choices: readonly string[];
  readonly resolution?: string;
  readonly resolvedAt?: string;
  readonly resolvedBy?: string;
}

/** A statement of this member that a register refused. */
export interface RefusedLineView {
  readonly target: DeviceTargetText;
  readonly reason: string;
  readonly code: string;
  readonly file: number;
  readonly line: number;
}

export function fileView(row: ExchangeFileRow): FileView {
  const { id, listNumber, createdMs, createdBy, finishedMs, faultCode, faultLine } = row;
  const { register, direction, kind, name, sha256, size, state } = row;
  const { records, recordsDone, inserted, removed, unchanged, skipped, refused, conflicts } = row;
  return {
    file: id,
    register,
    direction,
    kind,
    name,
    sha256,
    size,
    state,
    ...(listNumber !== null && { number: listNumber }),
    at: timeText(createdMs),
    by: createdBy,
    ...(finishedMs !== null && { finishedAt: timeText(finishedMs) }),
    records,
    recordsDone,
    inserted,
    removed,
    unchanged,
    skipped,
    refused,
    conflicts,
    ...(faultCode !== null && { faultCode }),
    ...(faultLine !== null && { faultLine }),
  };
}

export function lineFaultView({ line, code, field }: ExchangeLineFaultRow): LineFaultView {
  return { line, code, ...(field !== null && { field }) };
}

export function conflictView(row: ExchangeConflictRow): ConflictView {
  const { id, kind, register, organisation, theirReason, fileId, line, openedMs } = row;
  const { resolution, resolvedMs, resolvedBy } = row;
  return {
    conflict: id,
    kind,
    register,
    organisation,
    target: targetText(row),
    theirReason,
    file: fileId,
    line,
    openedAt: timeText(openedMs),
    choices: RESOLUTIONS[kind],
    ...(resolution !== null && { resolution }),
    ...(resolvedMs !== null && { resolvedAt: timeText(resolvedMs) }),
    ...(resolvedBy !== null && { resolvedBy }),
  };
}

export function refusedLineView(row: ExchangeDeliveredRow): RefusedLineView {
  const { reason, refusedCode, fileId, line } = row;
  return { target: targetText(row), reason, code: refusedCode ?? '', file: fileId, line };
}

function targetText({ imeiFrom, imeiTo }: { imeiFrom: number; imeiTo: number }): DeviceTargetText {
  return deviceTargetText(targetOf({ from: imeiFrom as ImeiKey, to: imeiTo as ImeiKey }));
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
