import { LineDesk } from '../desks/lines/line-desk.ts';
import { LineKeeper } from '../desks/lines/line-keeper.ts';
import { PaymentDesk } from '../desks/lines/payment-desk.ts';
import { lineRoutes } from '../portals/lines/line-routes.ts';
import type { ExposedLists } from '../standing/lines.ts';
import type { Store } from '../store/store.ts';
import type { Surroundings } from './surroundings.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** How lines stand, where this member is an operator. Loaded before any gate opens: a protected line is protected at once. */
export async function openLines({ self, stops }: Surroundings, store: Store): Promise<LineKeeper | undefined> {
  if (!self.roles.includes('operator')) return undefined;
  return stops.add(await LineKeeper.open(store), (keeper) => keeper.close());
}

/** Whom the journal names where another desk has decided. */
const NODE = { actor: 'node', role: 'node' } as const;

export interface LineDeskSystem extends NodeSystem {
  /** Gives back a charged payment that another desk judged fraudulent; the same again does nothing. @throws LineError */
  readonly refund?: (paymentId: string) => Promise<void>;
}

/** Starts the line desk of an operator. @param exposedLists where there are any */
export async function startLineDesk(
  { surroundings, decisions, lines: keeper }: NodeParts,
  { exposedLists }: { exposedLists?: ExposedLists | undefined },
): Promise<LineDeskSystem> {
  if (keeper === undefined) return {};
  const { config, clock, log, stops, pairingKey } = surroundings;
  if (exposedLists !== undefined) stops.add(keeper.follow(exposedLists, { log }), (stop) => stop());
  const lines = new LineDesk({ tagKey: pairingKey, countryCode: config.countryCode }, { decisions, keeper, clock });
  const payments = new PaymentDesk({ decisions });
  return {
    routes: [lineRoutes({ lines, payments })],
    refund: async (paymentId) => {
      await payments.refundFraudulent(paymentId, NODE);
    },
  };
}
