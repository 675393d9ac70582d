/** Sightings of one request: with all that stands around them they fit into a body of JSON. */
export const SIGHTINGS_PER_REQUEST_MAX = 400;
export const HOUR_MS = 60 * 60 * 1_000;

/** How many texts of one look a firm had let through in one hour. */
export interface Sighting {
  readonly fingerprint: string;
  readonly certificate: string;
  /** The beginning of the hour, in ms since 1970. */
  readonly hourMs: number;
  readonly texts: number;
}

/** The beginning of the hour of a time. */
export function hourOf(timeMs: number): number {
  return timeMs - (timeMs % HOUR_MS);
}

/** What sightings of the same have in common. */
export function sightingKey({ fingerprint, certificate, hourMs }: Omit<Sighting, 'texts'>): string {
  return `${fingerprint} ${certificate} ${hourMs}`;
}
