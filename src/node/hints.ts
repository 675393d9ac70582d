import { setTimeout as wait } from 'node:timers/promises';
import { ABSENCE_MS } from './absences.ts';

/** A connection that says nothing for so long is taken for dead: the sender's heartbeat comes every 15 s. */
const SILENCE_MS_MAX = 60_000;
/** Between two attempts to connect: doubled with each that fails. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;
/** Between two pieces that are read: whoever sends without end is slowed down to this, and not our own work. */
const PIECE_GAP_MS = 10;
const EVENT_STREAM = 'text/event-stream';

/**
 * Listens to another member's server-sent events for as long as `signal` allows, and calls `onHint` for each piece that
 * arrives. A hint is never trusted, so its content is not read: a lie costs one look at a checkpoint.
 */
export async function listenForHints(
  url: string,
  {
    onHint,
    onListening = () => undefined,
    signal,
    fetch: call = fetch,
    absenceMs = ABSENCE_MS,
  }: {
    onHint: () => void;
    /** Called when a connection stands, and when it stands no more. */
    onListening?: (isListening: boolean) => void;
    signal: AbortSignal;
    fetch?: typeof fetch;
    /** Until whoever has no such stream is asked again. */
    absenceMs?: number;
  },
): Promise<void> {
  let retryMs = RETRY_MS_MIN;
  const onHeard = (): void => {
    retryMs = RETRY_MS_MIN;
    onHint();
  };
  while (!signal.aborted) {
    const listening = listenOnce(url, { onOpen: onHint, onHeard, onListening, signal, call });
    const isAbsent = await listening.catch(() => false);
    await wait(isAbsent ? absenceMs : retryMs, undefined, { signal }).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  }
}

interface Listening {
  readonly onOpen: () => void;
  readonly onHeard: () => void;
  readonly onListening: (isListening: boolean) => void;
  readonly signal: AbortSignal;
  readonly call: typeof fetch;
}

/** @returns whether there is no such stream */
async function listenOnce(url: string, { onOpen, onHeard, onListening, signal, call }: Listening): Promise<boolean> {
  const silence = new AbortController();
  let isListening = false;
  const timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  try {
    const answer = await call(url, {
      headers: { accept: EVENT_STREAM },
      redirect: 'error',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    const isStream = answer.headers.get('content-type')?.startsWith(EVENT_STREAM) === true;
    if (answer.status === 404 || answer.status === 410) return true;
    if (!answer.ok || !isStream || answer.body === null) return false;
    // What was published while we were not listening.
    onListening((isListening = true));
    onOpen();
    for await (const _ of answer.body) {
      timer.refresh();
      onHeard();
      await wait(PIECE_GAP_MS, undefined, { signal });
    }
    return false;
  } finally {
    clearTimeout(timer);
    // An answer that was not read to its end would keep its connection.
    silence.abort();
    if (isListening) onListening(false);
  }
}
