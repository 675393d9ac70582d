import type { NetworkOptions } from './network.ts';

/** How long a node is busy, in ms. What varies is drawn from what was measured. */
export interface LocalTimes {
  /** From a desk's decision to the published checkpoint. */
  readonly publish: readonly number[];
  /** A request for a cosignature, checked and stored. */
  readonly witness: readonly number[];
  /** A fetched bundle verified, stored, opened and folded. */
  readonly take: readonly number[];
  /** One durable file. */
  readonly store: readonly number[];
  /** The log's owner, for each witness: once for the request and once for the answer. */
  readonly ask: number;
  /** A file of the log, for each request of it. */
  readonly serve: number;
  /** A hint, for each listener. */
  readonly hint: number;
  /** One cosignature verified. */
  readonly verify: number;
}

/** In octets. */
export interface Sizes {
  /** With its length in the bundle. */
  readonly entry: number;
  readonly aroundPart: number;
  readonly checkpoint: number;
  readonly cosignature: number;
}

export interface WorldOptions {
  readonly seed: number;
  /** Each member's region. */
  readonly places: readonly number[];
  /** Between regions, in ms. */
  readonly roundTripsMs: readonly (readonly number[])[];
  /** Each member's own line adds so much to a round trip: log-normal. */
  readonly access: { readonly medianMs: number; readonly sigma: number };
  readonly network: NetworkOptions;
  readonly local: LocalTimes;
  readonly sizes: Sizes;
  /** How many of the others are asked for cosignatures, and how many of them are enough. */
  readonly witnesses: number;
  readonly threshold: number;
  /** How many followers a node sends hints to. The others look at intervals. */
  readonly listenersMax: number;
  /** Whether a quorum is hinted at, as a new checkpoint is. */
  readonly hintsOfQuorum: boolean;
  readonly pollMs: number;
  readonly offlineShare: number;
  readonly slowShare: number;
}

/** When the last member that is there had it, in ms after the desk's decision. */
export interface Outcome {
  /** A restricting statement is in force everywhere. */
  readonly taken: number;
  /** The log's owner has published a quorum of cosignatures. */
  readonly quorum: number;
  /** A permitting one is: Infinity where too many witnesses are away. */
  readonly settled: number;
}
