import type { ShortMessage } from '../../../wire/smpp/short-message.ts';
import type { Account } from '../account.ts';
import type { ReceiptEvent } from '../counters.ts';
import { RECEIPTS_WAITING_MAX } from './limits.ts';

/** A connection of an account that takes receipts. */
export interface ReceiptTaker {
  readonly receiptRoom: number;
  /** Sends it; `settle` is called once, with whether the client took it. */
  sendReceipt(message: ShortMessage, settle: (isTaken: boolean) => void): void;
}

/** Carries receipts to the account whose text they are about: kept while it has no receiver, delivered once it has. */
export class Receipts {
  readonly #waiting = new Map<Account, Set<ShortMessage>>();
  readonly #takers = new Map<Account, Set<ReceiptTaker>>();
  readonly #count: (event: ReceiptEvent) => void;

  constructor({ count }: { count: (event: ReceiptEvent) => void }) {
    this.#count = count;
  }

  add(account: Account, message: ShortMessage): void {
    this.#keep(account, message);
    this.#deliver(account);
  }

  open(account: Account, taker: ReceiptTaker): void {
    const takers = this.#takers.get(account);
    if (takers === undefined) this.#takers.set(account, new Set([taker]));
    else takers.add(taker);
    this.#deliver(account);
  }

  close(account: Account, taker: ReceiptTaker): void {
    this.#takers.get(account)?.delete(taker);
    this.#deliver(account);
  }

  /** Tries again what a client would not take for the moment. To be called every so often. */
  deliverAll(): void {
    for (const account of this.#waiting.keys()) this.#deliver(account);
  }

  #keep(account: Account, message: ShortMessage): void {
    const waiting = this.#waiting.get(account) ?? new Set();
    this.#waiting.set(account, waiting);
    if (waiting.size >= RECEIPTS_WAITING_MAX) {
      waiting.delete(waiting.values().next().value!);
      this.#count('dropped');
    }
    waiting.add(message);
  }

  #deliver(account: Account): void {
    const waiting = this.#waiting.get(account);
    if (waiting === undefined) return;
    for (const message of waiting) {
      const taker = [...(this.#takers.get(account) ?? [])].find(({ receiptRoom }) => receiptRoom > 0);
      if (taker === undefined) return;
      waiting.delete(message);
      taker.sendReceipt(message, (isTaken) => this.#settled(account, message, isTaken));
    }
    this.#waiting.delete(account);
  }

  /** A receipt whose connection ended before its answer goes to another, or to the same client when it comes back. */
  #settled(account: Account, message: ShortMessage, isTaken: boolean): void {
    if (!isTaken) {
      this.#keep(account, message);
      return;
    }
    this.#count('delivered');
    this.#deliver(account);
  }
}
