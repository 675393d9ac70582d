import type { Server, TLSSocket } from 'node:tls';

/** Connections of all members at one time; more are refused before their handshake. */
export const PEER_CONNECTIONS_MAX = 4_096;
/** Of one member. Its node keeps up to 8 for requests, and as many again while its certificate is exchanged. */
export const PEER_CONNECTIONS_EACH_MAX = 32;
/** From one address, of nobody that is known for a member yet; more are ended at once. */
export const UNKNOWN_PER_ADDRESS_MAX = 128;
/** A handshake that has not ended by then is given up. */
export const HANDSHAKE_MS_MAX = 5_000;
/** Who is no member has so long to be told so. */
export const STRANGER_MS_MAX = 2_000;

/** A connection before its handshake. */
type Plain = Pick<TLSSocket, 'remoteAddress' | 'remotePort' | 'destroy' | 'once'>;

/** Keeps the connections of a listener for members to members. */
export class PeerConnections {
  readonly #memberOf: (socket: TLSSocket) => string | undefined;
  /** Each with the member whose it was when it began. */
  readonly #open = new Map<TLSSocket, string>();
  /** Ports of the connections that are no member's, or none's yet, by the address that they come from. */
  readonly #unknown = new Map<string, Set<number>>();

  constructor(server: Server, memberOf: (socket: TLSSocket) => string | undefined) {
    this.#memberOf = memberOf;
    server.maxConnections = PEER_CONNECTIONS_MAX;
    server.on('connection', (socket: Plain) => this.#admit(socket));
    server.on('secureConnection', (socket: TLSSocket) => this.#take(socket));
  }

  get count(): number {
    return this.#open.size;
  }

  /** Ends the connections whose certificate is no longer bound to an active member. @returns how many */
  endStrangers(): number {
    const strangers = [...this.#open.keys()].filter((socket) => this.#memberOf(socket) === undefined);
    for (const socket of strangers) socket.destroy();
    return strangers.length;
  }

  /** One address cannot fill the listener before it says who it is, nor after. */
  #admit(socket: Plain): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined) return;
    const ports = this.#unknown.get(address) ?? new Set();
    if (ports.size >= UNKNOWN_PER_ADDRESS_MAX) {
      socket.destroy();
      return;
    }
    this.#unknown.set(address, ports.add(port));
    socket.once('close', () => this.#forget(address, port));
  }

  #forget(address: string, port: number): void {
    const ports = this.#unknown.get(address);
    ports?.delete(port);
    if (ports?.size === 0) this.#unknown.delete(address);
  }

  #take(socket: TLSSocket): void {
    const member = this.#memberOf(socket);
    if (member === undefined) {
      const timer = setTimeout(() => socket.destroy(), STRANGER_MS_MAX).unref();
      socket.once('close', () => clearTimeout(timer));
      return;
    }
    const ofMember = [...this.#open.values()].filter((name) => name === member).length;
    if (ofMember >= PEER_CONNECTIONS_EACH_MAX) {
      socket.destroy();
      return;
    }
    this.#forget(socket.remoteAddress!, socket.remotePort!);
    this.#open.set(socket, member);
    socket.once('close', () => this.#open.delete(socket));
  }
}
