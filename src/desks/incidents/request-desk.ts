import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Decision, Decisions, DeskRequest } from '../decisions/decision.ts';
import { readLine, readWord } from '../decisions/form-fields.ts';
import { findOpenIncident, findRequest } from './finding.ts';
import { REQUEST_EVENTS, type RequestEvent } from './incident-states.ts';
import { type Letter, letterOf } from './letter.ts';
import { makeRefunds, type Refund } from './refunding.ts';
import type { DamageForm, UsimForm } from './request-forms.ts';
import { advanceRequest, askForUsim, type Concerned, type RequestAnswer, reportDamage } from './requests.ts';
import type { SelfChecks } from './self-check.ts';
import type { IncidentSettings } from './settings.ts';
import { addStock } from './usim-stock.ts';
import { requestView, type RequestView } from './views.ts';

/** A supervisor's to say. */
export const JUDGEMENTS = ['judged-fraudulent', 'judged-rightful', 'refunded'] as const;
/** What whoever works on a request does not say: judgements, and that stock came in, which the stock itself says. */
const NO_STEPS = [...JUDGEMENTS, 'reserved'] as const;
const STEPS = REQUEST_EVENTS.filter((event) => !NO_STEPS.some((other) => other === event));

/** What somebody asks for, on an incident. */
export type AskForm = { readonly incident: string } & (
  | ({ readonly kind: 'usim' } & UsimForm)
  | ({ readonly kind: 'damage' } & DamageForm)
);

interface RequestDeskDependencies {
  readonly decisions: Decisions;
  readonly checks: SelfChecks;
  /** Without it refunds are made elsewhere, and noted by hand. */
  readonly refund: Refund | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What people concerned ask for, and what becomes of it: by themselves, through a proxy, or with somebody's help. */
export class RequestDesk {
  readonly #settings: IncidentSettings;
  readonly #dependencies: RequestDeskDependencies;
  #refunding: Promise<number> | undefined;

  constructor(settings: IncidentSettings, dependencies: RequestDeskDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
  }

  /** Takes a request at the desk, for a line that the agent has satisfied himself of. @throws FormError, IncidentError */
  async take(form: AskForm & { line: string }, request: DeskRequest): Promise<RequestAnswer> {
    const msisdn = readLine(form.line, 'line', this.#settings.countryCode);
    return this.#dependencies.decisions.decide(request, (decision) => this.#take(decision, form, msisdn));
  }

  /** Takes a request of a person who has proven her line. @throws FormError, IncidentError LINE_CODE_WRONG */
  takeOwn(form: AskForm & { check: string; token: string }): Promise<RequestAnswer> {
    const { decisions, checks } = this.#dependencies;
    return decisions.decide({ actor: 'line', role: 'public' }, async (decision) =>
      this.#take(decision, form, await checks.provenLine(decision, form)),
    );
  }

  /** Lets something happen to a request, which needs no judgement. @throws FormError, IncidentError */
  async advance(number: string, event: string, request: DeskRequest): Promise<RequestAnswer> {
    const step: RequestEvent = readWord(STEPS, event, 'event');
    return this.#dependencies.decisions.decide(request, (decision) => advanceRequest(decision, number, step));
  }

  /** Judges a damage report; what is judged fraudulent is given back. @throws FormError, IncidentError */
  async judge(number: string, event: string, request: DeskRequest): Promise<RequestAnswer> {
    const judged = readWord(JUDGEMENTS, event, 'event');
    const answer = await this.#dependencies.decisions.decide<RequestAnswer>(request, (decision) =>
      advanceRequest(decision, number, judged),
    );
    if (judged === 'judged-fraudulent') await this.refundAll();
    return answer;
  }

  /** Gives back what is judged and not given back yet. @returns how many payments were */
  refundAll(): Promise<number> {
    const { decisions, refund, log } = this.#dependencies;
    if (refund === undefined) return Promise.resolve(0);
    this.#refunding ??= makeRefunds(decisions, { refund, log }).finally(() => (this.#refunding = undefined));
    return this.#refunding;
  }

  /** Brings USIMs into a shop. @throws FormError, IncidentError SHOP_UNKNOWN */
  addStock(stock: { shop: string; count: number }, request: DeskRequest): Promise<object> {
    return this.#dependencies.decisions.decide(request, (decision) => addStock(decision, stock, this.#settings));
  }

  /** What each shop has that nobody has a claim to. */
  async stock(): Promise<object> {
    const rows = await this.#dependencies.decisions.store.read(({ incidents }) => incidents.requests.stock());
    return { stock: this.#settings.shops.map((shop) => ({ shop, free: freeIn(shop, rows) })) };
  }

  /** A request with all that is private; the journal notes who looked. @throws IncidentError REQUEST_UNKNOWN */
  show(number: string, request: DeskRequest): Promise<RequestView> {
    const { decisions, clock } = this.#dependencies;
    const seen = { action: 'request.shown', ...openedFile(number) };
    return decisions.lookUp(request, seen, async (tables) =>
      requestView(await findRequest(tables, number), { settings: this.#settings, nowMs: clock.nowMs() }),
    );
  }

  /** A letter about a request, to be printed. @throws IncidentError REQUEST_UNKNOWN */
  letter(number: string, request: DeskRequest): Promise<Letter> {
    const seen = { action: 'letter.made', ...openedFile(number) };
    return this.#dependencies.decisions.lookUp(request, seen, async (tables) =>
      letterOf(await findRequest(tables, number), this.#settings),
    );
  }

  async #take(decision: Decision, form: AskForm, msisdn: string): Promise<RequestAnswer> {
    const concerned: Concerned = { incident: await findOpenIncident(decision.tables, form.incident), msisdn };
    return form.kind === 'usim'
      ? askForUsim(decision, concerned, form, this.#settings)
      : reportDamage(decision, concerned, form);
  }
}

/** What the journal says of who opens a request. */
function openedFile(number: string) {
  const request = number.toUpperCase();
  return { ground: { on: 'file', file: request }, about: { request } } as const;
}

function freeIn(shop: string, rows: readonly { shop: string; free: number }[]): number {
  return rows.find((row) => row.shop === shop)?.free ?? 0;
}
