import { Fault } from '../base/fault.ts';
import { deviceTargetText } from '../identifiers/device-target.ts';
import { type ImeiKey, imeiText } from '../identifiers/imei.ts';
import { decodeStatement, type Stated } from '../statements/codec.ts';
import { isMemberStatement } from '../statements/member-statement.ts';
import type { DeviceStatement, EntryName } from '../statements/statement.ts';
import { isBookStatement } from '../standing/books.ts';
import type { GateExplanation, MemberApiDependencies, MemberApiOptions } from './dependencies.ts';

/** What an entry says, for people: who stated it, since when, about what, why. */
export interface EntryView extends EntryName {
  readonly statedAt: string;
  readonly kind: string;
  readonly reason?: string;
  readonly imei?: string;
  readonly tac?: string;
  readonly from?: string;
  readonly to?: string;
  readonly occurredAt?: string;
  readonly reference?: string;
  /** Its member has released it, and witnesses have not seen that yet: gates still act on it. */
  readonly releaseWaiting?: true;
}

export interface DeviceCheckView {
  readonly imei: string;
  /** How each of this member's gates answers. */
  readonly gates: readonly GateExplanation[];
  /** Every entry that any of them names. */
  readonly entries: readonly EntryView[];
  /** The newest epoch, where this node does not hold its key: what members state under it counts for nothing here. */
  readonly missingEpoch?: number;
}

/** Explains how a device with a subscriber is answered, and on what that rests. */
export async function checkDevice(
  { gates }: Pick<MemberApiOptions, 'gates'>,
  {
    explain,
    readEntry,
    isReleaseWaiting,
    missingEpoch,
  }: Pick<MemberApiDependencies, 'explain' | 'readEntry' | 'isReleaseWaiting' | 'missingEpoch'>,
  { key, imsi }: { key: ImeiKey; imsi: string },
): Promise<DeviceCheckView> {
  const explanations = gates.map((gate) => explain(gate, key, imsi));
  const named = new Map<string, EntryName>();
  for (const { steps, statements } of explanations) {
    for (const { member, index } of [...steps.flatMap(({ entries }) => entries), ...statements]) {
      named.set(`${member}:${index}`, { member, index });
    }
  }
  const entries = await Promise.all([...named.values()].map((name) => entryView(name, readEntry)));
  const known = entries.filter((entry) => entry !== undefined);
  const now = known.map((entry) => ({
    ...entry,
    ...(isReleaseWaiting(entry.member, entry.index) && { releaseWaiting: true as const }),
  }));
  const missing = missingEpoch();
  return {
    imei: imeiText(key),
    gates: explanations,
    entries: now,
    ...(missing !== undefined && { missingEpoch: missing }),
  };
}

async function entryView(
  name: EntryName,
  readEntry: MemberApiDependencies['readEntry'],
): Promise<EntryView | undefined> {
  const bytes = await readEntry(name.member, name.index);
  const stated = bytes === undefined ? undefined : readStated(bytes);
  const statement = stated?.statement;
  if (statement === undefined || isBookStatement(statement) || isMemberStatement(statement)) return undefined;
  return { ...name, statedAt: new Date(stated!.timeMs).toISOString(), ...statementView(statement) };
}

function statementView(statement: DeviceStatement): Omit<EntryView, keyof EntryName | 'statedAt'> {
  const reference = statement.reference === undefined ? {} : { reference: statement.reference };
  switch (statement.kind) {
    case 'device.blocked':
    case 'device.tracked':
      return {
        kind: statement.kind,
        reason: statement.reason,
        ...deviceTargetText(statement.target),
        ...(statement.occurredAtMs !== undefined && { occurredAt: new Date(statement.occurredAtMs).toISOString() }),
        ...reference,
      };
    case 'device.released':
      return { kind: statement.kind, reason: statement.reason, ...deviceTargetText(statement.target), ...reference };
    case 'device.paired':
      return { kind: statement.kind, ...deviceTargetText({ kind: 'imei', imei: statement.imei }), ...reference };
    case 'gate.opened':
    case 'gate.restored':
      return { kind: statement.kind, ...reference };
  }
}

/** Standing rests on entries that were read before; one that cannot be read now is left out, not fatal. */
function readStated(bytes: Uint8Array): Stated | undefined {
  try {
    return decodeStatement(bytes);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return undefined;
  }
}
