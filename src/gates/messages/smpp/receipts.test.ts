import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMPTY_SHORT_MESSAGE, type ShortMessage } from '../../../wire/smpp/short-message.ts';
import { Accounts } from '../account.ts';
import { RECEIPTS_WAITING_MAX } from './limits.ts';
import { Receipts, type ReceiptTaker } from './receipts.ts';

const { own: account } = new Accounts({ accounts: [], own: { ratePerSecond: 1 } });

function message(place: number): ShortMessage {
  return { ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from(String(place)) };
}

/** A connection with so much room, which answers when it is told to. */
class Taker implements ReceiptTaker {
  readonly sent: string[] = [];
  readonly settles: ((isTaken: boolean) => void)[] = [];
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  get receiptRoom(): number {
    return this.#window - this.settles.length;
  }

  sendReceipt({ shortMessage }: ShortMessage, settle: (isTaken: boolean) => void): void {
    this.sent.push(shortMessage.toString());
    this.settles.push(settle);
  }

  settle(isTaken: boolean): void {
    for (const settle of this.settles.splice(0)) settle(isTaken);
  }
}

function receipts(): { receipts: Receipts; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const count = (event: string) => (counts[event] = (counts[event] ?? 0) + 1);
  return { receipts: new Receipts({ count }), counts };
}

describe('Receipts', () => {
  it('wait for a receiver, and then keep to its window', () => {
    const { receipts: all, counts } = receipts();
    for (const place of [1, 2, 3]) all.add(account, message(place));
    const taker = new Taker(2);
    all.open(account, taker);
    assert.deepEqual(taker.sent, ['1', '2']);
    taker.settle(true);
    assert.deepEqual(taker.sent, ['1', '2', '3']);
    taker.settle(true);
    assert.equal(counts['delivered'], 3);
  });

  it('that a connection took along when it ended go to the next', () => {
    const { receipts: all } = receipts();
    const first = new Taker(5);
    all.open(account, first);
    all.add(account, message(1));
    all.close(account, first);
    first.settle(false);
    const second = new Taker(5);
    all.open(account, second);
    assert.deepEqual(second.sent, ['1']);
  });

  it('drop the oldest when one more waits than may', () => {
    const { receipts: all, counts } = receipts();
    for (let place = 0; place < RECEIPTS_WAITING_MAX; place++) all.add(account, message(place));
    assert.equal(counts['dropped'], undefined);
    all.add(account, message(RECEIPTS_WAITING_MAX));
    assert.equal(counts['dropped'], 1);
    const taker = new Taker(1);
    all.open(account, taker);
    assert.deepEqual(taker.sent, ['1']);
  });
});
