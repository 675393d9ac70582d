import { MessageGate } from '../gates/messages/gate.ts';
import { registerMessageMetrics } from '../gates/messages/metrics.ts';
import type { ListeningAddress } from '../gates/messages/thread-messages.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** The message gate of a member that carries texts; none where the configuration has none. */
export async function startMessageGate({
  surroundings,
  logs,
}: NodeParts): Promise<NodeSystem & { readonly gate: MessageGate | undefined }> {
  const { config, pairingKey, folder, clock, log, stops } = surroundings;
  const { messages } = config.gates;
  if (messages === undefined) return { gate: undefined };
  const gate = await MessageGate.start(
    { config: messages, pairingKey, recordsFolder: folder.records },
    { standing: logs.keeper.standing, clock, log },
  );
  stops.add(gate, (part) => part.stop());
  const { smpp, smppTls, messages: http } = gate.addresses;
  return {
    gate,
    registerMetrics: (registry) => registerMessageMetrics(registry, { read: () => gate.counters() }),
    addresses: {
      ...(smpp && { smpp: addressText(smpp) }),
      ...(smppTls && { smppTls: addressText(smppTls) }),
      ...(http && { messages: `http://${addressText(http)}` }),
    },
  };
}

function addressText({ host, port }: ListeningAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
