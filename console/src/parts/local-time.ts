const MINUTE_MS = 60_000;
/** Up to the second: `2026-11-22T17:30:00`. */
const LOCAL_TIME_LENGTH = 19;

/** A moment as the browser's own field of date and time takes it: the person's time, and no offset. */
export function localTimeOf(at: string): string {
  if (at === '') return '';
  const moment = new Date(at);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, LOCAL_TIME_LENGTH);
}

/** The moment that such a field names, as the API takes it. */
export function momentOf(localTime: string): string {
  return new Date(localTime).toISOString();
}
