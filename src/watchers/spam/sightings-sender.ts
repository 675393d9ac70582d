import { readFile } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { PassedText } from '../../records/passed-text.ts';
import type { SightingsTarget } from './config.ts';
import { PassingTexts } from './passing-texts.ts';
import { REQUEST_AGE_MS_MAX, type WaitingRequest, WaitingCounts } from './waiting-counts.ts';

/** A node that has not answered by then is asked again later. */
const ANSWER_WAIT_MS_MAX = 10_000;
/** Answers after which the same request cannot succeed: it is put away. What a new token or a pause mends is no such. */
const HOPELESS_STATUSES = [400, 409, 413, 415, 422];

export interface SightingsSenderOptions extends SightingsTarget {
  /** Where counts wait that were not taken yet. */
  readonly folder: string;
}

/**
 * Counts passing texts and sends the counts to the node that finds campaigns. A crash loses what was counted since the
 * last interval; what is on disk is sent until it is taken, and counted once however often it is sent.
 */
export class SightingsSender {
  readonly #options: SightingsSenderOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #passing = new PassingTexts();
  readonly #waiting: WaitingCounts;
  readonly #timer: NodeJS.Timeout;
  #turn: Promise<void> = Promise.resolve();
  #isFailing = false;

  private constructor(
    options: SightingsSenderOptions,
    waiting: WaitingCounts,
    { clock, log }: { clock: Clock; log: Log },
  ) {
    this.#options = options;
    this.#waiting = waiting;
    this.#clock = clock;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), options.intervalSeconds * 1_000).unref();
  }

  static async open(options: SightingsSenderOptions, deps: { clock: Clock; log: Log }): Promise<SightingsSender> {
    return new SightingsSender(options, await WaitingCounts.open(options.folder), deps);
  }

  /** Requests on disk that were not taken yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  count(texts: readonly PassedText[]): void {
    this.#passing.count(texts);
  }

  /** Puts to disk what was counted, and sends what waits. It reports failures itself. */
  flush(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#keep()).then(() => this.#send());
    return this.#turn;
  }

  /** Puts to disk what was counted; the next run sends it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#turn = this.#turn.then(() => this.#keep());
    await this.#turn;
  }

  async #keep(): Promise<void> {
    const { sightings, dropped } = this.#passing.take();
    if (dropped > 0) this.#log.warn({ code: 'SIGHTINGS_DROPPED', texts: dropped }, 'too many different texts to count');
    try {
      const requests = await this.#waiting.add(sightings, this.#clock.nowMs());
      if (requests > 0) this.#log.warn({ code: 'SIGHTINGS_DROPPED', requests }, 'counts waited too long and gave way');
    } catch (cause) {
      this.#log.error({ code: 'SIGHTINGS_NOT_KEPT', cause: String(cause) }, 'counts of passing texts were lost');
    }
  }

  async #send(): Promise<void> {
    for (let request = this.#waiting.first; request !== undefined; request = this.#waiting.first) {
      try {
        if (!(await this.#sendOne(request))) return;
        await this.#waiting.remove(request);
      } catch (cause) {
        this.#fail({ cause: String(cause) });
        return;
      }
    }
  }

  /** @returns false where it is to be sent again later */
  async #sendOne(request: WaitingRequest): Promise<boolean> {
    if (this.#clock.nowMs() - request.madeMs > REQUEST_AGE_MS_MAX) {
      this.#log.warn({ code: 'SIGHTINGS_DROPPED', requests: 1 }, 'counts waited too long and gave way');
      return true;
    }
    const { url, tokenFile } = this.#options;
    const answer = await fetch(`${url.replace(/\/+$/, '')}/v1/spam-sightings`, {
      method: 'POST',
      redirect: 'error',
      headers: {
        authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}`,
        'content-type': 'application/json',
        'idempotency-key': request.key,
      },
      body: await this.#waiting.body(request),
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
    });
    await answer.body?.cancel();
    if (HOPELESS_STATUSES.includes(answer.status)) {
      this.#log.error({ code: 'SIGHTINGS_REFUSED', status: answer.status }, 'counts of passing texts were refused');
      return true;
    }
    if (!answer.ok) this.#fail({ status: answer.status });
    else this.#isFailing = false;
    return answer.ok;
  }

  /** Says so once, until it goes well again. */
  #fail(facts: object): void {
    if (!this.#isFailing) {
      this.#log.warn({ code: 'SIGHTINGS_NOT_SENT', ...facts }, 'counts of passing texts wait to be sent');
    }
    this.#isFailing = true;
  }
}
