import type { Role } from '../../governance/consortium.ts';
import type { IndexRange } from '../../standing/index-ranges.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { countQuarantine, countRange, type RangeCount } from './counting.ts';
import type { LogsSeen } from './logged.ts';
import { QuarantineError } from './quarantine-fault.ts';
import { type Range, type RangeForm, readRange } from './range.ts';
import { type QuarantineSummary, type QuarantineView, statementView, timeText } from './views.ts';

/** Ranges of one member's quarantine that are named. */
export const RANGES_SHOWN_MAX = 100;
/** Statements on a page. */
export const PAGE_LENGTH_MAX = 500;
const SUPERVISORS: readonly Role[] = ['register', 'regulator'];

type Act = 'confirm' | 'strike';

export interface ActForm extends RangeForm {
  /** Counts, and states nothing. */
  readonly dryRun?: boolean;
}

/** What an act is about, and how much stood in it at that moment. */
export interface ActAnswer<Entry = { readonly member: string; readonly index: number }> extends Range, RangeCount {
  /** Where it stands in this member's shared log. Absent in a dry run. */
  readonly entry?: Entry;
}

export interface QuarantineDeskDependencies {
  readonly decisions: Decisions;
  readonly logs: LogsSeen;
}

/**
 * What members state beyond their budgets: seen, brought into force, or undone. A strike undoes what was in force as well:
 * it is the one answer to a stolen key.
 */
export class QuarantineDesk {
  readonly #deps: QuarantineDeskDependencies;

  constructor(deps: QuarantineDeskDependencies) {
    this.#deps = deps;
  }

  /** Every member, with what of it is quarantined. */
  async list(): Promise<{ members: readonly QuarantineSummary[] }> {
    const members = this.#deps.logs.members().filter(({ isActive, name }) => isActive || this.#ranges(name).length > 0);
    return { members: await Promise.all(members.map(({ name }) => this.#summary(name))) };
  }

  /** One member's quarantine, with a page of its statements opened; the journal says who saw them. */
  async show(
    member: string,
    { from = 0, limit }: { from?: number; limit: number },
    request: DeskRequest,
  ): Promise<QuarantineView> {
    const { decisions, logs } = this.#deps;
    this.#require(member);
    const ranges = this.#ranges(member);
    const counted = await countQuarantine(member, logs);
    const page = await this.#page(member, { ranges, from, limit });
    await decisions.noteLook(request, { action: 'quarantine.shown', detail: { member, from, statements: limit } });
    const last = ranges.at(-1)?.[1];
    return {
      ...(await this.#summary(member)),
      ...(counted?.lastMs !== undefined && { until: timeText(counted.lastMs) }),
      ranges: ranges.slice(0, RANGES_SHOWN_MAX).map(([first, end]) => ({ from: first, to: end })),
      rangesLeftOut: Math.max(0, ranges.length - RANGES_SHOWN_MAX),
      kinds: counted?.kinds ?? [],
      tacs: counted?.tacs ?? [],
      unread: counted?.unread ?? 0,
      ...(counted !== undefined && counted.countedTo !== last && { countedTo: counted.countedTo }),
      ...page,
    };
  }

  /** Brings what is quarantined in a range into force. @throws QuarantineError, FormError, DecisionError, StoreError */
  async confirm(form: ActForm, request: DeskRequest): Promise<ActAnswer> {
    this.#require(form.member, 'confirm');
    return this.#act('confirm', form, request);
  }

  /** Ends what a member stated in a range, whether it is in force or quarantined. @throws as `confirm` */
  async strike(form: ActForm, request: DeskRequest): Promise<ActAnswer> {
    this.#require(form.member, 'strike');
    return this.#act('strike', form, request);
  }

  async #act(act: Act, form: ActForm, request: DeskRequest): Promise<ActAnswer> {
    const { decisions, logs } = this.#deps;
    const range = await readRange(form, logs);
    const count = await countRange(range, logs);
    if (form.dryRun === true) return { ...range, ...count };
    return decisions.decide<ActAnswer>(request, (decision) => {
      if (isNothing(act, range, count)) {
        throw new QuarantineError({ code: 'QUARANTINE_NOTHING_THERE', from: range.from, to: range.to });
      }
      const kind = act === 'confirm' ? 'statements.confirmed' : 'statements.struck';
      const entry = decision.state({ kind, ...range });
      decision.note(`quarantine.${act === 'confirm' ? 'confirmed' : 'struck'}`, null, { ...range, ...count });
      const answer: ActAnswer<string> = { ...range, ...count, entry };
      return Promise.resolve(answer);
    });
  }

  /** @returns the size of its log, where this member may do that to it */
  #require(member: string, act?: Act): number {
    const { logs } = this.#deps;
    if (!logs.members().some(({ name }) => name === member)) {
      throw new QuarantineError({ code: 'QUARANTINE_MEMBER_UNKNOWN', member });
    }
    if (act !== undefined && !this.#may(act, member)) {
      throw new QuarantineError({ code: 'QUARANTINE_NOT_OURS', act, member });
    }
    return logs.size(member);
  }

  /** Confirming is for others than the one who stated; a member may strike its own statements. */
  #may(act: Act, member: string): boolean {
    const { decisions, logs } = this.#deps;
    const self = logs.members().find(({ name }) => name === decisions.member);
    if (self?.isActive !== true) return false;
    if (member === self.name) return act === 'strike';
    return self.roles.some((role) => SUPERVISORS.includes(role));
  }

  async #summary(member: string): Promise<QuarantineSummary> {
    const ranges = this.#ranges(member);
    const [from, to] = [ranges[0]?.[0], ranges.at(-1)?.[1]];
    return {
      member,
      quarantined: ranges.reduce((count, [first, end]) => count + end - first, 0),
      ...(from !== undefined && to !== undefined && { from, to, ...(await this.#since(member, from)) }),
      mayConfirm: this.#may('confirm', member),
      mayStrike: this.#may('strike', member),
    };
  }

  async #since(member: string, index: number): Promise<{ since?: string }> {
    for await (const { timeMs } of this.#deps.logs.entries(member, index, index + 1)) {
      return timeMs === undefined ? {} : { since: timeText(timeMs) };
    }
    return {};
  }

  async #page(
    member: string,
    { ranges, from, limit }: { ranges: readonly IndexRange[]; from: number; limit: number },
  ): Promise<Pick<QuarantineView, 'statements' | 'next'>> {
    const statements = [];
    for (const [first, end] of ranges) {
      if (end <= from) continue;
      const start = Math.max(first, from);
      if (statements.length === limit) return { statements, next: start };
      const stop = Math.min(end, start + limit - statements.length);
      for await (const entry of this.#deps.logs.entries(member, start, stop)) statements.push(statementView(entry));
      if (stop < end) return { statements, next: stop };
    }
    return { statements };
  }

  #ranges(member: string): readonly IndexRange[] {
    return [...this.#deps.logs.quarantined(member)];
  }
}

/** Whether all of the range was read and there is nothing in it to decide about. */
function isNothing(act: Act, { to }: Range, { inForce, quarantined, unread, countedTo }: RangeCount): boolean {
  if (countedTo < to || unread > 0 || quarantined.statements > 0) return false;
  return act === 'confirm' || inForce.statements === 0;
}
