import { type Tac, tacOf, tacText } from '../../identifiers/imei.ts';
import type { DeviceTarget } from '../../identifiers/device-target.ts';
import { isInRanges } from '../../standing/index-ranges.ts';
import type { Restriction } from '../../standing/quarantine.ts';
import type { Statement } from '../../statements/statement.ts';
import type { LoggedEntry, LogsSeen } from './logged.ts';
import type { Range } from './range.ts';

/** How many entries one request opens: some two seconds of a slow machine. What is further away is not counted. */
export const ENTRIES_OPENED_MAX = 20_000;
/** TACs that are named, those with the most statements first. */
export const TACS_SHOWN_MAX = 20;

export interface Tally {
  readonly statements: number;
  /** A cell, a sender or a number counts as one. */
  readonly devices: number;
}

/** What a range of statements does now. */
export interface RangeCount {
  readonly inForce: Tally;
  readonly quarantined: Tally;
  /** Entries that this member cannot open: what they say is not counted. */
  readonly unread: number;
  /** The first index that was not looked at: less than the end of the range where that is far away. */
  readonly countedTo: number;
}

/** Counts what in a range is in force, and what is quarantined. */
export async function countRange({ member, from, to }: Range, logs: LogsSeen): Promise<RangeCount> {
  const countedTo = Math.max(from, Math.min(to, logs.size(member), from + ENTRIES_OPENED_MAX));
  const inForce = new Counter();
  const quarantined = new Counter();
  let unread = 0;
  for await (const entry of logs.entries(member, from, countedTo)) {
    if (entry.statement === undefined) unread += 1;
    const restriction = restrictionOf(entry, { member, from, logs });
    if (restriction?.force === 'in force') inForce.add(restriction.devices);
    if (restriction?.force === 'quarantined') quarantined.add(restriction.devices);
  }
  return { inForce: inForce.tally, quarantined: quarantined.tally, unread, countedTo };
}

function restrictionOf(
  { index, continues, statement }: LoggedEntry,
  { member, from, logs }: { member: string; from: number; logs: LogsSeen },
): Restriction | undefined {
  // What is stated anew was counted where it was stated first.
  const isCounted = continues !== undefined && from <= continues && continues < index;
  return statement === undefined || isCounted ? undefined : logs.restriction(member, index, statement);
}

/** What is quarantined, by what it is. */
export interface QuarantineCount {
  readonly kinds: readonly (Tally & { readonly kind: string })[];
  readonly tacs: readonly (Tally & { readonly tac: string })[];
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly unread: number;
  readonly countedTo: number;
}

/** Counts a member's quarantine by kind and by TAC, from its first statement on. */
export async function countQuarantine(member: string, logs: LogsSeen): Promise<QuarantineCount | undefined> {
  const ranges = [...logs.quarantined(member)];
  const [from, to] = [ranges[0]?.[0], ranges.at(-1)?.[1]];
  if (from === undefined || to === undefined) return undefined;
  const countedTo = Math.min(to, from + ENTRIES_OPENED_MAX);
  const kinds = new Map<string, Counter>();
  const tacs = new Map<string, Counter>();
  let [firstMs, lastMs]: (number | undefined)[] = [];
  let unread = 0;
  for await (const { index, timeMs, statement } of logs.entries(member, from, countedTo)) {
    if (!isInRanges(ranges, index)) continue;
    firstMs ??= timeMs;
    lastMs = timeMs;
    if (statement === undefined) unread += 1;
    const restriction = statement && logs.restriction(member, index, statement);
    if (restriction === undefined) continue;
    counterOf(kinds, statement!.kind).add(restriction.devices);
    const tac = tacOfStatement(statement!);
    if (tac !== undefined) counterOf(tacs, tacText(tac)).add(restriction.devices);
  }
  return {
    kinds: largestFirst(kinds).map(([kind, { tally }]) => ({ kind, ...tally })),
    tacs: largestFirst(tacs)
      .slice(0, TACS_SHOWN_MAX)
      .map(([tac, { tally }]) => ({ tac, ...tally })),
    firstMs,
    lastMs,
    unread,
    countedTo,
  };
}

class Counter {
  #statements = 0;
  #devices = 0;

  add(devices: number): void {
    this.#statements += 1;
    this.#devices += devices;
  }

  get tally(): Tally {
    return { statements: this.#statements, devices: this.#devices };
  }
}

function counterOf(counters: Map<string, Counter>, name: string): Counter {
  const counter = counters.get(name) ?? new Counter();
  counters.set(name, counter);
  return counter;
}

function largestFirst(counters: ReadonlyMap<string, Counter>): [string, Counter][] {
  return [...counters].sort(([, one], [, other]) => other.tally.statements - one.tally.statements);
}

function tacOfStatement(statement: Statement): Tac | undefined {
  return 'target' in statement ? tacOfTarget(statement.target) : undefined;
}

function tacOfTarget(target: DeviceTarget): Tac {
  switch (target.kind) {
    case 'imei':
      return tacOf(target.imei);
    case 'tac':
      return target.tac;
    case 'range':
      return tacOf(target.from);
  }
}
