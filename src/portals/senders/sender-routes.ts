import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { applicationRoutes } from './application-routes.ts';
import { certificateRoutes, numberRoutes } from './certificate-routes.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { firmRoutes } from './firm-routes.ts';
import { proposalRoutes } from './proposal-routes.ts';

/** All routes of the certification desk that ask for a token. */
export function senderRoutes(dependencies: { senders: SenderDesk }): FastifyPluginAsyncTypebox[] {
  return [firmRoutes, applicationRoutes, evidenceRoutes, certificateRoutes, numberRoutes, proposalRoutes].map(
    (routes) => routes(dependencies),
  );
}
