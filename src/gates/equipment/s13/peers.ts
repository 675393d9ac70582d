import { EQUIPMENT_ANSWER, type EquipmentAnswer } from '../answer.ts';
import type { S13Config } from './s13-config.ts';

/** A peer that may connect, as the node's configuration names it. */
export type PeerConfig = S13Config['peers'][number];

/** Somebody who asks: a peer, or one behind a peer that relays. */
export interface Caller {
  readonly originHost: string;
  /** In lower case, as octets of a message are compared with it. */
  readonly octets: Uint8Array;
  /** What it is told of equipment that the register does not know; the policy's default when undefined. */
  readonly unknown: EquipmentAnswer | undefined;
}

export interface Peer extends Caller {
  /** Its open connections to this thread. */
  connections: number;
}

/** The peers that may connect, known by their Origin-Host and not by their address (RFC 6733 clause 5.2). */
export class PeerTable {
  readonly #peers = new Map<string, Peer>();

  constructor(peers: readonly PeerConfig[]) {
    for (const { originHost, unknown: said } of peers) {
      const lowerCase = originHost.toLowerCase();
      const unknown = said === undefined ? undefined : EQUIPMENT_ANSWER[said];
      this.#peers.set(lowerCase, { originHost, octets: Buffer.from(lowerCase), unknown, connections: 0 });
    }
  }

  find(originHost: string): Peer | undefined {
    return this.#peers.get(originHost.toLowerCase());
  }

  /** Who asks through `relay` under this name: a name that is not listed is told what the relay is told. */
  callerThrough(relay: Peer, originHost: string): Caller {
    const listed = this.find(originHost);
    return listed ?? { originHost, octets: Buffer.from(originHost.toLowerCase()), unknown: relay.unknown };
  }
}
