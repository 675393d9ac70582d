import type { MemberLog } from '../../src/desks/decisions/member-log.ts';
import { decodeStatement, type Stated } from '../../src/statements/codec.ts';

/** A member's log in memory, for tests of who appends what. It can be told to fail, and to answer late. */
export class MemoryLog implements MemberLog {
  readonly entries: Uint8Array[] = [];
  /**
   * What the next append does in place of its work, once: fail before it, fail after it, or fail and let the entries
   * appear when the log recovers.
   */
  failure: 'before' | 'after' | 'until recovery' | undefined;
  #unseen: Uint8Array[] = [];
  /** Every append waits for this. */
  gate: Promise<void> = Promise.resolve();
  appends = 0;

  get size(): number {
    return this.entries.length;
  }

  async append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number; size: number }> {
    this.appends++;
    const failure = this.failure;
    this.failure = undefined;
    await this.gate;
    if (failure === 'before') throw new Error('the log is full');
    if (failure === 'until recovery') {
      this.#unseen.push(...entries);
      throw new Error('the outcome is unknown');
    }
    await this.recover();
    const firstIndex = this.entries.length;
    this.entries.push(...entries);
    if (failure === 'after') throw new Error('the answer of the log was lost');
    return { firstIndex, size: this.entries.length };
  }

  recover(): Promise<void> {
    this.entries.push(...this.#unseen.splice(0));
    return Promise.resolve();
  }

  async *readEntries(from: number, to: number): AsyncGenerator<{ firstIndex: number; entries: Uint8Array[] }> {
    for (let firstIndex = from; firstIndex < to; firstIndex += 3) {
      yield await Promise.resolve({
        firstIndex,
        entries: this.entries.slice(firstIndex, Math.min(firstIndex + 3, to)),
      });
    }
  }

  statements(): Stated[] {
    return this.entries.map((entry) => decodeStatement(entry));
  }
}
