import { tmpdir } from 'node:os';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import type { CellDesk } from '../src/desks/cells/desk.ts';
import type { Decisions } from '../src/desks/decisions/decision.ts';
import type { LineDesk } from '../src/desks/lines/line-desk.ts';
import type { PaymentDesk } from '../src/desks/lines/payment-desk.ts';
import type { SenderDesk } from '../src/desks/senders/desk.ts';
import type { IncidentDesk } from '../src/desks/incidents/desk.ts';
import type { RequestDesk } from '../src/desks/incidents/request-desk.ts';
import type { SelfChecks } from '../src/desks/incidents/self-check.ts';
import type { PledgesDesk } from '../src/desks/pledges/desk.ts';
import type { ProofDesk } from '../src/desks/proofs/desk.ts';
import type { QuarantineDesk } from '../src/desks/quarantine/desk.ts';
import type { Exchange } from '../src/exchange/exchange.ts';
import type { Runner } from '../src/exchange/running.ts';
import { type AskedWatch, cellRoutes } from '../src/portals/cells/cell-routes.ts';
import { exposedRoutes } from '../src/portals/cells/exposed-routes.ts';
import { recordRoutes } from '../src/portals/cells/record-routes.ts';
import { exchangeRoutes } from '../src/portals/exchange/exchange-routes.ts';
import { governanceRoutes } from '../src/portals/governance/governance-routes.ts';
import { feedRoutes } from '../src/portals/pages/feed-routes.ts';
import { pledgeRoutes } from '../src/portals/pledges/pledge-routes.ts';
import { proofRoutes } from '../src/portals/proofs/proof-routes.ts';
import { quarantineRoutes } from '../src/portals/quarantine/quarantine-routes.ts';
import { incidentRoutes } from '../src/portals/incidents/incident-routes.ts';
import { requestRoutes } from '../src/portals/incidents/request-routes.ts';
import { selfCheckRoutes } from '../src/portals/incidents/self-check-routes.ts';
import { lineRoutes as lineDeskRoutes } from '../src/portals/lines/line-routes.ts';
import { firmRegistration } from '../src/portals/senders/firm-routes.ts';
import { type CertificateSource, publicCertificates } from '../src/portals/senders/public-certificates.ts';
import { senderRoutes } from '../src/portals/senders/sender-routes.ts';
import { spamRoutes } from '../src/portals/spam/spam-routes.ts';
import { type WitnessDesk, witnessRoutes } from '../src/portals/witness/witness-routes.ts';
import type { SpamLine } from '../src/watchers/spam/spam-line.ts';

/**
 * The routes of every system of a node with nothing behind them: enough to describe them, and to ask who may use them.
 * A system's routes go here once, whether they ask for a token or not.
 */
export function unwiredRoutes(): { routes: FastifyPluginAsyncTypebox[]; publicRoutes: FastifyPluginAsyncTypebox[] } {
  const senders = {} as SenderDesk;
  const source = {} as CertificateSource;
  const incidents = { desk: {} as IncidentDesk, requests: {} as RequestDesk, checks: {} as SelfChecks };
  const cells = { desk: {} as CellDesk, decisions: {} as Decisions };
  const unasked = (): never => {
    throw new Error('nothing is behind these routes');
  };
  return {
    routes: [
      cellRoutes({ ...cells, watch: {} as AskedWatch }),
      exposedRoutes(cells),
      recordRoutes({ ...cells, clock: systemClock, countryCode: '', deliver: unasked, search: unasked }),
      exchangeRoutes({ exchange: {} as Exchange, runner: {} as Runner }),
      pledgeRoutes({ desk: {} as PledgesDesk }),
      proofRoutes({ desk: {} as ProofDesk }),
      quarantineRoutes({ desk: {} as QuarantineDesk }),

      feedRoutes({ decisions: cells.decisions, clock: systemClock, log: silentLog, look: unasked, latest: unasked }),
      lineDeskRoutes({ lines: {} as LineDesk, payments: {} as PaymentDesk }),
      ...senderRoutes({ senders }),
      spamRoutes({ spam: {} as SpamLine }),
      incidentRoutes(incidents),
      requestRoutes(incidents),
    ],
    publicRoutes: [
      selfCheckRoutes(incidents),
      governanceRoutes({ logFolder: tmpdir(), genesisFile: '' }, { take: unasked }),
      witnessRoutes({ witness: {} as WitnessDesk }),
      firmRegistration({ senders }),
      publicCertificates({ self: '' }, { source, clock: systemClock }),
    ],
  };
}
