import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { ProofDesk } from '../../desks/proofs/desk.ts';
import { deskRequest } from '../access.ts';
import { Entry } from '../answer-schemas.ts';
import { describe, describeChange } from '../describe.ts';

const TAG = 'proofs';
const Index = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const params = Type.Object({ index: Index });
const FileBody = Type.Object(
  {
    sha256: Type.String({ maxLength: 64, description: 'of the file, in hexadecimal' }),
    size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'octets' }),
    reference: Type.Optional(Type.String({ maxLength: 64, description: 'nothing personal: it stands in every proof' })),
  },
  { additionalProperties: false },
);
const SealedFile = Type.Object({ sha256: Type.String(), size: Type.Integer(), entry: Entry });
const Receipt = Type.Object({
  member: Type.String(),
  index: Type.Integer(),
  receipt: Type.String({ description: 'the file for the person: `bongsu ledger check-receipt` checks it' }),
});
const Proof = Type.Object({
  index: Type.Integer(),
  proof: Type.String({ description: 'the file: `bongsu evidence check` checks it' }),
});
const Anchor = Type.Object({
  index: Type.Integer({ description: 'in the shared log' }),
  ownSize: Type.Integer({ description: 'entries of the own log that it covers' }),
});

/** What people outside can be shown: receipts of statements, and proofs that a file’s digest was known. */
export function proofRoutes({ desk }: { desk: ProofDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/receipts/:index', {
      config: { action: 'receipts.give' },
      schema: { ...describe(TAG, 'Make the receipt of a statement in this member’s shared log', 200, Receipt), params },
      handler: (request) => desk.receipt(request.params.index, deskRequest(request)),
    });

    app.post('/evidence', {
      config: { action: 'files.seal' },
      schema: {
        ...describeChange(TAG, 'Seal a file’s digest in this member’s own log', 201, SealedFile),
        body: FileBody,
      },
      handler: async (request, reply) => reply.code(201).send(await desk.seal(request.body, deskRequest(request))),
    });

    app.get('/evidence/:index/proof', {
      config: { action: 'files.prove' },
      schema: { ...describe(TAG, 'Prove that an entry stood in this member’s own log', 200, Proof), params },
      handler: (request) => desk.prove(request.params.index, deskRequest(request)),
    });

    app.post('/anchors', {
      config: { action: 'anchors.state' },
      schema: describe(TAG, 'State now where this member’s own log stands', 201, Anchor),
      handler: async (request, reply) => reply.code(201).send(await desk.anchor(deskRequest(request))),
    });
  };
}
