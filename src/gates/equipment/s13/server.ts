import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { checkServerIdentity, createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { DISCONNECT_CAUSE } from '../../../wire/diameter/dictionary.ts';
import { EquipmentRequests, type EquipmentRegister } from './equipment-requests.ts';
import type { S13Counters } from './events.ts';
import { Output } from './output.ts';
import { PeerTable } from './peers.ts';
import { CAPABILITIES_WAIT_MS_MAX, PeerSession } from './peer-session.ts';
import { withoutMapping } from '../address.ts';
import { readTlsFiles } from '../tls-files.ts';
import type { S13Config } from './s13-config.ts';

/** Of one peer to one thread. RFC 6733 knows one connection per pair of peers; many MMEs open several. */
export const CONNECTIONS_PER_PEER_MAX = 16;
/** Of all peers to one thread. */
export const CONNECTIONS_MAX = 512;
/** Connections that have not said who they are. They cannot crowd out those that have. */
export const UNIDENTIFIED_CONNECTIONS_MAX = 64;
/**
 * Requests of one connection that are answered in a second; the rest gets 3004 DIAMETER_TOO_BUSY. It is about half of
 * what a thread answered where it was measured, so that one peer cannot have all of it.
 */
export const REQUESTS_PER_SECOND_MAX = 200_000;

const PRODUCT_NAME = 'Bongsu';

export interface S13ServerOptions {
  readonly config: S13Config;
  /** How many threads listen on the same port. Above one, the system must let them share it. */
  readonly threads: number;
  readonly requestsPerSecondMax?: number;
}

export interface S13ServerParts {
  readonly checker: EquipmentRegister;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: S13Counters;
  /** A number from 0 up to 1: for jitter and first identifiers. */
  readonly random?: () => number;
}

export type S13Fault =
  | { code: 'S13_PORT_NOT_SHARED'; port: number; threads: number }
  | { code: 'S13_LISTEN_FAILED'; port: number; reason: string };
export class S13Error extends Fault<S13Fault> {}

/** The S13 gate of one thread: it accepts peers over TCP and TLS, and asks the checker. */
export class S13Server {
  readonly #options: S13ServerOptions;
  readonly #parts: S13ServerParts;
  readonly #random: () => number;
  readonly #peers: PeerTable;
  readonly #output = new Output();
  readonly #requests: EquipmentRequests;
  readonly #originStateId: number;
  readonly #servers: Server[] = [];
  readonly #sessions = new Map<Socket, PeerSession>();
  #unidentified = 0;
  #isClosing = false;
  #tcpAddress: AddressInfo | undefined;
  #tlsAddress: AddressInfo | undefined;

  private constructor(options: S13ServerOptions, parts: S13ServerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    this.#peers = new PeerTable(options.config.peers);
    // Seconds since 1970 grow with each start, as clause 8.16 wants it.
    this.#originStateId = Math.floor(parts.clock.nowMs() / 1_000) >>> 0;
    this.#requests = new EquipmentRequests(options.config, parts);
  }

  /** Listens. @throws S13Error, TlsFilesError */
  static async open(options: S13ServerOptions, parts: S13ServerParts): Promise<S13Server> {
    const server = new S13Server(options, parts);
    try {
      await server.#listenAll();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Where it listens. */
  get address(): AddressInfo {
    return this.#tcpAddress!;
  }

  get tlsAddress(): AddressInfo | undefined {
    return this.#tlsAddress;
  }

  /** Connections that are open now, those without CER included. */
  get connections(): number {
    return this.#sessions.size;
  }

  /** A planned stop: no new connection, DPR to every peer; resolves when the last connection is gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // What it waits for is not waited for here: a TLS handshake that does not come to its end is no peer yet.
    for (const server of this.#servers) server.close();
    const gone = Array.from(this.#sessions.keys(), (socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const session of this.#sessions.values()) session.disconnect(DISCONNECT_CAUSE.rebooting);
    await Promise.all(gone);
  }

  async #listenAll(): Promise<void> {
    const { host, port, tls } = this.#options.config;
    const options = { noDelay: true };
    const plain = createServer(options, (socket) => this.#accept(socket));
    this.#tcpAddress = await this.#listen(plain, host, port);
    if (tls === undefined) return;
    const secure = createTlsServer(
      { ...options, ...readTlsFiles(tls), handshakeTimeout: CAPABILITIES_WAIT_MS_MAX },
      (socket) => this.#accept(socket),
    );
    secure.on('tlsClientError', () => this.#parts.counters.count('connectionRefused'));
    this.#tlsAddress = await this.#listen(secure, host, tls.port);
  }

  async #listen(server: Server, host: string, port: number): Promise<AddressInfo> {
    const { threads } = this.#options;
    server.maxConnections = CONNECTIONS_MAX + UNIDENTIFIED_CONNECTIONS_MAX;
    server.on('drop', () => this.#parts.counters.count('connectionRefused'));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        // One thread alone keeps its port to itself, so that a second process is told that it is taken.
        server.listen({ host, port, reusePort: threads > 1 }, resolve);
      });
    } catch (cause) {
      throw listenError(cause, port, threads);
    }
    this.#servers.push(server);
    server.on('error', (error) => this.#parts.log.error({ reason: error.message }, 's13 server error'));
    return server.address() as AddressInfo;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {}); // 'close' follows, and says all that matters
    if (this.#isClosing) {
      socket.destroy();
      return;
    }
    const open = this.#sessions.size - this.#unidentified;
    if (this.#unidentified >= UNIDENTIFIED_CONNECTIONS_MAX || open >= CONNECTIONS_MAX) {
      this.#parts.counters.count('connectionRefused');
      socket.destroy();
      return;
    }
    this.#unidentified += 1;
    let isIdentified = false;
    const identified = () => {
      if (isIdentified) return;
      isIdentified = true;
      this.#unidentified -= 1;
    };
    const session = this.#newSession(socket, identified);
    this.#sessions.set(socket, session);
    socket.on('data', (chunk) => session.receive(chunk));
    socket.on('close', () => {
      identified();
      this.#sessions.delete(socket);
      session.closed();
    });
  }

  #newSession(socket: Socket, onOpen: () => void): PeerSession {
    const { config, requestsPerSecondMax = REQUESTS_PER_SECOND_MAX } = this.#options;
    return new PeerSession(
      {
        capabilities: {
          originHost: config.originHost,
          originRealm: config.originRealm,
          hostIpAddress: withoutMapping(socket.localAddress ?? config.host),
          productName: PRODUCT_NAME,
          originStateId: this.#originStateId,
        },
        isSecure: socket instanceof TLSSocket,
        isCertifiedAs: (originHost) => isCertifiedAs(socket, originHost),
        watchdogMs: config.watchdogSeconds * 1_000,
        requestsPerSecondMax,
        connectionsPerPeerMax: CONNECTIONS_PER_PEER_MAX,
      },
      {
        ...this.#parts,
        requests: this.#requests,
        peers: this.#peers,
        output: this.#output,
        random: this.#random,
        transport: socketTransport(socket),
        onOpen,
      },
    );
  }
}

/** A peer that does not read is not read either: what waits for it stays bounded by one chunk's answers. */
function socketTransport(socket: Socket) {
  return {
    send(bytes: Buffer): boolean {
      const isTaken = socket.write(bytes);
      if (!isTaken && !socket.isPaused()) {
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
      return socket.writableLength === 0;
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

/** With a certificate asked for, it must name the Origin-Host that the peer gives itself. */
function isCertifiedAs(socket: Socket, originHost: string): boolean {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return true;
  return checkServerIdentity(originHost, socket.getPeerCertificate()) === undefined;
}

function listenError(cause: unknown, port: number, threads: number): S13Error {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  if (reason === 'ENOTSUP' && threads > 1)
    return new S13Error({ code: 'S13_PORT_NOT_SHARED', port, threads }, { cause });
  return new S13Error({ code: 'S13_LISTEN_FAILED', port, reason }, { cause });
}
