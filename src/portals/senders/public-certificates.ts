import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Fault } from '../../base/fault.ts';
import type { Clock } from '../../base/clock.ts';
import { SenderDeskError } from '../../desks/senders/sender-fault.ts';
import { parseCertificateCode, parseOriginatorCode, type SenderFault } from '../../identifiers/sender.ts';
import type { SenderStanding } from '../../standing/senders.ts';
import type { EntryName } from '../../statements/statement.ts';
import { describe, PROBLEM } from '../describe.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { PublicCertificate, PublicCertificates } from './answers.ts';
import { CertificateParams, OriginatorQuery, ReceiptQuery } from './schemas.ts';

const TAG = 'public';
const RECEIPT_TEXT = {
  description: 'A file that `bongsu ledger check-receipt` checks offline',
  content: { 'text/plain': { schema: Type.String() } },
};

/** What of standing anybody may ask. */
export interface CertificateSource {
  find(certificate: string): SenderStanding | undefined;
  all(): Iterable<SenderStanding>;
  /** How far this node has folded a member's log, and where that member serves it. */
  logOf(member: string): { readonly size: number; readonly url: string };
  /** The receipt of an entry that a certificate rests on. @throws what `makeReceipt` throws */
  receipt(entry: EntryName): Promise<string>;
}

export interface PublicCertificateView {
  readonly certificate: string;
  readonly firm: string;
  readonly originator: string;
  readonly issuer: string;
  readonly priority: string;
  readonly state: SenderStanding['state'] | 'expired';
  readonly maySend: boolean;
  readonly permille: number;
  readonly reason?: string;
  readonly since: string;
  readonly validUntil?: string;
  readonly entries: readonly {
    readonly member: string;
    readonly index: number;
    readonly checkpointSize: number;
    readonly log: string;
    readonly mirror: string;
    readonly receipt: string;
  }[];
}

/** Whether a firm is certified: for anybody, on every node, from standing and with the entries that prove it. */
export function publicCertificates(
  { self }: { self: string },
  { source, clock }: { source: CertificateSource; clock: Clock },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };
    app.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-cache'));

    app.get('/certificates/:code', {
      config,
      schema: {
        ...describe(TAG, 'How a firm’s certificate stands, and by which entries', 200, PublicCertificate),
        security: [],
        params: CertificateParams,
      },
      handler: (request) => {
        return publicView(standingOf(request.params.code, source), { self, source, nowMs: clock.nowMs() });
      },
    });

    app.get('/certificates/:code/receipt', {
      config,
      schema: {
        tags: [TAG],
        summary: 'The proof of how a certificate stands: the receipt of the entry that says so',
        security: [],
        params: CertificateParams,
        querystring: ReceiptQuery,
        response: { 200: RECEIPT_TEXT, default: PROBLEM },
      },
      handler: async (request, reply) => {
        const { certificate, entries } = standingOf(request.params.code, source);
        const { index = entries.at(-1)!.index } = request.query;
        // Nothing else is opened for strangers than what this answer rests on.
        const entry = entries.find((one) => one.index === index);
        if (entry === undefined) throw new SenderDeskError({ code: 'CERTIFICATE_NOT_BY_ENTRY', index });
        const receipt = await source.receipt(entry);
        return reply
          .type('text/plain; charset=utf-8')
          .header('content-disposition', `attachment; filename="${certificate}-${index}.receipt"`)
          .send(receipt);
      },
    });

    app.get('/certificates', {
      config,
      schema: {
        ...describe(TAG, 'Which certificates bear an originator code', 200, PublicCertificates),
        security: [],
        querystring: OriginatorQuery,
      },
      handler: (request) => {
        const wanted = orRefuse(parseOriginatorCode(request.query.originator), 'originator');
        const found = [...source.all()].filter(({ originator }) => originator === wanted);
        found.sort((one, other) => (one.certificate < other.certificate ? -1 : 1));
        return { certificates: found.map((one) => publicView(one, { self, source, nowMs: clock.nowMs() })) };
      },
    });
  };
}

function standingOf(code: string, source: CertificateSource): SenderStanding {
  const standing = source.find(orRefuse(parseCertificateCode(code.toUpperCase()), 'code'));
  if (standing === undefined) throw new SenderDeskError({ code: 'CERTIFICATE_UNKNOWN' });
  return standing;
}

function publicView(
  standing: SenderStanding,
  { self, source, nowMs }: { self: string; source: CertificateSource; nowMs: number },
): PublicCertificateView {
  const { certificate, firm, originator, issuer, priority, permille, reason, validUntilMs, sinceMs } = standing;
  const isExpired = standing.state !== 'cancelled' && validUntilMs !== undefined && validUntilMs <= nowMs;
  return {
    certificate,
    firm,
    originator,
    issuer,
    priority,
    state: isExpired ? 'expired' : standing.state,
    maySend: !isExpired && permille > 0,
    permille: isExpired ? 0 : permille,
    ...(reason !== undefined && { reason }),
    since: timeText(isExpired ? validUntilMs : sinceMs),
    ...(validUntilMs !== undefined && { validUntil: timeText(validUntilMs) }),
    entries: standing.entries.map(({ member, index }) => {
      const { size, url } = source.logOf(member);
      const mirror = member === self ? '/log/' : `/mirrors/${member}/`;
      const receipt = `/certificates/${certificate}/receipt?index=${index}`;
      return { member, index, checkpointSize: size, log: `${url}/log/`, mirror, receipt };
    }),
  };
}

function orRefuse(parsed: string | Fault<SenderFault>, field: string): string {
  if (parsed instanceof Fault) throw new SenderDeskError({ ...parsed.facts, field });
  return parsed;
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
