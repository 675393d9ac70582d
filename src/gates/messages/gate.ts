import type { Clock } from '../../base/clock.ts';
import { type Facts, Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { PassedText } from '../../records/passed-text.ts';
import type { Standing } from '../../standing/standing.ts';
import { GateThread } from '../gate-thread.ts';
import type { PlainText } from './compose.ts';
import type { MessageGateConfig } from './config.ts';
import { checkMessageConfig } from './config-check.ts';
import { MessageCounters, type MessageSeries } from './counters.ts';
import type { MessageAddresses, MessageThreadData, OfMessageThread, ToMessageThread } from './thread-messages.ts';

const WORKER = new URL('./worker.ts', import.meta.url);
/** Texts of the operator's own that wait for their answer. */
export const OWN_TEXTS_OPEN_MAX = 1_000;

export interface MessageGateOptions {
  readonly config: MessageGateConfig;
  readonly pairingKey: Uint8Array;
  /** Where records of refused texts are kept. */
  readonly recordsFolder: string;
}

export interface MessageGateDeps {
  readonly standing: Pick<Standing, 'books' | 'onBookEvent'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A text of the operator's own, such as a notice. */
export interface OwnText extends Pick<PlainText, 'from' | 'to' | 'text'> {
  /** The same key gives the same outcome for as long as the gate runs: a text that is sent again goes out once. */
  readonly key?: string;
}

export type OwnTextFault = { code: 'OWN_TEXTS_TOO_MANY'; openMax: number } | { code: 'MESSAGE_GATE_DOWN' };
/** With the facts of a TextFault where a check or a message centre refused the text. */
export class OwnTextError extends Fault {}

interface Waiting {
  readonly resolve: (taken: { messageId: string }) => void;
  readonly reject: (error: OwnTextError) => void;
}

/** The message gate of one node: a thread with books of its own, which the main thread tells what happens to its own. */
export class MessageGate {
  readonly addresses: MessageAddresses;
  readonly #thread: GateThread<MessageAddresses, OfMessageThread>;
  readonly #counters: MessageCounters;
  readonly #inbox: Inbox;

  private constructor(
    { thread, addresses }: { thread: GateThread<MessageAddresses, OfMessageThread>; addresses: MessageAddresses },
    { counters, inbox }: { counters: MessageCounters; inbox: Inbox },
  ) {
    this.#thread = thread;
    this.addresses = addresses;
    this.#counters = counters;
    this.#inbox = inbox;
    inbox.onTaken = () => thread.post({ kind: 'taken' } satisfies ToMessageThread);
  }

  /**
   * Opens the gate; resolves when it listens. Links to message centres come up by themselves.
   * @throws MessageConfigError for a configuration that is wrong in itself
   * @throws GateThreadError with the facts of the fault when a port cannot be had, or a file cannot be read
   */
  static async start(options: MessageGateOptions, { standing, clock, log }: MessageGateDeps): Promise<MessageGate> {
    const { pairingKey, recordsFolder } = options;
    checkMessageConfig(options.config);
    const counters = new MessageCounters();
    const inbox = new Inbox();
    let { config } = options;
    const data = (): MessageThreadData => ({
      config,
      pairingKey,
      recordsFolder,
      counters: counters.buffer,
      books: standing.books.events(),
    });
    const started = await GateThread.start<MessageAddresses, OfMessageThread>(
      { script: WORKER, thread: 0, data },
      {
        clock,
        log,
        tellNews: (post) => standing.onBookEvent((event) => post({ kind: 'book', event } satisfies ToMessageThread)),
        onMessage: (message) => inbox.take(message),
        onDied: () => {
          counters.clearGauges();
          inbox.failAll();
        },
      },
    );
    config = withPorts(config, started.addresses);
    return new MessageGate(started, { counters, inbox });
  }

  get isRunning(): boolean {
    return this.#thread.isRunning;
  }

  /** Calls with texts that passed, in batches. @returns a function that ends the listening */
  onPassed(listener: (texts: readonly PassedText[]) => void): () => void {
    this.#inbox.listeners.add(listener);
    return () => this.#inbox.listeners.delete(listener);
  }

  /**
   * Sends a text of the operator's own; resolves when a message centre took it.
   * @throws OwnTextError. After MESSAGE_GATE_DOWN, MESSAGE_CENTRE_LOST and MESSAGE_CENTRE_SILENT nobody knows whether
   * the text went out.
   */
  submit({ key, ...text }: OwnText): Promise<{ messageId: string }> {
    return this.#inbox.wait((number) =>
      this.#thread.post({ kind: 'submit', number, text, ...(key !== undefined && { key }) } satisfies ToMessageThread),
    );
  }

  /** What was counted since the start. */
  counters(): readonly (MessageSeries & { value: number })[] {
    return this.#counters.series();
  }

  /** A planned stop: firms are unbound, answers in hand are delivered, records are written. */
  stop(): Promise<void> {
    return this.#thread.stop();
  }
}

/** What comes from the thread, and who waits for it. */
class Inbox {
  readonly listeners = new Set<(texts: readonly PassedText[]) => void>();
  onTaken: () => void = () => {};
  readonly #waiting = new Map<number, Waiting>();
  #numbers = 0;

  take(message: OfMessageThread): void {
    if (message.kind === 'passed') {
      for (const listener of this.listeners) listener(message.texts);
      this.onTaken();
      return;
    }
    const waiting = this.#waiting.get(message.number);
    this.#waiting.delete(message.number);
    if (message.kind === 'submitted') waiting?.resolve({ messageId: message.messageId });
    else waiting?.reject(new OwnTextError(message.facts));
  }

  wait(post: (number: number) => boolean): Promise<{ messageId: string }> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size >= OWN_TEXTS_OPEN_MAX) {
        reject(ownTextError({ code: 'OWN_TEXTS_TOO_MANY', openMax: OWN_TEXTS_OPEN_MAX }));
        return;
      }
      this.#numbers += 1;
      const number = this.#numbers;
      this.#waiting.set(number, { resolve, reject });
      if (post(number)) return;
      this.#waiting.delete(number);
      reject(ownTextError({ code: 'MESSAGE_GATE_DOWN' }));
    });
  }

  failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(ownTextError({ code: 'MESSAGE_GATE_DOWN' }));
    this.#waiting.clear();
  }
}

function ownTextError(facts: OwnTextFault & Facts): OwnTextError {
  return new OwnTextError(facts);
}

/** The configuration with the ports that are listened on, so that a thread that starts again is found where it was. */
function withPorts(config: MessageGateConfig, { smpp, smppTls, messages }: MessageAddresses): MessageGateConfig {
  const tls = config.smpp?.tls;
  return {
    ...config,
    ...(config.smpp !== undefined && {
      smpp: { ...config.smpp, port: smpp!.port, ...(tls !== undefined && { tls: { ...tls, port: smppTls!.port } }) },
    }),
    ...(config.http !== undefined && { http: { ...config.http, port: messages!.port } }),
  };
}
