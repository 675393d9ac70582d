import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, fetch as request } from 'undici';
import { fingerprintOf, type PeerCertificate } from './certificate.ts';
import { PeerError } from './peer-fault.ts';

const CONNECT_MS_MAX = 5_000;
const CONNECTIONS_PER_MEMBER_MAX = 8;

export type Fetch = typeof fetch;

/** A member as a caller needs to know it. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  /** SHA-256 of its certificates in DER, in hex: several while one is exchanged for the next. */
  readonly certificates: readonly string[];
}

/**
 * How this member calls the others: over TLS it shows its own certificate, and whoever answers must show one that
 * governance binds to the member of that address. An address of no member, or one with plain HTTP, is called as ever.
 */
export class PeerClient {
  readonly fetch: Fetch;
  readonly #agents = new Map<string, Agent>();
  readonly #own: () => PeerCertificate | undefined;
  readonly #peers: () => readonly Peer[];

  /** @param deps.peers asked anew for each connection: what governance binds may change while a node runs */
  constructor(deps: { own: () => PeerCertificate | undefined; peers: () => readonly Peer[] }) {
    this.#own = deps.own;
    this.#peers = deps.peers;
    this.fetch = ((url: string, init?: RequestInit) => {
      const dispatcher = this.#dispatcher(url);
      return request(url, { ...init, ...(dispatcher && { dispatcher }) } as never);
    }) as Fetch;
  }

  /** Ends the connections to all members, so that each is made anew, with what is bound and shown now. */
  async renew(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.close()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #dispatcher(url: string): Dispatcher | undefined {
    const { protocol, origin } = new URL(url);
    if (protocol !== 'https:') return undefined;
    const peer = this.#peers().find((member) => new URL(member.url).origin === origin);
    if (peer === undefined) return undefined;
    let agent = this.#agents.get(peer.name);
    if (agent === undefined) {
      agent = new Agent({ connect: this.#connector(peer.name), connections: CONNECTIONS_PER_MEMBER_MAX });
      this.#agents.set(peer.name, agent);
    }
    return agent;
  }

  #connector(name: string): buildConnector.connector {
    return (options, callback) => {
      const own = this.#own();
      const connect = buildConnector({
        timeout: CONNECT_MS_MAX,
        // A resumed session shows no certificate.
        maxCachedSessions: 0,
        // Not the authorities of the web: the fingerprint that governance binds is what counts, and it is checked below.
        rejectUnauthorized: false,
        ...(own !== undefined && { cert: own.certificate, key: own.key }),
      });
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        if (this.#shows(socket as TLSSocket, name)) return callback(null, socket);
        socket.destroy();
        callback(new PeerError({ code: 'PEER_NOT_THAT_MEMBER', member: name }), null);
      });
    };
  }

  #shows(socket: TLSSocket, name: string): boolean {
    const bound = this.#peers().find((member) => member.name === name)?.certificates ?? [];
    const { raw } = socket.getPeerCertificate();
    return raw !== undefined && bound.includes(fingerprintOf(raw));
  }
}
