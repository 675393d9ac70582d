import type { FastifyInstance } from 'fastify';
import type { Log } from '../base/log.ts';

/** Answers that say: you may not. */
const REFUSING = [401, 403] as const;
type RefusingStatus = (typeof REFUSING)[number];

/** How often somebody was refused for want of a token or of a right, since the node started, by HTTP status. */
export class RefusedRequests {
  readonly counts: Record<RefusingStatus, number> = { 401: 0, 403: 0 };

  /** Counts the refusals of this API and logs each: the route, never the path, the address or the token. */
  watch(app: FastifyInstance, { log }: { log: Log }): void {
    app.addHook('onResponse', async (request, reply) => {
      const status = REFUSING.find((refusing) => refusing === reply.statusCode);
      if (status === undefined) return;
      this.counts[status] += 1;
      const { method, routeOptions } = request;
      log.info({ method, route: routeOptions.url ?? '-', status }, 'refused');
    });
  }
}
