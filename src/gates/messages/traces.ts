import type { MessageState } from '../../wire/smpp/receipt.ts';
import type { ShortMessage } from '../../wire/smpp/short-message.ts';
import type { Account } from './account.ts';
import type { Via } from './counters.ts';

/** A text that a message centre took, for as long as its receipt or its state may be asked for. */
export interface Trace {
  /** As the gate named it to its sender. */
  readonly messageId: string;
  readonly account: Account;
  readonly via: Via;
  readonly source: ShortMessage['source'];
  readonly destination: ShortMessage['destination'];
  readonly submittedMs: number;
  state: MessageState | 'ENROUTE';
  stateMs: number;
}

const FINAL: ReadonlySet<MessageState> = new Set(['DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'REJECTD']);

/** Which text of ours a message centre means by its own name for it. In memory, and bounded: the oldest are forgotten. */
export class Traces {
  readonly #tracesMax: number;
  readonly #byMessageId = new Map<string, Trace & { smscKey: string }>();
  readonly #bySmscKey = new Map<string, string>();

  constructor({ tracesMax }: { tracesMax: number }) {
    this.#tracesMax = tracesMax;
  }

  get size(): number {
    return this.#byMessageId.size;
  }

  add(smsc: string, smscMessageId: string, trace: Trace): void {
    if (this.#byMessageId.size >= this.#tracesMax) this.#forget(this.#byMessageId.values().next().value!);
    const smscKey = keyOf(smsc, smscMessageId);
    this.#byMessageId.set(trace.messageId, { ...trace, smscKey });
    this.#bySmscKey.set(smscKey, trace.messageId);
  }

  /** The text with that name of ours, where that account sent it. */
  find(messageId: string, account: Account): Trace | undefined {
    const trace = this.#byMessageId.get(messageId);
    return trace?.account === account ? trace : undefined;
  }

  /** Notes what became of a text. A final state ends the message centre's name, so a second final receipt finds nothing. */
  settle(
    smsc: string,
    smscMessageId: string,
    { state, atMs }: { state: MessageState; atMs: number },
  ): Trace | undefined {
    const key = keyOf(smsc, smscMessageId);
    const trace = this.#byMessageId.get(this.#bySmscKey.get(key) ?? '');
    if (trace === undefined) return undefined;
    trace.state = state;
    trace.stateMs = atMs;
    if (FINAL.has(state)) {
      this.#bySmscKey.delete(key);
      // Nobody can ask for the state of a text that came by SMPP: its receipt was all there is.
      if (trace.via === 'smpp') this.#byMessageId.delete(trace.messageId);
    }
    return trace;
  }

  #forget({ messageId, smscKey }: Trace & { smscKey: string }): void {
    this.#byMessageId.delete(messageId);
    if (this.#bySmscKey.get(smscKey) === messageId) this.#bySmscKey.delete(smscKey);
  }
}

function keyOf(smsc: string, messageId: string): string {
  return `${smsc}/${messageId}`;
}
