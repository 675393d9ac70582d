import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PAPER_SIZE_MAX } from '../../governance/signed-paper.ts';
import { describe } from '../describe.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { LOG_FILE, LOG_FILES, sendLogFile, sendNote } from '../log-files.ts';
import { PortalError } from '../portal-fault.ts';

const TAG = 'governance';
const NOTE = 'text/plain';
/** Proposals from one address in a minute: a consortium decides seldom, and each costs as many checks as it has lines. */
export const PROPOSALS_PER_MINUTE_MAX = 30;

const Taken = Type.Object({
  index: Type.Integer({ description: 'The entry of the governance log.' }),
  size: Type.Integer({ description: 'Entries of the governance log with it.' }),
  isNew: Type.Boolean({ description: 'Whether it was appended now; false where it stood there already.' }),
});

export interface GovernanceRoutesOptions {
  /** The governance log, or this node's copy of it. */
  readonly logFolder: string;
  /** The genesis checkpoint's file. */
  readonly genesisFile: string;
}

export interface GovernanceRoutesDependencies {
  /**
   * Appends a signed proposal.
   * @throws GovernanceError: GOVERNANCE_KEPT_ELSEWHERE where another member keeps the log; NoteError; SequencerError
   */
  readonly take: (
    note: Uint8Array,
  ) => Promise<{ readonly index: number; readonly size: number; readonly isNew: boolean }>;
}

/** The governance log for anybody, and at its keeper the way into it. No token: a proposal bears its own signatures. */
export function governanceRoutes(
  { logFolder, genesisFile }: GovernanceRoutesOptions,
  dependencies: GovernanceRoutesDependencies,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(fastifyStatic, { root: logFolder, ...LOG_FILES });
    app.addContentTypeParser<Buffer>(NOTE, { parseAs: 'buffer', bodyLimit: PAPER_SIZE_MAX }, (_request, body, done) =>
      done(null, body),
    );
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };
    const open = { tags: [TAG], security: [] };

    app.get('/governance/genesis', {
      config,
      schema: { ...open, summary: 'The genesis checkpoint, to be compared with one’s own', response: LOG_FILE },
      handler: (_request, reply) => sendNote(reply, genesisFile),
    });

    app.post('/governance/proposals', {
      bodyLimit: PAPER_SIZE_MAX,
      config: { rateLimit: { max: PROPOSALS_PER_MINUTE_MAX } },
      schema: {
        ...describe(TAG, 'Append a proposal that enough members have signed', 201, Taken),
        security: [],
        body: { content: { [NOTE]: { schema: Type.Any({ description: 'The proposal, a signed note' }) } } },
      },
      handler: async (request, reply) => {
        // What came as JSON or CSV was read by another parser.
        const isNote = request.headers['content-type']?.split(';', 1)[0]?.trim() === NOTE;
        if (!isNote || !Buffer.isBuffer(request.body))
          throw new PortalError({ code: 'MEDIA_TYPE_UNKNOWN', expected: NOTE });
        return reply.code(201).send(await dependencies.take(request.body));
      },
    });

    app.get<{ Params: { '*': string } }>('/governance/*', {
      config,
      schema: { ...open, summary: 'The governance log (C2SP tlog-tiles)', response: LOG_FILE },
      handler: (request, reply) => sendLogFile(reply, logFolder, request.params['*']),
    });
  };
}
