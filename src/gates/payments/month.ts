const MINUTE_MS = 60_000;

/** When the month of a moment began by a clock with this offset, in ms since 1970. */
export function monthStartMs(nowMs: number, utcOffsetMinutes: number): number {
  const local = new Date(nowMs + utcOffsetMinutes * MINUTE_MS);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) - utcOffsetMinutes * MINUTE_MS;
}
