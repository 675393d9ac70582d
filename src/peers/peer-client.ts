import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, fetch as request } from 'undici';
import { fingerprintOf, type PeerCertificate } from './certificate.ts';
import { PeerError } from './peer-fault.ts';

const CONNECT_MS_MAX = 5_000;
const CONNECTIONS_PER_MEMBER_MAX = 8;
/** No member has this name. */
const ANYBODY = '';

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
  /** The same, whoever answers: for a first copy of what is verified whoever serves it. */
  readonly fetchFromAnybody: Fetch;
  readonly #agents = new Map<string, Agent>();
  /** Those that finish what is under way, and take nothing new. */
  readonly #ending = new Set<Agent>();
  readonly #own: () => PeerCertificate | undefined;
  readonly #peers: () => readonly Peer[];
  /** Origins of static stores: web servers that hold members' files, under certificates of the web. */
  readonly #stores: ReadonlySet<string>;
  #byOrigin: { readonly peers: readonly Peer[]; readonly names: ReadonlyMap<string, string> } | undefined;

  /**
   * @param deps.peers asked anew for each connection: what governance binds may change while a node runs
   * @param deps.stores origins that are called as web servers, though a member's address is there
   */
  constructor(deps: {
    own: () => PeerCertificate | undefined;
    peers: () => readonly Peer[];
    stores?: readonly string[];
  }) {
    this.#own = deps.own;
    this.#stores = new Set(deps.stores?.map((url) => new URL(url).origin));
    this.#peers = deps.peers;
    const through = (dispatcherOf: (url: string) => Dispatcher | undefined): Fetch =>
      ((url: string, init?: RequestInit) => {
        const dispatcher = dispatcherOf(url);
        return request(url, { ...init, ...(dispatcher && { dispatcher }) } as never);
      }) as Fetch;
    this.fetch = through((url) => this.#dispatcher(url));
    this.fetchFromAnybody = through((url) => (url.startsWith('https:') ? this.#agent(ANYBODY) : undefined));
  }

  /**
   * Makes the next call to each member on a connection of its own, with what is bound and shown then. Calls under way
   * are finished.
   * @returns when they are; one that listens without end is not
   */
  async renew(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(
      agents.map(async (agent) => {
        this.#ending.add(agent);
        // Where this client is closed meanwhile, there is nothing more to wait for.
        await agent.close().catch(() => undefined);
        this.#ending.delete(agent);
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values(), ...this.#ending].map((agent) => agent.destroy()));
  }

  #dispatcher(url: string): Dispatcher | undefined {
    const { protocol, origin } = new URL(url);
    if (protocol !== 'https:' || this.#stores.has(origin)) return undefined;
    const name = this.#nameAt(origin);
    return name === undefined ? undefined : this.#agent(name);
  }

  #agent(name: string): Agent {
    let agent = this.#agents.get(name);
    if (agent === undefined) {
      agent = new Agent({ connect: this.#connector(name), connections: CONNECTIONS_PER_MEMBER_MAX });
      this.#agents.set(name, agent);
    }
    return agent;
  }

  #nameAt(origin: string): string | undefined {
    const peers = this.#peers();
    if (this.#byOrigin?.peers !== peers) {
      this.#byOrigin = { peers, names: new Map(peers.map(({ url, name }) => [new URL(url).origin, name])) };
    }
    return this.#byOrigin.names.get(origin);
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
        if (name === ANYBODY || this.#shows(socket as TLSSocket, name)) return callback(null, socket);
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
