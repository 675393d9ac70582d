import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { DeviceDesk } from '../desks/devices/desk.ts';
import { deskRequest } from './access.ts';
import { CaseAnswer, CaseDetail, CasePage, ImportAnswer, JournalPage } from './answer-schemas.ts';
import { describe, describeChange } from './describe.ts';
import { PortalError } from './portal-fault.ts';
import {
  CaseParams,
  CorrectionBody,
  CsvFile,
  HistoryQuery,
  ImportQuery,
  ListQuery,
  ReleaseBody,
  ReportBody,
  SearchBody,
} from './schemas.ts';

const TAG = 'device cases';

/** Reports of devices and what becomes of them. */
export function caseRoutes({ desk }: { desk: DeviceDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/device-cases', {
      config: { action: 'cases.report' },
      schema: { ...describeChange(TAG, 'Report one device or several', 201, CaseAnswer), body: ReportBody },
      handler: async (request, reply) => {
        const answer = await desk.report(request.body, deskRequest(request));
        return reply.code(201).header('location', `/v1/device-cases/${answer.case}`).send(answer);
      },
    });

    app.post('/device-cases/import', {
      config: { action: 'cases.import' },
      schema: {
        ...describeChange(TAG, 'Report the rows of a CSV file, a case each', 200, ImportAnswer),
        querystring: ImportQuery,
        body: { content: { 'text/csv': { schema: CsvFile } } },
      },
      handler: (request) => {
        if (!Buffer.isBuffer(request.body)) throw new PortalError({ code: 'MEDIA_TYPE_UNKNOWN', expected: 'text/csv' });
        const { partial = false, acceptCheckDigit = false, acceptShared = false } = request.query;
        return desk.import(request.body, { partial, acceptCheckDigit, acceptShared }, deskRequest(request));
      },
    });

    app.get('/device-cases', {
      config: { action: 'cases.read' },
      schema: { ...describe(TAG, 'List cases, newest first', 200, CasePage), querystring: ListQuery },
      handler: (request) => desk.cases(request.query),
    });

    app.post('/device-cases/search', {
      config: { action: 'cases.read' },
      schema: {
        ...describe(TAG, 'Find cases by IMEI, number, police reference or contact', 200, CasePage),
        body: SearchBody,
      },
      handler: (request) => desk.search(request.body, deskRequest(request)),
    });

    app.get('/device-cases/:number', {
      config: { action: 'cases.read' },
      schema: { ...describe(TAG, 'Show a case, private fields included', 200, CaseDetail), params: CaseParams },
      handler: (request) => desk.show(request.params.number, deskRequest(request)),
    });

    app.patch('/device-cases/:number', {
      config: { action: 'cases.correct' },
      schema: { ...describeChange(TAG, 'Correct a case', 200, CaseAnswer), params: CaseParams, body: CorrectionBody },
      handler: (request) => desk.correct(request.params.number, request.body, deskRequest(request)),
    });

    app.post('/device-cases/:number/release', {
      config: { action: 'cases.release' },
      schema: {
        ...describeChange(TAG, 'Release a case, or some of its devices', 200, CaseAnswer),
        params: CaseParams,
        body: ReleaseBody,
      },
      handler: (request) => desk.release(request.params.number, request.body, deskRequest(request)),
    });

    app.get('/device-cases/:number/history', {
      config: { action: 'cases.history' },
      schema: {
        ...describe(TAG, 'Who decided what about a case', 200, JournalPage),
        params: CaseParams,
        querystring: HistoryQuery,
      },
      handler: (request) => desk.history(request.params.number, request.query),
    });
  };
}
