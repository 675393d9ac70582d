import type { Chance } from './chance.ts';

/** RFC 6928: what a connection sends before the first answer comes back. It doubles with each round trip. */
const FIRST_WINDOW_OCTETS = 10 * 1460;
/** TCP and TLS 1.3 before the first request on a new connection. */
export const HANDSHAKE_ROUND_TRIPS = 2;

export interface NetworkOptions {
  /** Of the logarithm of each way's time. */
  readonly jitterSigma: number;
  /** How many of all messages are lost once, and come a round trip and `retryMs` later. */
  readonly lossShare: number;
  /** Linux waits no less before it sends again. */
  readonly retryMs: number;
}

/** How long messages take between two places. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #chance: Chance;

  constructor(options: NetworkOptions, chance: Chance) {
    this.#options = options;
    this.#chance = chance;
  }

  /** One way of a round trip with this median, in ms; what is lost is sent again, and may be lost again. */
  oneWayMs(roundTripMs: number): number {
    const { jitterSigma, lossShare, retryMs } = this.#options;
    let ms = this.#chance.logNormal(roundTripMs / 2, jitterSigma);
    while (this.#chance.share() < lossShare) ms += retryMs + roundTripMs;
    return ms;
  }

  /** So many whole round trips, in ms. */
  roundTripsMs(count: number, roundTripMs: number): number {
    let ms = 0;
    for (let way = 0; way < 2 * count; way++) ms += this.oneWayMs(roundTripMs);
    return ms;
  }
}

/** Round trips beyond the first until an answer of this size is there, over a connection that was idle. */
export function extraRoundTrips(octets: number): number {
  let [window, sent, extra] = [FIRST_WINDOW_OCTETS, FIRST_WINDOW_OCTETS, 0];
  for (; sent < octets; extra++) sent += window *= 2;
  return extra;
}
