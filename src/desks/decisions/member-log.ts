/** The member's own log, as far as a desk needs it. */
export interface MemberLog {
  /** All entries or none, contiguous, durable and published when it resolves. */
  append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number; size: number }>;
  /**
   * Finds out what became of an append whose outcome is unknown: once this resolves, `size` counts every entry that is
   * in the log or may still get there.
   */
  recover(): Promise<void>;
  /** Entries that are durable and published. It never shrinks. */
  readonly size: number;
  /** Entries `from` (included) to `to` (excluded), in order. */
  readEntries(from: number, to: number): AsyncIterable<{ firstIndex: number; entries: readonly Uint8Array[] }>;
}
