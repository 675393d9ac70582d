import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Decisions } from '../../desks/decisions/decision.ts';
import type { CheckRecord } from '../../records/record.ts';
import { deskRequest } from '../access.ts';
import { HEARTBEAT_MS, LISTENER_BACKLOG_MAX } from '../limits.ts';
import { PageError } from './page-fault.ts';

/** Who watches at one time. */
export const WATCHERS_MAX = 64;
/** How often the records are looked at while somebody watches. */
const LOOK_INTERVAL_MS = 500;
/** A stream ends after so long and the page opens it again: a session or a token that has ended is then refused. */
const WATCH_MS_MAX = 10 * 60_000;
/** Records told in one look: more than a person reads in half a second. */
export const RECORDS_TOLD_MAX = 200;

interface FeedDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  readonly log: Log;
  /** What was refused since the last look. */
  readonly look: (nowMs: number) => Promise<readonly CheckRecord[]>;
}

/** What the gates refuse, as it happens: server-sent events, a refusal each. */
export function feedRoutes({ decisions, clock, log, look }: FeedDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    const watchers = new Set<FastifyReply['raw']>();
    let isLooking = false;
    const tellAll = async (): Promise<void> => {
      if (watchers.size === 0 || isLooking) return;
      isLooking = true;
      try {
        for (const record of (await look(clock.nowMs())).slice(-RECORDS_TOLD_MAX)) tell(watchers, eventOf(record));
      } catch (cause) {
        log.warn({ code: 'RECORDS_NOT_READ', reason: (cause as NodeJS.ErrnoException).code ?? '' }, 'the feed waits');
      } finally {
        isLooking = false;
      }
    };
    const timer = setInterval(() => void tellAll(), LOOK_INTERVAL_MS).unref();
    const heartbeat = setInterval(() => tell(watchers, ':\n\n'), HEARTBEAT_MS).unref();
    app.addHook('preClose', async () => {
      clearInterval(timer);
      clearInterval(heartbeat);
      for (const stream of watchers) stream.end();
    });

    app.get('/refusals/stream', {
      exposeHeadRoute: false,
      config: { action: 'refusals.read' },
      schema: { hide: true },
      handler: async (request, reply) => {
        if (watchers.size >= WATCHERS_MAX)
          throw new PageError({ code: 'WATCHERS_TOO_MANY', watchersMax: WATCHERS_MAX });
        await decisions.noteLook(deskRequest(request), { action: 'refusals.watched', detail: {} });
        // Whatever came before this watcher is in the list that the page has fetched.
        if (watchers.size === 0) await look(clock.nowMs());
        reply.hijack();
        const stream = reply.raw;
        const end = setTimeout(() => stream.end(), WATCH_MS_MAX).unref();
        stream.on('close', () => {
          clearTimeout(end);
          watchers.delete(stream);
        });
        stream.on('error', () => stream.destroy());
        stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        request.raw.socket.setTimeout(0);
        stream.write(': refusals follow\n\n');
        watchers.add(stream);
      },
    });
  };
}

function eventOf({ timeMs, entries, ...record }: CheckRecord): string {
  const view = {
    ...record,
    at: new Date(timeMs).toISOString(),
    entries: entries.map(([member, index]) => ({ member, index })),
  };
  return `data: ${JSON.stringify(view)}\n\n`;
}

/** One that is too slow is let go, and opens the stream again. */
function tell(watchers: ReadonlySet<FastifyReply['raw']>, text: string): void {
  for (const stream of watchers) {
    if (stream.writableLength > LISTENER_BACKLOG_MAX) stream.destroy();
    else stream.write(text);
  }
}
