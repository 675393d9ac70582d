import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Decisions } from '../../desks/decisions/decision.ts';
import type { TailLook } from '../../records/record-tail.ts';
import type { GateKind, Refusal } from '../../records/refusal.ts';
import { deskRequest } from '../access.ts';
import { describe } from '../describe.ts';
import { HEARTBEAT_MS } from '../limits.ts';
import { PageError } from './page-fault.ts';
import { LatestRefusals, viewOf } from './refusal-view.ts';

/** Who watches at one time. */
export const WATCHERS_MAX = 64;
/** Octets that may wait for a slow watcher before it is let go: more than one look of all gates tells. */
export const WATCHER_BACKLOG_MAX = 256 * 1024;
/** How often the records are looked at while somebody watches. */
const LOOK_INTERVAL_MS = 500;

interface FeedDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  readonly log: Log;
  /** What was refused since the last look. */
  readonly look: (nowMs: number) => Promise<TailLook>;
  /** The latest of what was refused, whoever has looked before. */
  readonly latest: (nowMs: number) => Promise<TailLook>;
}

/** What the gates refuse: the latest of it, and what follows as it happens: server-sent events, a refusal each. */
export function feedRoutes({ decisions, clock, log, look, latest }: FeedDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    const watchers = new Map<FastifyReply['raw'], FastifyRequest>();
    const noteUnread = unreadNoter(log);
    let isLooking = false;
    const tellAll = async (): Promise<void> => {
      if (watchers.size === 0 || isLooking) return;
      isLooking = true;
      try {
        const seen = await look(clock.nowMs());
        noteUnread(seen.unread);
        await tell(watchers, eventsOf(seen));
      } catch (cause) {
        noteUnread((cause as NodeJS.ErrnoException).code ?? 'UNKNOWN');
      } finally {
        isLooking = false;
      }
    };
    const timer = setInterval(() => void tellAll(), LOOK_INTERVAL_MS).unref();
    const heartbeat = setInterval(() => void tell(watchers, ':\n\n'), HEARTBEAT_MS).unref();
    app.addHook('preClose', async () => {
      clearInterval(timer);
      clearInterval(heartbeat);
      for (const stream of watchers.keys()) stream.end();
    });

    app.get('/refusals/latest', {
      config: { action: 'refusals.read' },
      schema: describe('pages', 'The latest refusals at every gate', 200, LatestRefusals),
      handler: async (request) => {
        await decisions.noteLookUp(deskRequest(request), { action: 'refusals.read', ground: { on: 'queue' } });
        const { refusals } = await latest(clock.nowMs());
        return { refusals: refusals.map(viewOf).toReversed() };
      },
    });

    app.get('/refusals/stream', {
      exposeHeadRoute: false,
      config: { action: 'refusals.read' },
      schema: { hide: true },
      handler: async (request, reply) => {
        if (watchers.size >= WATCHERS_MAX)
          throw new PageError({ code: 'WATCHERS_TOO_MANY', watchersMax: WATCHERS_MAX });
        await decisions.noteLookUp(deskRequest(request), { action: 'refusals.watched', ground: { on: 'queue' } });
        // Whatever came before this watcher is in the list that the page has fetched.
        if (watchers.size === 0) await look(clock.nowMs());
        reply.hijack();
        const stream = reply.raw;
        stream.on('close', () => watchers.delete(stream));
        stream.on('error', () => stream.destroy());
        stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        request.raw.socket.setTimeout(0);
        stream.write(': refusals follow\n\n');
        watchers.set(stream, request);
      },
    });
  };
}

/** The events of a look: a refusal each, and a gate each that refused more than is told. */
function eventsOf({ refusals, passedOver }: TailLook): string {
  return [...refusals.map(refusalEvent), ...[...passedOver].map(passedOverEvent)].join('');
}

function refusalEvent(refusal: Refusal): string {
  return `data: ${JSON.stringify(viewOf(refusal))}\n\n`;
}

function passedOverEvent(gateKind: GateKind): string {
  return `event: passed-over\ndata: ${JSON.stringify({ gateKind })}\n\n`;
}

/**
 * Tells whoever may still watch: a stream is let go once its session or token has ended. One that is too slow is let go
 * too, and opens the stream again.
 */
async function tell(watchers: ReadonlyMap<FastifyReply['raw'], FastifyRequest>, text: string): Promise<void> {
  if (text === '') return;
  const tellOne = async ([stream, request]: [FastifyReply['raw'], FastifyRequest]): Promise<void> => {
    if (stream.writableLength > WATCHER_BACKLOG_MAX) stream.destroy();
    else if (await request.mayStill()) stream.write(text);
    else stream.end();
  };
  await Promise.all([...watchers].map(tellOne));
}

/** Says once why records cannot be read, and not at every look. */
function unreadNoter(log: Log): (reason: string | undefined) => void {
  let noted: string | undefined;
  return (reason) => {
    if (reason !== undefined && reason !== noted) {
      log.warn({ code: 'RECORDS_NOT_READ', reason }, 'the feed does not show every record');
    }
    noted = reason;
  };
}
