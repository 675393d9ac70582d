import { setTimeout as wait } from 'node:timers/promises';

/** A connection that says nothing for so long is taken for dead: the sender's heartbeat comes every 15 s. */
const SILENCE_MS_MAX = 60_000;
const RETRY_MS = 1_000;

/**
 * Listens to another member's server-sent events for as long as `signal` allows, and calls `onHint` for each piece that
 * arrives. A hint is never trusted, so its content is not read: a lie costs one look at a checkpoint.
 */
export async function listenForHints(url: string, onHint: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listenOnce(url, onHint, signal).catch(() => undefined);
    await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
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
