import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { advancePayment, type Payment, type PaymentState } from '../../records/payment.ts';
import type { PaymentRecord } from '../../records/payment-record.ts';
import type { LinesAsked } from '../../standing/lines.ts';
import { type CellKnowledge, decideRisk, type PaymentEvidence, type Risk } from './checks.ts';
import type { PaymentGateConfig, RiskDecision } from './config.ts';
import { type CellSights, gatherEvidence } from './evidence.ts';
import { monthStartMs } from './month.ts';
import type { PaymentBook, PaymentName, PaymentQuery } from './payment-book.ts';
import { PaymentError } from './payment-fault.ts';
import type { PaymentRequest } from './payment-request.ts';
import { recordOf, recordOverLimit } from './refusals.ts';
import type { StepUpProvider, StepUpResult } from './step-up.ts';
import { PAYMENTS_REMEMBERED_MAX, Velocity } from './velocity.ts';

/** Payments that may be on their way into the book at one time. */
export const PAYMENTS_AT_ONCE_MAX = 256;
const MINUTE_MS = 60_000;
const EXPIRE_INTERVAL_MS = 30_000;
const VALIDATION_TOKEN_SIZE = 24;

export interface PaymentGateParts {
  readonly book: PaymentBook;
  readonly lines: LinesAsked;
  readonly sights: CellSights;
  readonly cells: CellKnowledge;
  /** Takes what is kept of a payment that was not simply let pass. It waits for nothing. */
  readonly record: (record: PaymentRecord) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is asked without a payment: how one would be decided. */
export type RiskQuestion = Pick<PaymentRequest, 'msisdn' | 'amount' | 'channel'>;

/** Decides payments from what is in memory, and keeps what it has decided in the book. */
export class PaymentGate implements StepUpResult {
  readonly #config: PaymentGateConfig;
  readonly #parts: PaymentGateParts;
  readonly #velocity: Velocity;
  readonly #expiring: NodeJS.Timeout;
  #stepUp: StepUpProvider | undefined;
  #underWay = 0;

  private constructor(config: PaymentGateConfig, parts: PaymentGateParts) {
    const { lineWindowMinutes, cellPayersWindowMinutes } = config.checks;
    this.#config = config;
    this.#parts = parts;
    this.#velocity = new Velocity({ windowMs: Math.max(lineWindowMinutes, cellPayersWindowMinutes) * MINUTE_MS });
    this.#expiring = setInterval(() => void this.#expire(), EXPIRE_INTERVAL_MS).unref();
  }

  /** Opens a gate that remembers the payments of the last window, whatever process took them. */
  static async open(config: PaymentGateConfig, parts: PaymentGateParts): Promise<PaymentGate> {
    const gate = new PaymentGate(config, parts);
    const { lineWindowMinutes, cellPayersWindowMinutes } = config.checks;
    const windowMs = Math.max(lineWindowMinutes, cellPayersWindowMinutes) * MINUTE_MS;
    const recent = await parts.book.recent(parts.clock.nowMs() - windowMs, PAYMENTS_REMEMBERED_MAX);
    for (const { msisdn, cell, createdMs } of recent) gate.#velocity.add({ atMs: createdMs, msisdn, cell });
    return gate;
  }

  get config(): PaymentGateConfig {
    return this.#config;
  }

  /** Takes the provider that sends a payer to prove who they are. */
  useStepUp(provider: StepUpProvider): void {
    this.#stepUp = provider;
  }

  close(): void {
    clearInterval(this.#expiring);
  }

  /** How such a payment would be decided now. It is kept nowhere and counts for nothing. */
  weigh(question: RiskQuestion): Risk {
    return this.#weigh(question, 0).risk;
  }

  /** As `weigh`, and with what the line can do: a step-up that nobody can take is a hold. */
  async decide(question: RiskQuestion): Promise<Risk> {
    const risk = this.weigh(question);
    return risk.decision === 'step-up' && !(await this.#canStepUp(question.msisdn))
      ? { ...risk, decision: 'hold' }
      : risk;
  }

  /**
   * Charges a payment at once (`steps` 1) or reserves it (2), or keeps it for a person or the payer to decide. The same
   * request again has the same payment.
   * @throws PaymentError PAYMENT_DENIED, PAYMENT_NEEDS_STEP_UP, PAYMENT_LIMIT_PASSED, PAYMENT_CORRELATOR_REUSED, PAYMENTS_TOO_MANY_AT_ONCE
   */
  async request(request: PaymentRequest): Promise<Payment> {
    const { merchant, clientCorrelator, msisdn, requestHash } = request;
    const canStepUp = await this.#canStepUp(msisdn);
    const sinceMs = monthStartMs(this.#nowMs, this.#config.utcOffsetMinutes);
    let opened: Payment | undefined;
    const payment = await this.#write(() =>
      this.#parts.book.open({ merchant, clientCorrelator, msisdn, sinceMs }, (spent) => {
        opened = this.#opened(request, { spent, canStepUp });
        return opened;
      }),
    );
    // The same request again was recorded when it came first.
    if (payment.paymentId === opened?.paymentId) this.#record(payment);
    if (payment.requestHash !== requestHash) throw new PaymentError({ code: 'PAYMENT_CORRELATOR_REUSED' });
    if (payment.refusedAtOnce === 1) throw refusal(payment);
    return payment;
  }

