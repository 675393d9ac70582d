import { setTimeout as wait } from 'node:timers/promises';

/** A connection that says nothing for so long is taken for dead: the sender's heartbeat comes every 15 s. */
const SILENCE_MS_MAX = 60_000;
/** Between two attempts to connect: doubled with each that fails. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;

/**
 * Listens to another member's server-sent events for as long as `signal` allows, and calls `onHint` for each piece that
 * arrives. A hint is never trusted, so its content is not read: a lie costs one look at a checkpoint.
 */
export async function listenForHints(url: string, onHint: () => void, signal: AbortSignal): Promise<void> {
  let retryMs = RETRY_MS_MIN;
  const onHeard = (): void => {
    retryMs = RETRY_MS_MIN;
    onHint();
  };
  while (!signal.aborted) {
    await listenOnce(url, onHeard, signal).catch(() => undefined);
    await wait(retryMs, undefined, { signal }).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  }
}

async function listenOnce(url: string, onHint: () => void, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  try {
    const answer = await fetch(url, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!answer.ok || answer.body === null) return;
    // What was published while we were not listening.
    onHint();
    for await (const _ of answer.body) {
      timer.refresh();
      onHint();
    }
  } finally {
    clearTimeout(timer);
  }
}
