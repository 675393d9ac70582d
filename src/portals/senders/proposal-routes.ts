import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { ApprovalAnswer, DismissalAnswer, ProposalAnswer, ProposalPage } from './answers.ts';
import { DismissalBody, ProposalBody, ProposalParams, ProposalQuery } from './schemas.ts';

const TAG = 'proposals';

/** Sanctions that watchers and people propose, and supervisors decide. */
export function proposalRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/proposals', {
      config: { action: 'proposals.make' },
      schema: { ...describeChange(TAG, 'Propose a sanction', 201, ProposalAnswer), body: ProposalBody },
      handler: async (request, reply) =>
        reply.code(201).send(await senders.propose(request.body, deskRequest(request))),
    });

    app.get('/proposals', {
      config: { action: 'proposals.read' },
      schema: { ...describe(TAG, 'List proposals, newest first', 200, ProposalPage), querystring: ProposalQuery },
      handler: (request) => senders.proposals(request.query, deskRequest(request)),
    });

    app.post('/proposals/:number/approve', {
      config: { action: 'proposals.decide' },
      schema: { ...describeChange(TAG, 'State what is proposed', 200, ApprovalAnswer), params: ProposalParams },
      handler: (request) => senders.approveProposal(request.params.number, deskRequest(request)),
    });

    app.post('/proposals/:number/dismiss', {
      config: { action: 'proposals.decide' },
      schema: {
        ...describeChange(TAG, 'Dismiss a proposal, and say why', 200, DismissalAnswer),
        params: ProposalParams,
        body: DismissalBody,
      },
      handler: (request) => senders.dismissProposal(request.params.number, request.body, deskRequest(request)),
    });
  };
}
