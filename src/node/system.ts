import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Registry } from 'prom-client';
import type { LineKeeper } from '../desks/lines/line-keeper.ts';
import type { Decisions } from '../desks/decisions/decision.ts';
import type { Sessions } from '../portals/sessions/sessions.ts';
import type { Store } from '../store/store.ts';
import type { NodeLogs } from './logs.ts';
import type { Surroundings } from './surroundings.ts';

/** What every system of a node stands on: its surroundings, the logs and standing, and how desks decide. */
export interface NodeParts {
  readonly surroundings: Surroundings;
  readonly logs: NodeLogs;
  readonly store: Store;
  readonly decisions: Decisions;
  /** How the lines of an operator stand; none for other members. */
  readonly lines: LineKeeper | undefined;
}

/** What a system adds to the node's API and to what the node says of itself. It stops by `surroundings.stops`. */
export interface NodeSystem {
  /** Under `/v1`, for holders of a token: every route names its action. */
  readonly routes?: readonly FastifyPluginAsyncTypebox[];
  /** For anybody, under `/`. */
  readonly publicRoutes?: readonly FastifyPluginAsyncTypebox[];
  /** Who is signed in at the pages. */
  readonly sessions?: Sessions;
  /** Adds its metrics to the node's. */
  readonly registerMetrics?: (registry: Registry) => void;
  /** Where its own listeners can be reached, by name. */
  readonly addresses?: Readonly<Record<string, string>>;
}
