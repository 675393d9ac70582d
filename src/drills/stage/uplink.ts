import { once } from 'node:events';
import { createServer, type IncomingMessage, request as askOver, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of what a member asks another for. */
export type Behaviour =
  | { readonly kind: 'through' }
  | { readonly kind: 'refused' }
  /** Another server answers in its stead, as where a name leads elsewhere. */
  | { readonly kind: 'elsewhere'; readonly authority: string }
  /** The answer is right, and comes at one octet a second. */
  | { readonly kind: 'dripping' }
  /** The answer's octets are exchanged for others. */
  | { readonly kind: 'spoiled'; readonly spoil: (path: string, octets: Buffer) => Buffer };

const THROUGH: Behaviour = { kind: 'through' };
const DRIP_MS = 1_000;

/**
 * The way out of one member's node, as a company's HTTP proxy is: all that it asks of the others goes through here, and
 * can be cut, spoilt or slowed for each of them. The node knows of it by its environment alone.
 */
export class Uplink {
  readonly #server: Server;
  readonly #behaviours = new Map<string, Behaviour>();
  /** Whom a connection leads to, by its host and port. */
  readonly #ways = new Map<Duplex, string>();

  private constructor() {
    this.#server = createServer((request, response) => this.#pass(request, response));
    this.#server.on('connect', (request, socket) => this.#open(request.url ?? '', socket));
  }

  static async open(): Promise<Uplink> {
    const uplink = new Uplink();
    uplink.#server.listen(0, '127.0.0.1');
    await once(uplink.#server, 'listening');
    return uplink;
  }

  /** Makes a node's process take this way. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, http_proxy: url, NO_PROXY: '', no_proxy: '' };
  }

  /** From now on, also for what is under way. @param authority host and port of the one who is asked */
  towards(authority: string, behaviour: Behaviour): void {
    this.#behaviours.set(authority, behaviour);
    for (const [socket, way] of this.#ways) if (way === authority) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#ways.keys()) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #behaviour(authority: string): Behaviour {
    return this.#behaviours.get(authority) ?? THROUGH;
  }

  #open(authority: string, socket: Duplex): void {
    socket.on('error', () => socket.destroy());
    if (this.#behaviour(authority).kind === 'refused') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#ways.set(socket, authority);
    socket.on('close', () => this.#ways.delete(socket));
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    // What comes through the tunnel is HTTP again, and is read as such.
    this.#server.emit('connection', socket as Socket);
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const authority = this.#ways.get(request.socket) ?? URL.parse(request.url ?? '')?.host;
    // Of a way that was closed while the request came.
    if (authority === undefined) {
      request.socket.destroy();
      return;
    }
    const behaviour = this.#behaviour(authority);
    if (behaviour.kind === 'refused') {
      request.socket.destroy();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '', `http://${authority}`);
    const [hostname = '', port = ''] = (behaviour.kind === 'elsewhere' ? behaviour : { authority }).authority.split(
      ':',
    );
    const { method, headers } = request;
    // What is spoilt is whole files: as from a server that knows no ranges.
    if (behaviour.kind === 'spoiled') delete headers.range;
    const asked = askOver({ hostname, port, path: pathname + search, method: method!, headers }, (answer) => {
      void pour(answer, response, behaviour, pathname);
    });
    asked.on('error', () => request.socket.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  }
}

async function pour(
  answer: IncomingMessage,
  response: ServerResponse,
  behaviour: Behaviour,
  path: string,
): Promise<void> {
  answer.on('error', () => response.destroy());
  const status = answer.statusCode ?? 502;
  if (behaviour.kind === 'dripping') {
    response.writeHead(status, answer.headers);
    drip(
      await answer.toArray().then(
        (pieces) => Buffer.concat(pieces as Buffer[]),
        () => Buffer.alloc(0),
      ),
      response,
    );
  } else if (behaviour.kind === 'spoiled' && status === 200 && path.startsWith('/log/')) {
    const octets = behaviour.spoil(path, Buffer.concat((await answer.toArray()) as Buffer[]));
    response.writeHead(status, { ...answer.headers, 'content-length': octets.length }).end(octets);
  } else {
    response.writeHead(status, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  }
}

function drip(octets: Buffer, response: ServerResponse): void {
  // Whoever asked may have gone while the answer came.
  if (response.destroyed) return;
  let at = 0;
  const timer = setInterval(() => {
    if (at < octets.length) response.write(octets.subarray(at, ++at));
    else response.end(() => clearInterval(timer));
  }, DRIP_MS);
  response.on('close', () => clearInterval(timer));
}
