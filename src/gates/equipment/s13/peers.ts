import { EQUIPMENT_OUTCOME, type EquipmentOutcome } from '../../../wire/diameter/me-identity-check-answer.ts';

/** A peer that may connect, as the node's configuration names it. */
export interface PeerConfig {
  readonly originHost: string;
  /** What this peer is told of equipment that the register does not know. */
  readonly unknown?: 'unknown' | 'allowed' | 'tracked' | 'blocked';
}

/** Somebody who asks: a peer, or one behind a peer that relays. */
export interface Caller {
  readonly originHost: string;
  /** In lower case, as octets of a message are compared with it. */
  readonly octets: Uint8Array;
  readonly unknown: EquipmentOutcome;
}

export interface Peer extends Caller {
  /** Its open connections to this thread. */
  connections: number;
}

const OUTCOME_OF = {
  unknown: EQUIPMENT_OUTCOME.unknown,
  allowed: EQUIPMENT_OUTCOME.whitelisted,
  tracked: EQUIPMENT_OUTCOME.greylisted,
  blocked: EQUIPMENT_OUTCOME.blacklisted,
} as const;

/** The peers that may connect, known by their Origin-Host and not by their address (RFC 6733 clause 5.2). */
export class PeerTable {
  readonly #peers = new Map<string, Peer>();

  constructor(peers: readonly PeerConfig[]) {
    for (const { originHost, unknown = 'unknown' } of peers) {
      const name = originHost.toLowerCase();
      this.#peers.set(name, { originHost, octets: Buffer.from(name), unknown: OUTCOME_OF[unknown], connections: 0 });
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
