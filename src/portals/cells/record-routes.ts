import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../base/clock.ts';
import { readCell } from '../../desks/cells/distrusting.ts';
import type { Decisions } from '../../desks/decisions/decision.ts';
import { readLine, readSince, readUntil } from '../../desks/decisions/form-fields.ts';
import { readImsi } from '../../desks/lines/line-fields.ts';
import type { AttachEvent } from '../../records/attach.ts';
import { readKind } from '../../records/archive/kinds.ts';
import type { RecordPage, RecordSearch } from '../../records/archive/searching.ts';
import { cellText } from '../../identifiers/cell.ts';
import { deskRequest } from '../access.ts';
import { describe } from '../describe.ts';
import { AttachesAnswer, RecordsAnswer } from './answers.ts';
import { readEvents } from './attach-body.ts';
import { ATTACHES_SIZE_MAX, AttachesBody, SearchBody } from './schemas.ts';

const TAG = 'records';

export interface RecordRouteDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  /** What a number that begins with 0 has in its stead. */
  readonly countryCode: string;
  /** Keeps events, durable when it resolves. */
  readonly deliver: (events: readonly AttachEvent[]) => Promise<void>;
  readonly search: (search: RecordSearch) => Promise<RecordPage>;
}

/** Records in from the network, and searched by people. */
export function recordRoutes(dependencies: RecordRouteDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/attaches', {
      config: { action: 'attaches.deliver' },
      bodyLimit: ATTACHES_SIZE_MAX,
      schema: {
        ...describe(
          TAG,
          'Deliver attach events: all of them are kept, or none. An event again is one event.',
          200,
          AttachesAnswer,
        ),
        body: AttachesBody,
      },
      handler: async ({ body }) => {
        const events = readEvents(body.events, dependencies.clock.nowMs());
        await dependencies.deliver(events);
        return { kept: events.length };
      },
    });

    app.post('/records/search', {
      config: { action: 'records.search' },
      schema: {
        ...describe(
          TAG,
          'Search records by time, cell and subscriber; the journal notes who looked',
          200,
          RecordsAnswer,
        ),
        body: SearchBody,
      },
      handler: async (request) => {
        const { since, until, cell, msisdn, imsi, case: reason, limit = 500 } = request.body;
        const kind = readKind(request.body.kind);
        const search: RecordSearch = {
          kind,
          limit,
          ...(since !== undefined && { sinceMs: readSince(since, 'since') }),
          ...(until !== undefined && { untilMs: readUntil(until, 'until') }),
          ...(cell !== undefined && { cell: cellText(readCell(cell, 'cell')) }),
          ...(msisdn !== undefined && { msisdn: readLine(msisdn, 'msisdn', dependencies.countryCode) }),
          ...(imsi !== undefined && { imsi: readImsi(imsi, 'imsi') }),
        };
        const by = ['since', 'until', 'cell', 'msisdn', 'imsi'].filter((name) => Object.hasOwn(request.body, name));
        for (const subject of subjectsOf(search)) {
          await dependencies.decisions.noteLookUp(deskRequest(request), {
            action: 'records.searched',
            ground: { on: 'search', case: reason },
            subject,
            about: { kind, by, ...(cell !== undefined && { cell }) },
          });
        }
        const { rows, more, damaged } = await dependencies.search(search);
        return { rows: [...rows], more, damaged: [...damaged] };
      },
    });
  };
}

/** Everybody whom a search names is looked up, each for themselves; undefined where it names nobody. */
function subjectsOf({ msisdn, imsi }: RecordSearch): (string | undefined)[] {
  const named = [msisdn, imsi === undefined ? undefined : `imsi-${imsi}`].filter((subject) => subject !== undefined);
  return named.length === 0 ? [undefined] : named;
}
