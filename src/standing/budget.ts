import type { DeviceTarget } from '../identifiers/device-target.ts';
import { type Tac, SERIALS_PER_TAC, tacOf } from '../identifiers/imei.ts';
import type { Budget } from '../governance/consortium.ts';
import { permits } from '../statements/permits.ts';
import type { Statement } from '../statements/statement.ts';
import { isBookStatement } from './books.ts';

/*
 * A budget bounds what the holder of one member's log key can put in force. Its time is witnessed time: the issuer's
 * clock moves it forward, but never more than a day beyond the last time that witnesses gave to the log (its anchor). So
 * a thief who writes whatever times he likes has, beyond the days that truly pass, one day's budget ahead and one begun.
 */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** How far the issuer's clock may run beyond the last witnessed time. */
const AHEAD_OF_ANCHOR_MS_MAX = DAY_MS;
/** Days that a learned budget looks back on, and what it gives of their median. */
export const LEARNED_DAYS = 28;
const LEARNED_FACTOR = 3;
const DAY_TO_HOUR = 4;
const DAY_TO_TAC = 10;

/** What a statement costs: devices, and of which TAC. Cells, senders and numbers cost one and are of no TAC. */
export interface Cost {
  readonly devices: number;
  readonly tac: Tac | -1;
}

const ONE: Cost = { devices: 1, tac: -1 };

/** What putting a statement in force costs; undefined where it costs nothing. */
export function costOf(statement: Statement): Cost | undefined {
  if (statement.kind === 'device.blocked' || statement.kind === 'device.tracked') return costOfTarget(statement.target);
  return isBookStatement(statement) && !permits(statement.kind) ? ONE : undefined;
}

function costOfTarget(target: DeviceTarget): Cost {
  switch (target.kind) {
    case 'imei':
      return { devices: 1, tac: tacOf(target.imei) };
    case 'tac':
      return { devices: SERIALS_PER_TAC, tac: target.tac };
    case 'range':
      return { devices: target.to - target.from + 1, tac: tacOf(target.from) };
  }
}

/** Costs in force that were charged at one moment to one TAC. */
interface Charge {
  readonly atMs: number;
  readonly tac: number;
  readonly devices: number;
}

/** What is kept of a meter between runs. `days` and `charges` are in order of time. */
export interface MeterState {
  readonly timeMs: number;
  readonly anchorMs: number;
  readonly days: readonly (readonly [day: number, devices: number])[];
  readonly charges: readonly (readonly [atMs: number, tac: number, devices: number])[];
}

/**
 * Counts what one member has put in force. It is a function of that member's log alone, taken in order. Nothing counts
 * but what fits, so what it holds is bounded by the budget.
 */
export class BudgetMeter {
  #timeMs: number;
  #anchorMs: number;
  /** Days of effective time that had any cost in force: the present one, and those looked back on. */
  #days: { readonly day: number; devices: number }[] = [];
  #charges: Charge[] = [];
  /** The first charge of the last day, and of the last hour: what stands before the first is given back now and then. */
  #dayStart = 0;
  #hourStart = 0;
  #dayDevices = 0;
  #hourDevices = 0;
  readonly #tacDevices = new Map<number, number>();
  /** The learned budget of a day, which the days before it decide. */
  #learned: { readonly day: number; readonly floor: Budget; readonly budget: Budget } | undefined;

  /** @param admittedAtMs from there on the budget fills, in ms since 1970 */
  constructor(admittedAtMs: number) {
    this.#timeMs = admittedAtMs;
    this.#anchorMs = admittedAtMs;
  }

