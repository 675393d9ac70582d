import { clientKey } from '../base/client-address.ts';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { HEARTBEAT_MS, LISTENER_BACKLOG_MAX, LISTENERS_MAX, LISTENERS_PER_ADDRESS_MAX } from './limits.ts';
import { PortalError } from './portal-fault.ts';

/**
 * Server-sent events: one `data: <size>` for each new checkpoint of this member's log. A hint is worth a look and no
 * more, so a listener that is too slow to take them is let go and comes back.
 * @param askerOf whose listeners are counted together: an address's, unless there is something better to go by
 */
export function hintRoutes(
  subscribe: (listener: (size: number) => void) => () => void,
  askerOf: (request: FastifyRequest) => string = ({ ip }) => clientKey(ip),
): FastifyPluginAsync {
  return async (app) => {
    /** Each with the address, or the member, that listens. */
    const listeners = new Map<FastifyReply['raw'], string>();
    const tell = (text: string): void => {
      for (const stream of listeners.keys()) send(stream, text);
    };
    const unsubscribe = subscribe((size) => tell(`data: ${size}\n\n`));
    const heartbeat = setInterval(() => tell(':\n\n'), HEARTBEAT_MS).unref();
    app.addHook('preClose', async () => {
      clearInterval(heartbeat);
      unsubscribe();
      for (const stream of listeners.keys()) stream.end();
    });

    app.get('/hints', {
      // Without a body there is nothing to listen to, and the answer would never end.
      exposeHeadRoute: false,
      schema: { tags: ['public'], security: [], summary: 'Hints of new checkpoints, as server-sent events' },
      handler: (request, reply) => {
        if (listeners.size >= LISTENERS_MAX) {
          throw new PortalError({ code: 'TOO_MANY_LISTENERS', listenersMax: LISTENERS_MAX });
        }
        const asking = askerOf(request);
        const ofAsker = [...listeners.values()].filter((client) => client === asking).length;
        if (ofAsker >= LISTENERS_PER_ADDRESS_MAX) {
          throw new PortalError({ code: 'TOO_MANY_LISTENERS_HERE', listenersMax: LISTENERS_PER_ADDRESS_MAX });
        }
        reply.hijack();
        const stream = reply.raw;
        stream.on('close', () => listeners.delete(stream));
        stream.on('error', () => stream.destroy());
        stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        listeners.set(stream, asking);
        request.raw.socket.setTimeout(0);
        send(stream, ': hints follow\n\n');
      },
    });
  };
}

function send(stream: FastifyReply['raw'], text: string): void {
  if (stream.writableLength > LISTENER_BACKLOG_MAX) stream.destroy();
  else stream.write(text);
}
