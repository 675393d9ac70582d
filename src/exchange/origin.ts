/** Where a file comes from. `remote` says how it was there: it is not fetched again while it is the same. */
export interface Origin {
  readonly name: string;
  readonly remote?: string;
  /** Somebody has looked at a full list that shrank, and means it. */
  readonly acceptShrink?: boolean;
}
