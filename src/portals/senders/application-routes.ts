import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { readWord } from '../../desks/decisions/form-fields.ts';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { FIRM_STEPS } from '../../desks/senders/states.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { Application, ApplicationAnswer, ApplicationPage, DecidedAnswer, FindingAnswer } from './answers.ts';
import {
  ApplicationBody,
  ApplicationParams,
  ApplicationQuery,
  DecisionBody,
  FindingBody,
  FirmStepBody,
  ReviewBody,
} from './schemas.ts';

const TAG = 'applications';

/** Applications for a certificate: the firm's part, the reviewer's and the committee's. */
export function applicationRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/applications', {
      config: { action: 'applications.make' },
      schema: {
        ...describeChange(TAG, 'Apply for a certificate, its change or its renewal', 201, ApplicationAnswer),
        body: ApplicationBody,
      },
      handler: async (request, reply) => {
        const answer = await senders.apply(request.body, deskRequest(request));
        return reply.code(201).header('location', `/v1/applications/${answer.application}`).send(answer);
      },
    });

    app.get('/applications', {
      config: { action: 'applications.read' },
      schema: {
        ...describe(TAG, 'List applications, newest first; a firm is shown its own', 200, ApplicationPage),
        querystring: ApplicationQuery,
      },
      handler: (request) => senders.applications(request.query, deskRequest(request)),
    });

    app.get('/applications/:number', {
      config: { action: 'applications.read' },
      schema: { ...describe(TAG, 'Show an application', 200, Application), params: ApplicationParams },
      handler: (request) => senders.showApplication(request.params.number, deskRequest(request)),
    });

    app.post('/applications/:number/step', {
      config: { action: 'applications.make' },
      schema: {
        ...describeChange(TAG, 'Hand a returned application in again, or take it back', 200, ApplicationAnswer),
        params: ApplicationParams,
        body: FirmStepBody,
      },
      handler: (request) => {
        const step = readWord(FIRM_STEPS, request.body.step, 'step');
        return senders.stepAsFirm(request.params.number, step, deskRequest(request));
      },
    });

    app.post('/applications/:number/review', {
      config: { action: 'applications.review' },
      schema: {
        ...describeChange(TAG, 'Accept an application for review, pass it on, or return it', 200, ApplicationAnswer),
        params: ApplicationParams,
        body: ReviewBody,
      },
      handler: (request) => senders.review(request.params.number, request.body, deskRequest(request)),
    });

    app.post('/applications/:number/findings', {
      config: { action: 'applications.review' },
      schema: {
        ...describeChange(TAG, 'Say of one item of the checklist whether it is met', 200, FindingAnswer),
        params: ApplicationParams,
        body: FindingBody,
      },
      handler: (request) => senders.find(request.params.number, request.body, deskRequest(request)),
    });

    app.post('/applications/:number/decision', {
      config: { action: 'applications.decide' },
      schema: {
        ...describeChange(TAG, 'The committee’s word: certify or refuse', 200, DecidedAnswer),
        params: ApplicationParams,
        body: DecisionBody,
      },
      handler: (request) => senders.decide(request.params.number, request.body, deskRequest(request)),
    });
  };
}
