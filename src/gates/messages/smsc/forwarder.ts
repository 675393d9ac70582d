import type { Clock } from '../../../base/clock.ts';
import { COMMAND_STATUS } from '../../../wire/smpp/command-status.ts';
import type { ShortMessage } from '../../../wire/smpp/short-message.ts';
import type { Forwarding } from '../counters.ts';
import { TextRefusal } from '../refusal.ts';
import type { Sent, SmscLink } from './smsc-link.ts';

/** Texts that wait because no message centre has room. The next one is refused. */
export const WAITING_MAX = 10_000;
/** How long a text waits for a message centre before its sender is told to come again. */
export const WAIT_MS_MAX = 5_000;
const SWEEP_INTERVAL_MS = 250;
/** How often a text is sent in all where `whenLost` is `retry`. */
const SENDINGS_MAX = 2;

/** The message centre's own name for a text that it took, or why it did not. */
export type Forwarded = { readonly smsc: string; readonly messageId: string } | TextRefusal;

export interface ForwardOptions {
  /** Which message centres; any without it. */
  readonly smscs?: readonly string[] | undefined;
  /** Why the text may not go out any more: its firm may be suspended while it waits. */
  readonly refusalNow?: () => TextRefusal | undefined;
  /** It is sent once at most, whatever `whenLost` says. */
  readonly isOnce?: boolean;
}

interface Text extends ForwardOptions {
  readonly message: ShortMessage;
  readonly sinceMs: number;
  sendings: number;
  readonly done: (forwarded: Forwarded) => void;
}

export interface ForwarderParts {
  readonly clock: Clock;
  readonly count: (outcome: Forwarding) => void;
}

/** Carries texts to the message centres: each is answered once, whatever happens to the links. */
export class Forwarder {
  readonly #parts: ForwarderParts;
  readonly #sendingsMax: number;
  readonly #waiting = new Set<Text>();
  readonly #sweep: NodeJS.Timeout;
  #links: readonly SmscLink[] = [];
  #isClosed = false;

  constructor({ whenLost }: { whenLost: 'refuse' | 'retry' }, parts: ForwarderParts) {
    this.#parts = parts;
    this.#sendingsMax = whenLost === 'retry' ? SENDINGS_MAX : 1;
    this.#sweep = setInterval(() => this.#giveUpOverdue(), SWEEP_INTERVAL_MS);
  }

  /** The links call back for room, so they are made after this, and told once. */
  use(links: readonly SmscLink[]): void {
    this.#links = links;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  forward(message: ShortMessage, options: ForwardOptions, done: (forwarded: Forwarded) => void): void {
    this.#sendOrWait({ ...options, message, sinceMs: this.#parts.clock.steadyMs(), sendings: 0, done });
  }

  /** Refuses what waits and may not go out any more. To be called when a certificate changed. */
  refuseBarred(): void {
    for (const text of this.#waiting) this.#isBarred(text);
  }

  /** To be called when a link has room again. */
  fill(): void {
    if (this.#waiting.size === 0) return;
    for (const text of this.#waiting) {
      const link = this.#linkFor(text);
      if (link !== undefined) {
        this.#waiting.delete(text);
        this.#send(text, link);
      } else if (this.#links.every(({ room }) => room <= 0)) return;
    }
  }

  /** Refuses what waits. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    for (const text of this.#waiting) this.#refuse(text, 'MESSAGE_CENTRE_UNREACHABLE', 'unreachable');
  }

  #sendOrWait(text: Text): void {
    // Those that wait come first, unless they wait for another message centre.
    const link = this.#linkFor(text);
    if (link !== undefined) this.#send(text, link);
    else if (this.#isClosed) this.#refuse(text, 'MESSAGE_CENTRE_UNREACHABLE', 'unreachable');
    else if (this.#waiting.size >= WAITING_MAX) this.#refuse(text, 'TEXT_QUEUE_FULL', 'queueFull');
    else this.#waiting.add(text);
  }

  /** The link with the most room among those that the text may take. */
  #linkFor({ smscs }: Text): SmscLink | undefined {
    let best: SmscLink | undefined;
    for (const link of this.#links) {
      if (link.room <= 0 || (smscs !== undefined && !smscs.includes(link.name))) continue;
      if (best === undefined || link.room > best.room) best = link;
    }
    return best;
  }

  #send(text: Text, link: SmscLink): void {
    text.sendings += 1;
    link.send(text.message, (sent) => this.#sent(text, link, sent));
  }

  #sent(text: Text, link: SmscLink, sent: Sent): void {
    if (sent.kind === 'answered') {
      if (sent.status === COMMAND_STATUS.ok) {
        this.#parts.count('accepted');
        text.done({ smsc: link.name, messageId: sent.messageId });
        return;
      }
      this.#parts.count('refused');
      text.done(new TextRefusal({ code: 'MESSAGE_CENTRE_REFUSED', commandStatus: sent.status }));
      return;
    }
    if (sent.kind === 'silent') this.#refuse(text, 'MESSAGE_CENTRE_SILENT', 'silent');
    else if (text.isOnce !== true && text.sendings < this.#sendingsMax && !this.#isClosed) {
      if (this.#isBarred(text)) return;
      this.#parts.count('retried');
      this.#sendOrWait(text);
    } else this.#refuse(text, 'MESSAGE_CENTRE_LOST', 'lost');
  }

  #isBarred(text: Text): boolean {
    const refusal = text.refusalNow?.();
    if (refusal === undefined) return false;
    this.#waiting.delete(text);
    text.done(refusal);
    return true;
  }

  #giveUpOverdue(): void {
    const nowMs = this.#parts.clock.steadyMs();
    for (const text of this.#waiting) {
      if (nowMs - text.sinceMs >= WAIT_MS_MAX) this.#refuse(text, 'MESSAGE_CENTRE_UNREACHABLE', 'unreachable');
    }
  }

  #refuse(
    text: Text,
    code: 'MESSAGE_CENTRE_UNREACHABLE' | 'TEXT_QUEUE_FULL' | 'MESSAGE_CENTRE_SILENT' | 'MESSAGE_CENTRE_LOST',
    outcome: Forwarding,
  ): void {
    this.#waiting.delete(text);
    this.#parts.count(outcome);
    text.done(new TextRefusal({ code }));
  }
}