  static from({ timeMs, anchorMs, days, charges }: MeterState): BudgetMeter {
    const meter = new BudgetMeter(anchorMs);
    meter.#timeMs = timeMs;
    meter.#days = days.map(([day, devices]) => ({ day, devices }));
    meter.#charges = charges.map(([atMs, tac, devices]) => ({ atMs, tac, devices }));
    for (const charge of meter.#charges) meter.#count(charge);
    meter.#forget();
    return meter;
  }

  /** The effective time of the last entry, in ms since 1970. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** Takes the time of the next entry. Taken twice, it changes nothing the second time. */
  advance(statedMs: number): void {
    this.#moveTo(Math.min(Math.max(this.#timeMs, statedMs), this.#anchorMs + AHEAD_OF_ANCHOR_MS_MAX));
  }

  /** Takes a witnessed time; an earlier one than before changes nothing. */
  anchor(witnessedAtMs: number): void {
    this.#anchorMs = Math.max(this.#anchorMs, witnessedAtMs);
    this.#moveTo(Math.max(this.#timeMs, this.#anchorMs));
  }

  /** The budget in force now. @param governed the one that governance set, which replaces the learned one */
  budget(governed: Budget | undefined, floor: Budget): Budget {
    return governed ?? this.#learn(floor);
  }

  /** Whether this may be put in force now. */
  fits({ devices, tac }: Cost, { perHour, perDay, perTac }: Budget): boolean {
    if (this.#hourDevices + devices > perHour || this.#dayDevices + devices > perDay) return false;
    return tac === -1 || (this.#tacDevices.get(tac) ?? 0) + devices <= perTac;
  }

  /** Counts what is put in force now. */
  charge({ devices, tac }: Cost): void {
    const charge = { atMs: this.#timeMs, tac, devices };
    this.#charges.push(charge);
    this.#count(charge);
    const day = Math.floor(this.#timeMs / DAY_MS);
    const last = this.#days.at(-1);
    if (last?.day === day) last.devices += devices;
    else this.#days.push({ day, devices });
  }

  /** What is to be kept between runs. */
  state(): MeterState {
    return {
      timeMs: this.#timeMs,
      anchorMs: this.#anchorMs,
      days: this.#days.map(({ day, devices }) => [day, devices]),
      charges: this.#charges.slice(this.#dayStart).map(({ atMs, tac, devices }) => [atMs, tac, devices]),
    };
  }

  #count({ tac, devices }: Charge): void {
    this.#dayDevices += devices;
    this.#hourDevices += devices;
    if (tac !== -1) this.#tacDevices.set(tac, (this.#tacDevices.get(tac) ?? 0) + devices);
  }

  #moveTo(timeMs: number): void {
    if (timeMs === this.#timeMs) return;
    this.#timeMs = timeMs;
    this.#forget();
  }

  /** Takes out of the sums what lies an hour, a day and the days of learning back. */
  #forget(): void {
    const charges = this.#charges;
    for (; charges[this.#hourStart] !== undefined; this.#hourStart++) {
      const { atMs, devices } = charges[this.#hourStart]!;
      if (atMs > this.#timeMs - HOUR_MS) break;
      this.#hourDevices -= devices;
    }
    for (; charges[this.#dayStart] !== undefined; this.#dayStart++) {
      const { atMs, tac, devices } = charges[this.#dayStart]!;
      if (atMs > this.#timeMs - DAY_MS) break;
      this.#dayDevices -= devices;
      if (tac !== -1) this.#giveBack(tac, devices);
    }
    if (this.#dayStart * 2 > charges.length) {
      this.#charges = charges.slice(this.#dayStart);
      this.#hourStart -= this.#dayStart;
      this.#dayStart = 0;
    }
    const first = Math.floor(this.#timeMs / DAY_MS) - LEARNED_DAYS;
    if (this.#days.length > 0 && this.#days[0]!.day < first) this.#days = this.#days.filter(({ day }) => day >= first);
  }

  #giveBack(tac: number, devices: number): void {
    const left = this.#tacDevices.get(tac)! - devices;
    if (left === 0) this.#tacDevices.delete(tac);
    else this.#tacDevices.set(tac, left);
  }

  #learn(floor: Budget): Budget {
    const day = Math.floor(this.#timeMs / DAY_MS);
    if (this.#learned?.day === day && this.#learned.floor === floor) return this.#learned.budget;
    const past = this.#days.filter((one) => one.day < day && one.day >= day - LEARNED_DAYS);
    const budget = learnedBudget(
      past.map(({ devices }) => devices),
      floor,
    );
    this.#learned = { day, floor, budget };
    return budget;
  }
}

/** What a member gets that usually puts so many devices in force on a day. Of two middle days the lesser one counts. */
export function learnedBudget(days: readonly number[], floor: Budget): Budget {
  const median = days.toSorted((a, b) => a - b)[Math.ceil(days.length / 2) - 1] ?? 0;
  const perDay = Math.max(floor.perDay, LEARNED_FACTOR * median);
  return {
    perDay,
    perHour: Math.max(floor.perHour, Math.floor(perDay / DAY_TO_HOUR)),
    perTac: Math.max(floor.perTac, Math.floor(perDay / DAY_TO_TAC)),
  };
}
