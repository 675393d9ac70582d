import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CellDesk } from '../../desks/cells/desk.ts';
import type { Decisions } from '../../desks/decisions/decision.ts';
import { malformed, readSince, readUntil } from '../../desks/decisions/form-fields.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { CellAnswer, DistrustList, FindingList, WatchAnswer } from './answers.ts';
import { CellParams, ClearBody, DistrustBody, DistrustsQuery, FindingsQuery, WatchBody } from './schemas.ts';

const TAG = 'cells';

/** What looks at cells when asked. */
export interface AskedWatch {
  run(options: { sinceMs: number; untilMs: number; disputed?: readonly string[] }): Promise<{
    readonly findings: readonly {
      readonly rule: string;
      readonly cell: string;
      readonly reason: string;
      readonly confidence: string;
      readonly evidence: Readonly<Record<string, string | number | boolean>>;
    }[];
    readonly withdrawn: number;
    readonly paymentsUnknown: number;
    readonly damaged: readonly string[];
  }>;
}

export interface CellRouteDependencies {
  readonly desk: CellDesk;
  readonly decisions: Decisions;
  /** Absent where this node watches no cells: there is then no such route. */
  readonly watch?: AskedWatch;
}

/** Cells that are not to be trusted, and what was found of cells. */
export function cellRoutes({ desk, decisions, watch }: CellRouteDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/cell-distrusts', {
      config: { action: 'cells.distrust' },
      schema: {
        ...describeChange(TAG, 'State that a cell is not to be trusted', 201, CellAnswer),
        body: DistrustBody,
      },
      handler: async (request, reply) => reply.code(201).send(await desk.distrust(request.body, deskRequest(request))),
    });

    app.get('/cell-distrusts', {
      config: { action: 'cells.read' },
      schema: {
        ...describe(TAG, 'This member’s statements against cells, newest first', 200, DistrustList),
        querystring: DistrustsQuery,
      },
      handler: async ({ query: { limit = 50, ...of } }) => ({ distrusts: await desk.distrusted({ ...of, limit }) }),
    });

    app.post('/cells/:cell/clear', {
      config: { action: 'cells.distrust' },
      schema: {
        ...describeChange(TAG, 'End what this member states against a cell', 200, CellAnswer),
        params: CellParams,
        body: ClearBody,
      },
      handler: (request) => desk.clear(request.params.cell, request.body, deskRequest(request)),
    });

    app.get('/cell-findings', {
      config: { action: 'cells.read' },
      schema: {
        ...describe(TAG, 'What the watcher of cells has found, newest first', 200, FindingList),
        querystring: FindingsQuery,
      },
      handler: async ({ query: { withdrawn = false, limit = 50 } }) => ({
        findings: await desk.findings({ withdrawn, limit }),
      }),
    });

    if (watch === undefined) return;
    app.post('/cell-watch-runs', {
      config: { action: 'cells.watch' },
      schema: {
        ...describe(TAG, 'Look for cells that do not belong here, now', 200, WatchAnswer),
        body: WatchBody,
      },
      handler: async (request) => {
        const { since, until, disputed = [] } = request.body;
        const [sinceMs, untilMs] = [readSince(since, 'since'), readUntil(until, 'until')];
        if (untilMs <= sinceMs) throw malformed('until', 'a time after `since`');
        const detail = { since, until, disputed: disputed.length };
        await decisions.noteLook(deskRequest(request), { action: 'cells.watched', detail });
        const { findings, ...run } = await watch.run({ sinceMs, untilMs, disputed });
        return { ...run, findings: [...findings], damaged: [...run.damaged] };
      },
    });
  };
}
