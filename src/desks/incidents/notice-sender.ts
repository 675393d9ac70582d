import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { NoticeBatchRow, NoticeRow } from '../../store/incidents/schema.ts';
import type { NoticeChange, NoticeKey } from '../../store/incidents/notice-tables.ts';
import type { Store } from '../../store/store.ts';
import { nextNoticeState } from './incident-states.ts';
import { fillOf } from './notices.ts';
import { noticeText } from './notice-template.ts';
import type { IncidentSettings } from './settings.ts';

/** Notices on their way to the gate at one time. */
export const SENDING_MAX = 16;
/** Notices whose outcome is noted in one transaction: what a kill makes us send again, under the same keys. */
export const CHUNK_MAX = 64;
export const ATTEMPTS_MAX = 6;
/** The first wait after a failure; each further one is four times as long. */
const RETRY_MS = 5_000;
const RETRY_FACTOR = 4;
/** How long after a text was taken its state is first asked for; then less and less often, as its age grows. */
export const STATE_LOOK_MS = 10_000;
/** What has not arrived by then is told over another channel: message centres keep a text no longer. */
export const DELIVERY_MS_MAX = 48 * 60 * 60 * 1_000;
/** How often it is looked whether something may be tried again. */
const LOOK_INTERVAL_MS = 2_000;

/** One text towards the message gate. */
export interface OutgoingText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The gate takes a text once under its key, however often it is sent. */
  readonly idempotencyKey: string;
}
/** The gate's name for a text that it took; `unknown` where it may have gone out, and goes no more under its key. */
export type TextTaken = { readonly messageId: string } | 'unknown';
export type SendText = (message: OutgoingText) => Promise<TextTaken>;

/** What became of a text that the gate took. */
export type TextState = 'waiting' | 'delivered' | 'undelivered';
export type ReadTextState = (messageId: string) => Promise<TextState>;

interface SenderDependencies {
  readonly store: Store;
  readonly sendText: SendText;
  readonly readTextState: ReadTextState;
  readonly clock: Clock;
  readonly log: Log;
}

type Outcome = { readonly key: NoticeKey; readonly change: NoticeChange };

/**
 * Carries queued notices to the message gate. A notice stays queued until its outcome is in the store, so none is missed
 * after a kill; it goes under the same key and with the same text each time, so nobody gets it twice. Where the gate
 * itself was killed and cannot say whether a text went out, the notice is uncertain, and listed for people to decide.
 */
export class NoticeSender {
  readonly #settings: IncidentSettings;
  readonly #dependencies: SenderDependencies;
  readonly #batches = new Map<number, NoticeBatchRow>();
  #running: Promise<number> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(settings: IncidentSettings, dependencies: SenderDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
  }

  /** Looks now and then for what is queued, until `stop`. */
  start(): void {
    this.#timer ??= setInterval(() => this.wake(), LOOK_INTERVAL_MS).unref();
    this.wake();
  }

  /** Goes to work now. */
  wake(): void {
    this.run().catch((cause: unknown) => this.#report(cause));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running?.catch((cause: unknown) => this.#report(cause));
  }

  /** Sends all that may be sent now. @returns how many were tried */
  run(): Promise<number> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<number> {
    const { store, clock } = this.#dependencies;
    let tried = 0;
    while (!this.#isStopped) {
      const nowMs = clock.nowMs();
      const { queued, sent } = await store.read(async ({ incidents: { notices } }) => ({
        queued: await notices.due('queued', nowMs, CHUNK_MAX),
        sent: await notices.due('sent', nowMs, CHUNK_MAX),
      }));
      if (queued.length + sent.length === 0) break;
      const outcomes = [
        ...(await this.#forAll(queued, (notice) => this.#send(notice))),
        ...(await this.#forAll(sent, (notice) => this.#follow(notice))),
      ];
      await store.write(({ incidents }) => incidents.notices.note(outcomes));
      tried += queued.length;
    }
    return tried;
  }

  /** A few at a time, in their order. */
  async #forAll(
    notices: readonly NoticeRow[],
    change: (notice: NoticeRow) => Promise<NoticeChange>,
  ): Promise<Outcome[]> {
    const waiting = [...notices];
    const outcomes: Outcome[] = [];
    const work = async (): Promise<void> => {
      for (let notice = waiting.shift(); notice !== undefined; notice = waiting.shift()) {
        outcomes.push({ key: notice, change: await change(notice) });
      }
    };
    await Promise.all(Array.from({ length: SENDING_MAX }, work));
    return outcomes;
  }

  async #send(notice: NoticeRow): Promise<NoticeChange> {
    const { sendText, clock } = this.#dependencies;
    const attempts = notice.attempts + 1;
    const batch = await this.#batch(notice.batchId);
    try {
      const taken = await sendText({
        from: batch.sender,
        to: notice.msisdn,
        text: noticeText(batch.template, fillOf(notice, batch.language, this.#settings)),
        idempotencyKey: `notice-${notice.batchId}-${notice.position}`,
      });
      if (taken === 'unknown') return this.#leaveUncertain(notice, attempts);
      const sentMs = clock.nowMs();
      const status = nextNoticeState(notice.status, 'accepted');
      return { status, attempts, messageId: taken.messageId, sentMs, nextMs: sentMs + STATE_LOOK_MS };
    } catch (cause) {
      this.#report(cause);
      const status = nextNoticeState(notice.status, attempts < ATTEMPTS_MAX ? 'tried' : 'given-up');
      return { status, attempts, nextMs: clock.nowMs() + RETRY_MS * RETRY_FACTOR ** (attempts - 1) };
    }
  }

  /** Nobody knows whether the text went out: a person decides, and nobody is told twice by us. */
  #leaveUncertain({ batchId, position, status }: NoticeRow, attempts: number): NoticeChange {
    const facts = { code: 'NOTICE_UNCERTAIN', batch: batchId, notice: position };
    this.#dependencies.log.warn(facts, 'nobody knows whether a notice went out');
    return { status: nextNoticeState(status, 'unknown'), attempts };
  }

  /** Asks what became of a text. Nobody is taken for told before the network says so. */
  async #follow({ status, messageId, sentMs }: NoticeRow): Promise<NoticeChange> {
    const { readTextState, clock } = this.#dependencies;
    const nowMs = clock.nowMs();
    const state = await readTextState(messageId!).catch((cause: unknown): TextState => {
      this.#report(cause);
      return 'waiting';
    });
    if (state !== 'waiting') return { status: nextNoticeState(status, state), doneMs: nowMs };
    const ageMs = nowMs - sentMs!;
    if (ageMs < DELIVERY_MS_MAX) return { nextMs: nowMs + Math.max(ageMs, STATE_LOOK_MS) };
    return { status: nextNoticeState(status, 'undelivered'), doneMs: nowMs };
  }

  async #batch(id: number): Promise<NoticeBatchRow> {
    const kept = this.#batches.get(id);
    if (kept !== undefined) return kept;
    const batch = (await this.#dependencies.store.read(({ incidents }) => incidents.notices.batch(id)))!;
    // Batches come one after the other: only the last one is asked for again and again.
    this.#batches.clear();
    this.#batches.set(id, batch);
    return batch;
  }

  /** By its code alone: a message may repeat the number or the text. */
  #report(cause: unknown): void {
    const reason = cause instanceof Fault ? (cause as Fault).facts.code : 'unknown';
    this.#dependencies.log.warn({ reason }, 'the message gate did not do as asked');
  }
}
