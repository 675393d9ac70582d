import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { SANCTIONS } from '../../desks/senders/states.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { Certificate, CertificateAnswer, CertificatePage, NumberAnswer, NumberPage } from './answers.ts';
import {
  CertificateParams,
  CertificateQuery,
  NumberBody,
  NumberDecisionBody,
  NumberParams,
  NumberQuery,
  SanctionBody,
} from './schemas.ts';

const TAG = 'certificates';
const NUMBERS_TAG = 'sender numbers';

/** Certificates: what becomes of them. */
export function certificateRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/certificates', {
      config: { action: 'certificates.read' },
      schema: {
        ...describe(TAG, 'List certificates, newest first', 200, CertificatePage),
        querystring: CertificateQuery,
      },
      handler: (request) => senders.certificates(request.query, deskRequest(request)),
    });

    app.get('/certificates/:code', {
      config: { action: 'certificates.read' },
      schema: { ...describe(TAG, 'Show a certificate', 200, Certificate), params: CertificateParams },
      handler: (request) => senders.showCertificate(request.params.code, deskRequest(request)),
    });

    for (const kind of SANCTIONS) {
      app.post(`/certificates/:code/${kind}`, {
        config: { action: 'certificates.change' },
        schema: {
          ...describeChange(TAG, `State that a certificate: ${kind}`, 200, CertificateAnswer),
          params: CertificateParams,
          body: SanctionBody,
        },
        handler: (request) => senders.sanction(request.params.code, kind, request.body, deskRequest(request)),
      });
    }
  };
}

/** Sender numbers under a certificate. */
export function numberRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/certificates/:code/numbers', {
      config: { action: 'numbers.register' },
      schema: {
        ...describeChange(NUMBERS_TAG, 'Register a number that a customer sends under', 201, NumberAnswer),
        params: CertificateParams,
        body: NumberBody,
      },
      handler: async (request, reply) =>
        reply.code(201).send(await senders.registerNumber(request.params.code, request.body, deskRequest(request))),
    });

    app.get('/certificates/:code/numbers', {
      config: { action: 'numbers.read' },
      schema: {
        ...describe(NUMBERS_TAG, 'A certificate’s numbers, in the order in which they came', 200, NumberPage),
        params: CertificateParams,
        querystring: NumberQuery,
      },
      handler: (request) => senders.numbers(request.params.code, request.query, deskRequest(request)),
    });

    app.post('/certificates/:code/numbers/:id/decision', {
      config: { action: 'numbers.decide' },
      schema: {
        ...describeChange(NUMBERS_TAG, 'Let a held number in, or refuse it', 200, NumberAnswer),
        params: NumberParams,
        body: NumberDecisionBody,
      },
      handler: (request) => {
        const { code, id } = request.params;
        return senders.decideNumber(code, { id, approve: request.body.approve }, deskRequest(request));
      },
    });

    app.delete('/certificates/:code/numbers/:id', {
      config: { action: 'numbers.register' },
      schema: { ...describeChange(NUMBERS_TAG, 'Withdraw a number', 200, NumberAnswer), params: NumberParams },
      handler: (request) => senders.withdrawNumber(request.params.code, request.params.id, deskRequest(request)),
    });
  };
}
