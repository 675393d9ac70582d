/** The least that Fastify can do with the same question: read it by the same schema, and answer the same. */
import type { AddressInfo } from 'node:net';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { RiskAnswer, RiskBody } from '../../src/gates/payments/schemas.ts';
import { answerCpu } from '../n5g/measured-process.ts';

const app = Fastify({ logger: false }).withTypeProvider<TypeBoxTypeProvider>();
app.setValidatorCompiler(TypeBoxValidatorCompiler);
app.post('/risk/v0/decisions', {
  schema: { body: RiskBody, response: { 200: RiskAnswer } },
  handler: async () => ({ decision: 'allow' as const, reasons: [], decidedAt: '2026-11-22T09:00:00.000Z' }),
});
await app.listen({ host: '127.0.0.1', port: 0 });
answerCpu((app.server.address() as AddressInfo).port);
