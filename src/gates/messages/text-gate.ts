import type { Clock } from '../../base/clock.ts';
import { firstFinding } from '../../base/named-checks.ts';
import { parseSenderNumber } from '../../identifiers/sender.ts';
import type { PassedText } from '../../records/passed-text.ts';
import type { TextRecord } from '../../records/text-record.ts';
import type { Books } from '../../standing/books.ts';
import { numberTag } from '../../statements/pairing-tag.ts';
import { fingerprint } from '../../texts/fingerprint.ts';
import { type MessageState, readReceipt } from '../../wire/smpp/receipt.ts';
import { isReceipt, type ShortMessage } from '../../wire/smpp/short-message.ts';
import { COMMAND_STATUS } from '../../wire/smpp/command-status.ts';
import { textOf } from '../../wire/smpp/text.ts';
import { findTlv, TLV_TAG } from '../../wire/smpp/tlv.ts';
import type { Account } from './account.ts';
import type { MessageCounters, Via } from './counters.ts';
import { type TextFaultCode, TextRefusal } from './refusal.ts';
import type { Intend } from './http/idempotency.ts';
import { type Attempt, BIND_CHECKS, type CheckName, SENDER_CHECKS } from './sender-checks.ts';
import type { Forwarder } from './smsc/forwarder.ts';
import { formFault, originatorOf, senderOf } from './text-form.ts';
import { type Trace, Traces } from './traces.ts';

/** Tags of sender numbers that are remembered: each costs a hash. */
const TAGS_MAX = 20_000;

/** After these a message centre may have the text, or not. */
const LEAVES_UNKNOWN: ReadonlySet<TextFaultCode> = new Set(['MESSAGE_CENTRE_LOST', 'MESSAGE_CENTRE_SILENT']);

/** A text on its way in. */
export interface Submitted {
  readonly account: Account;
  readonly via: Via;
  readonly message: ShortMessage;
  /** Whether its receipt, or its state, is asked for. */
  readonly isTraced: boolean;
  /** For a text that is sent once at most: written down before it goes, and never sent again where nobody knows. */
  readonly intend?: Intend | undefined;
}

/** The gate's name for a text that a message centre took, or why there is none. */
export type Outcome = string | TextRefusal;

export interface TextGateParts {
  readonly books: Books;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly counters: MessageCounters;
  readonly record: (record: TextRecord) => void;
  readonly tellPassed: (text: PassedText) => void;
  readonly onReceipt: (trace: Trace, state: MessageState) => void;
}

/** What every text goes through, however it came: the checks, the way to a message centre, and its receipt back. */
export class TextGate {
  readonly traces: Traces;
  readonly #pairingKey: Uint8Array;
  readonly #shadow: boolean;
  readonly #parts: TextGateParts;
  readonly #tags = new Map<string, Buffer>();
  readonly #idStart: string;
  #ids = 0;

  constructor(
    { pairingKey, shadow, tracesMax }: { pairingKey: Uint8Array; shadow: boolean; tracesMax: number },
    parts: TextGateParts,
  ) {
    this.traces = new Traces({ tracesMax });
    this.#pairingKey = pairingKey;
    this.#shadow = shadow;
    this.#parts = parts;
    // Names begin with the time of the start, so that no two runs give the same.
    this.#idStart = parts.clock.nowMs().toString(36);
  }

  /** Why an account may not bind now; undefined where it may. */
  refusalAtBind(account: Account): TextRefusal | undefined {
    return this.#barred(account)?.refusal;
  }

  /** Notes that a bind was refused, as a refused text is noted. */
  recordBind(account: Account, refusal: TextRefusal): void {
    this.#record({ account, via: 'smpp', check: 'bind', from: '', print: '' }, refusal);
  }

  /** Takes a text; `done` is called once. */
  submit(text: Submitted, done: (outcome: Outcome) => void): void {
    const refusal = this.#check(text);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    this.#parts.counters.passed(text.via);
    if (text.intend === undefined) this.#forward(text, done);
    else void this.#forwardOnce(text, text.intend, done);
  }