  /** Charges a reserved payment. @throws PaymentError by the state that the payment is in */
  async confirm(name: PaymentName, msisdn: string): Promise<Payment> {
    const confirmed = await this.#change(name, (payment) => {
      refuseOther(payment, msisdn);
      if (payment.state !== 'reserved') throw conflict(payment.state);
      if (this.#isExpired(payment)) return advancePayment(payment, 'cancel', this.#nowMs);
      const against = this.#againstCharging(payment);
      if (against.length === 0) return advancePayment(payment, 'charge', this.#nowMs);
      const denied = advancePayment(payment, 'deny', this.#nowMs)!;
      const decision = against.some((reason) => reason.decision === 'refuse') ? 'refuse' : 'step-up';
      return { ...denied, decision, grounds: JSON.stringify(against) };
    });
    if (confirmed.state === 'denied') {
      this.#record(confirmed);
      throw refusal(confirmed);
    }
    if (confirmed.state === 'cancelled') throw new PaymentError({ code: 'PAYMENT_CANCELLED' });
    return confirmed;
  }

  /** Gives up a payment that is not charged yet. @throws PaymentError by the state that the payment is in */
  cancel(name: PaymentName, msisdn: string): Promise<Payment> {
    return this.#change(name, (payment) => {
      refuseOther(payment, msisdn);
      const cancelled = advancePayment(payment, 'cancel', this.#nowMs);
      if (cancelled !== undefined) return cancelled;
      throw new PaymentError({ code: payment.state === 'succeeded' ? 'PAYMENT_CONFIRMED' : 'PAYMENT_CANCELLED' });
    });
  }

  /** @throws PaymentError PAYMENT_UNKNOWN */
  async find(name: PaymentName): Promise<Payment> {
    const payment = await this.#parts.book.find(name);
    if (payment === undefined || payment.refusedAtOnce === 1) throw new PaymentError({ code: 'PAYMENT_UNKNOWN' });
    return payment;
  }

  list(query: PaymentQuery): Promise<{ payments: readonly Payment[]; total: number }> {
    return this.#parts.book.list(query);
  }

  /** The address where the payer of this payment proves who they are, while it waits for that. */
  validationUrl({ state, validationToken }: Payment): string | undefined {
    if (state !== 'pending_validation' || validationToken === null) return undefined;
    return this.#stepUp?.validationUrl(validationToken);
  }

  /** The payment of a step-up page. */
  paymentOf(validationToken: string): Promise<Payment | undefined> {
    return this.#parts.book.find({ validationToken });
  }

  validated(validationToken: string): Promise<Payment | undefined> {
    return this.#parts.book.change({ validationToken }, (payment) =>
      payment.state === 'pending_validation' && !this.#isExpired(payment)
        ? advancePayment(payment, 'reserve', this.#nowMs)
        : undefined,
    );
  }

  declined(validationToken: string): Promise<Payment | undefined> {
    return this.#parts.book.change({ validationToken }, (payment) =>
      payment.state === 'pending_validation' ? advancePayment(payment, 'deny', this.#nowMs) : undefined,
    );
  }

  get #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  async #canStepUp(msisdn: string): Promise<boolean> {
    return (await this.#stepUp?.isReady(msisdn)) ?? false;
  }

