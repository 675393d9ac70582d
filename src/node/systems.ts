import { startExchange } from './exchange.ts';
import { startCells } from './cell-watch.ts';
import { startIncidentDesk } from './incident-desk.ts';
import { startLineDesk } from './line-desk.ts';
import { startMessageGate } from './message-gate.ts';
import { startPages } from './pages.ts';
import { startPaymentGate } from './payment-gate.ts';
import { memberVerifier } from './opener.ts';
import { startPledges } from './pledges.ts';
import { startProofDesk } from './proof-desk.ts';
import { startQuarantineDesk } from './quarantine.ts';
import { startSenderDesk } from './sender-desk.ts';
import { proposeTo, startSpamWatch } from './spam-watch.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** The systems beside devices, in the order of their start: a system may rest on those above it. */
export async function startSystems(parts: NodeParts): Promise<NodeSystem[]> {
  const messageGate = await startMessageGate(parts);
  const senderDesk = await startSenderDesk(parts);
  const spam = await startSpamWatch(parts, {
    passed: messageGate.gate,
    propose: proposeTo(senderDesk.senders),
  });
  const cells = await startCells(parts);
  const lineDesk = await startLineDesk(parts, cells);
  const payments = await startPaymentGate(parts, {
    sights: cells.recentAttaches,
    isInInventory: cells.isInInventory,
  });
  const messagesUrl = messageGate.addresses?.['messages'];
  const incidentDesk = await startIncidentDesk(parts, { messagesUrl, refund: lineDesk.refund });
  const exchange = await startExchange(parts);
  const pledges = await startPledges(parts, { hasIncidents: incidentDesk.incidents !== undefined });
  const { anchors, epochs } = parts.logs;
  const sharedKey = memberVerifier(parts.surroundings.governance, parts.surroundings.self.name);
  return [
    startProofDesk(parts, { anchors, keyOf: epochs.keys.keyOf, sharedKey }),
    startQuarantineDesk(parts),
    exchange,
    pledges,
    cells,
    messageGate,
    senderDesk,
    incidentDesk,
    spam,
    lineDesk,
    payments,
    await startPages(parts),
  ];
}
