/** What the gate counts of its peers, besides the checks that the checker counts. */
export const S13_EVENTS = [
  'peerOpened',
  'peerClosed',
  'peerRefused',
  'streamBroken',
  'errorAnswered',
  'busyAnswered',
  'watchdogLost',
  'connectionRefused',
] as const;
export type S13Event = (typeof S13_EVENTS)[number];

export interface S13Counters {
  count(event: S13Event): void;
}