  #weigh(question: RiskQuestion, ownPayments: number): { risk: Risk; evidence: PaymentEvidence } {
    const { lines, sights, cells, clock } = this.#parts;
    const sources = { config: this.#config, velocity: this.#velocity, lines, sights, ownPayments };
    const evidence = gatherEvidence(question, sources, clock.nowMs());
    return { evidence, risk: decideRisk(evidence, { config: this.#config.checks, cells }) };
  }

  /** The payment that a request becomes. @throws PaymentError PAYMENT_LIMIT_PASSED, and nothing is kept then */
  #opened(request: PaymentRequest, { spent, canStepUp }: { spent: number; canStepUp: boolean }): Payment {
    const { monthlyLimit, currencyDecimals } = this.#config;
    if (spent + request.amount > monthlyLimit * 10 ** currencyDecimals) {
      this.#parts.record(recordOverLimit(request.merchant, this.#nowMs));
      throw new PaymentError({ code: 'PAYMENT_LIMIT_PASSED', monthlyLimit });
    }
    const { risk, evidence } = this.#weigh(request, 0);
    const decision = risk.decision === 'step-up' && !canStepUp ? 'hold' : risk.decision;
    const cell = evidence.servingCell ?? null;
    const { nowMs } = evidence;
    this.#velocity.add({ atMs: nowMs, msisdn: request.msisdn, cell });
    const state = stateAfter(decision, request.steps);
    return {
      ...stored(request),
      paymentId: randomUUID(),
      cell,
      decision,
      grounds: JSON.stringify(risk.reasons),
      state,
      refusedAtOnce: state === 'denied' ? 1 : 0,
      validationToken: state === 'pending_validation' ? randomBytes(VALIDATION_TOKEN_SIZE).toString('base64url') : null,
      createdMs: nowMs,
      changedMs: nowMs,
      chargedMs: state === 'succeeded' ? nowMs : null,
    };
  }

  /**
   * What speaks against charging a payment by now. A step-up is asked for unless the payer has taken one: the line may
   * have come to a hostile cell after it was reserved. What a person released, only the payer's own block still stops.
   */
  #againstCharging(payment: Payment): Risk['reasons'] {
    const { msisdn, amount, judgement, decision: decided } = payment;
    const channel = channelOf(payment);
    const { risk } = this.#weigh({ msisdn: msisdn as RiskQuestion['msisdn'], amount, channel }, 1);
    return risk.reasons.filter(({ name, decision }) => {
      if (judgement === 'released') return name === 'blocked by the customer' && decision === 'refuse';
      return decision === 'refuse' || (decision === 'step-up' && decided === 'allow');
    });
  }

  #record(payment: Payment): void {
    const record = recordOf(payment, this.#nowMs);
    if (record !== undefined) this.#parts.record(record);
  }

  #isExpired({ changedMs }: Payment): boolean {
    return this.#nowMs - changedMs > this.#config.reservedMinutes * MINUTE_MS;
  }

  async #change(name: PaymentName, change: (payment: Payment) => Payment | undefined): Promise<Payment> {
    const changed = await this.#write(() =>
      this.#parts.book.change(name, (payment) => {
        if (payment.refusedAtOnce === 1) throw new PaymentError({ code: 'PAYMENT_UNKNOWN' });
        return change(payment);
      }),
    );
    if (changed === undefined) throw new PaymentError({ code: 'PAYMENT_UNKNOWN' });
    return changed;
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= PAYMENTS_AT_ONCE_MAX) {
      throw new PaymentError({ code: 'PAYMENTS_TOO_MANY_AT_ONCE', paymentsMax: PAYMENTS_AT_ONCE_MAX });
    }
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  async #expire(): Promise<void> {
    const { book, log } = this.#parts;
    try {
      const expired = await book.expire(this.#nowMs - this.#config.reservedMinutes * MINUTE_MS, this.#nowMs);
      if (expired > 0) log.info({ payments: expired }, 'reservations that nobody confirmed were given up');
    } catch (cause) {
      log.warn(
        { reason: cause instanceof Error ? cause.message : 'unknown' },
        'old reservations could not be given up',
      );
    }
  }
}

function stateAfter(decision: RiskDecision, steps: PaymentRequest['steps']): PaymentState {
  switch (decision) {
    case 'allow':
      return steps === 1 ? 'succeeded' : 'reserved';
    case 'step-up':
      // The answer to a payment in one step has no place for a page: its merchant is told to prepare it instead.
      return steps === 1 ? 'denied' : 'pending_validation';
    case 'hold':
      return 'processing';
    case 'refuse':
      return 'denied';
  }
}

function stored(
  request: PaymentRequest,
): Omit<
  Payment,
  | 'paymentId'
  | 'cell'
  | 'decision'
  | 'grounds'
  | 'state'
  | 'refusedAtOnce'
  | 'validationToken'
  | 'createdMs'
  | 'changedMs'
  | 'chargedMs'
> {
  const { channel: _, amountTransaction, ...kept } = request;
  return { ...kept, amountTransaction: JSON.stringify(amountTransaction), refundedMs: null, judgement: null };
}

function channelOf({ amountTransaction }: Payment): string | undefined {
  const { paymentAmount } = JSON.parse(amountTransaction) as PaymentRequest['amountTransaction'];
  return paymentAmount.chargingMetaData?.channel;
}

function refuseOther(payment: Payment, msisdn: string): void {
  if (payment.msisdn !== msisdn) throw new PaymentError({ code: 'PAYMENT_UNKNOWN' });
}

function refusal({ decision, grounds }: Payment): PaymentError {
  const reasons = (JSON.parse(grounds) as Risk['reasons']).map(({ name }) => name).join(', ');
  return new PaymentError({ code: decision === 'step-up' ? 'PAYMENT_NEEDS_STEP_UP' : 'PAYMENT_DENIED', reasons });
}

/** Why a payment in this state cannot be confirmed. */
function conflict(state: PaymentState): PaymentError {
  switch (state) {
    case 'succeeded':
      return new PaymentError({ code: 'PAYMENT_CONFIRMED' });
    case 'cancelled':
      return new PaymentError({ code: 'PAYMENT_CANCELLED' });
    case 'denied':
      return new PaymentError({ code: 'PAYMENT_DENIED', reasons: 'a person or the payer has said no' });
    case 'processing':
    case 'pending_validation':
    case 'reserved':
      return new PaymentError({ code: 'PAYMENT_NOT_VALIDATED' });
  }
}