  async #forwardOnce(text: Submitted, intend: Intend, done: (outcome: Outcome) => void): Promise<void> {
    const isWritten = await intend().then(
      () => true,
      () => false,
    );
    const refusal = isWritten ? this.#barredMeanwhile(text) : new TextRefusal({ code: 'TEXT_KEY_NOT_KEPT' });
    if (refusal === undefined) this.#forward(text, done);
    else done(refusal);
  }

  #forward(text: Submitted, done: (outcome: Outcome) => void): void {
    const { message, account } = text;
    const isOnce = text.intend !== undefined;
    const options = { smscs: account.smscs, refusalNow: () => this.refusalAtBind(account), isOnce };
    this.#parts.forwarder.forward(message, options, (forwarded) => {
      if (forwarded instanceof TextRefusal) {
        const isUnknown = isOnce && LEAVES_UNKNOWN.has(forwarded.facts.code);
        if (isUnknown) done(new TextRefusal({ code: 'TEXT_OUTCOME_UNKNOWN' }));
        else done(this.#barredMeanwhile(text) ?? forwarded);
        return;
      }
      this.#ids += 1;
      const messageId = `${this.#idStart}-${this.#ids.toString(36)}`;
      if (text.isTraced) this.#trace(text, messageId, forwarded);
      done(messageId);
    });
  }

  /**
   * Takes what a message centre delivers. A receipt can be faster than the answer to its text: while some wait for
   * theirs, one that fits nothing is asked for again.
   * @returns the command_status that it is answered with
   */
  deliver(smsc: string, message: ShortMessage, { onItsWay }: { onItsWay: number }): number {
    const receipt = isReceipt(message) ? readReceipt(message) : undefined;
    // Texts of subscribers to firms are not this gate's to carry.
    if (receipt === undefined) return COMMAND_STATUS.permanentError;
    const { counters, clock } = this.#parts;
    const trace = this.traces.settle(smsc, receipt.messageId, { state: receipt.state, atMs: clock.nowMs() });
    if (trace === undefined) {
      counters.receipt(onItsWay > 0 ? 'early' : 'unknown');
      return onItsWay > 0 ? COMMAND_STATUS.temporaryError : COMMAND_STATUS.ok;
    }
    this.#parts.onReceipt(trace, receipt.state);
    return COMMAND_STATUS.ok;
  }

  /** What is against every text of an account now, whatever the text is. */
  #barred(account: Account): { check: CheckName; refusal: TextRefusal } | undefined {
    if (account.certificate === undefined || this.#shadow) return undefined;
    const attempt = this.#attempt(account, undefined);
    const finding = firstFinding(BIND_CHECKS, attempt, undefined);
    if (finding === undefined) return undefined;
    const refusal = new TextRefusal({ code: finding.verdict }, attempt.standing);
    return { check: finding.name as CheckName, refusal };
  }

  /** A firm that was suspended while its text was on its way is told so, and not to send it again. */
  #barredMeanwhile({ account, via, message }: Submitted): TextRefusal | undefined {
    const barred = this.#barred(account);
    if (barred === undefined) return undefined;
    const { check, refusal } = barred;
    this.#parts.counters.refused(check, { shadow: false });
    this.#record({ account, via, check, from: message.source.digits, print: printOf(message) }, refusal);
    return refusal;
  }

  /** The first thing against a text, counted and recorded. */
  #check({ account, via, message }: Submitted): TextRefusal | undefined {
    const code = formFault(message);
    if (code !== undefined) return new TextRefusal({ code });
    if (account.certificate === undefined) {
      const isOverRate = !account.rate.admit(this.#parts.clock.steadyMs());
      return isOverRate ? new TextRefusal({ code: 'TEXT_RATE_EXCEEDED' }) : undefined;
    }
    const attempt = this.#attempt(account, message);
    const finding = firstFinding(SENDER_CHECKS, attempt, undefined);
    const print = printOf(message);
    if (finding === undefined) {
      this.#tellPassed(attempt, print, 'passed');
      return undefined;
    }
    const check = finding.name as CheckName;
    const refusal = new TextRefusal({ code: finding.verdict }, attempt.standing);
    this.#parts.counters.refused(check, { shadow: this.#shadow });
    this.#record({ account, via, check, from: message.source.digits, print }, refusal);
    if (!this.#shadow) return refusal;
    this.#tellPassed(attempt, print, check);
    return undefined;
  }

  #attempt(account: Account, message: ShortMessage | undefined): Attempt {
    const { books, clock } = this.#parts;
    const standing = books.senders.find(account.certificate!);
    const tlvs = message?.tlvs ?? [];
    const customer = findTlv(tlvs, TLV_TAG.customer);
    const tag = message === undefined ? undefined : this.#tagOf(senderOf(message));
    return {
      account,
      standing,
      originator: originatorOf(tlvs),
      number: standing === undefined || tag === undefined ? undefined : books.senders.number(standing, tag),
      customer: customer === undefined ? undefined : customer.toString('utf8').replace(/\0$/, ''),
      nowMs: clock.nowMs(),
      steadyMs: clock.steadyMs(),
    };
  }

  #tagOf(sender: string): Buffer | undefined {
    const known = this.#tags.get(sender);
    if (known !== undefined) return known;
    const number = parseSenderNumber(sender);
    if (typeof number !== 'string') return undefined;
    const tag = numberTag(this.#pairingKey, number);
    if (this.#tags.size >= TAGS_MAX) this.#tags.delete(this.#tags.keys().next().value!);
    this.#tags.set(sender, tag);
    return tag;
  }

  #trace({ account, via, message }: Submitted, messageId: string, at: { smsc: string; messageId: string }): void {
    const nowMs = this.#parts.clock.nowMs();
    const { source, destination } = message;
    const trace = { messageId, account, via, source, destination, submittedMs: nowMs };
    this.traces.add(at.smsc, at.messageId, { ...trace, state: 'ENROUTE', stateMs: nowMs });
  }

  #tellPassed({ account, originator = '', nowMs }: Attempt, print: string, verdict: string): void {
    const { certificate } = account;
    this.#parts.tellPassed({ atMs: nowMs, certificate: certificate!, originator, fingerprint: print, verdict });
  }

  #record(
    {
      account,
      via,
      check,
      from,
      print,
    }: { account: Account; via: Via; check: CheckName | 'bind'; from: string; print: string },
    { facts, standing }: TextRefusal,
  ): void {
    this.#parts.record({
      timeMs: this.#parts.clock.nowMs(),
      via,
      account: account.name,
      certificate: account.certificate ?? '',
      from,
      fingerprint: print,
      check,
      reason: facts.code,
      shadow: this.#shadow,
      entries: (standing?.entries ?? []).map(({ member, index }) => [member, index] as const),
    });
  }
}

/** What is kept of a text; '' where its octets are no text that we can read. */
function printOf(message: ShortMessage): string {
  const text = textOf(message);
  return text === undefined ? '' : fingerprint(text);
}
