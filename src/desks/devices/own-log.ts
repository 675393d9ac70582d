/** The member's own log, as far as a desk needs it. */
export interface OwnLog {
  /** All entries or none, contiguous, durable and published when it resolves. */
  append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number; size: number }>;
  /** Entries that are durable and published. It never shrinks. */
  readonly size: number;
  /** Entries `from` (included) to `to` (excluded), in order. */
  readEntries(from: number, to: number): AsyncIterable<{ firstIndex: number; entries: readonly Uint8Array[] }>;
}
