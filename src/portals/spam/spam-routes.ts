import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SpamLine } from '../../watchers/spam/spam-line.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { PortalError } from '../portal-fault.ts';
import { CampaignDetail, CampaignPage, ReportFileAnswer, ReportsAnswer, SightingsAnswer } from './answers.ts';
import {
  CampaignDetailQuery,
  CampaignParams,
  CampaignQuery,
  ReportFile,
  ReportFileQuery,
  ReportsBody,
  SightingsBody,
} from './schemas.ts';

const TAG = 'spam';

/** Reports of spam, counts of passing texts, and the campaigns found in both. */
export function spamRoutes({ spam }: { spam: SpamLine }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/spam-reports', {
      config: { action: 'spam.report' },
      schema: { ...describeChange(TAG, 'Report one text or several', 201, ReportsAnswer), body: ReportsBody },
      handler: async (request, reply) =>
        reply.code(201).send(await spam.report(request.body.reports, deskRequest(request))),
    });

    app.post('/spam-reports/import', {
      config: { action: 'spam.report' },
      schema: {
        ...describeChange(TAG, 'Report the rows of a CSV file', 200, ReportFileAnswer),
        querystring: ReportFileQuery,
        body: { content: { 'text/csv': { schema: ReportFile } } },
      },
      handler: (request) => {
        if (!Buffer.isBuffer(request.body)) throw new PortalError({ code: 'MEDIA_TYPE_UNKNOWN', expected: 'text/csv' });
        const { partial = false } = request.query;
        return spam.import(request.body, { partial }, deskRequest(request));
      },
    });

    app.post('/spam-sightings', {
      config: { action: 'spam.sight' },
      schema: {
        ...describeChange(TAG, 'Add counts of texts that passed a gate', 200, SightingsAnswer),
        body: SightingsBody,
      },
      handler: (request) => {
        const sightings = request.body.sightings.map(({ hour, ...seen }) => ({ ...seen, hourMs: Date.parse(hour) }));
        return spam.sight(sightings, deskRequest(request));
      },
    });

    app.get('/campaigns', {
      config: { action: 'campaigns.read' },
      schema: { ...describe(TAG, 'List campaigns, newest first', 200, CampaignPage), querystring: CampaignQuery },
      handler: (request) => spam.reading.list(request.query),
    });

    app.get('/campaigns/:campaign', {
      config: { action: 'campaigns.read' },
      schema: {
        ...describe(TAG, 'A campaign with its firms, reports and sightings', 200, CampaignDetail),
        params: CampaignParams,
        querystring: CampaignDetailQuery,
      },
      handler: (request) => {
        const { after = 0, texts = false } = request.query;
        return spam.reading.find(request.params.campaign, { after, texts }, deskRequest(request));
      },
    });
  };
}
