import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection through the relay: the ends at who asked, and at who is asked. */
interface Pair {
  readonly asking: Socket;
  readonly asked: Socket;
}

/** Stands between two ends on loopback as a firewall does: it can cut what goes through it, or forget it. */
export class TcpRelay {
  readonly #server: Server;
  readonly #standing = new Set<Pair>();
  readonly #forgotten = new Set<Pair>();

  private constructor(portAsked: number) {
    this.#server = createServer({ allowHalfOpen: true }, (asking) => {
      this.#open({ asking, asked: connect({ port: portAsked, host: '127.0.0.1', allowHalfOpen: true }) });
    });
  }

  static async open(portAsked: number): Promise<TcpRelay> {
    const relay = new TcpRelay(portAsked);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all that goes through, at both ends. */
  cut(): void {
    for (const { asking, asked } of [...this.#standing, ...this.#forgotten])
      for (const end of [asking, asked]) end.destroy();
  }

  /** Lets nothing more of what is open now through, and tells neither end. What is opened later goes through. */
  forget(): void {
    for (const pair of this.#standing) {
      const { asking, asked } = pair;
      asking.unpipe(asked).resume();
      asked.unpipe(asking).resume();
      this.#forgotten.add(pair);
    }
    this.#standing.clear();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #open(pair: Pair): void {
    const { asking, asked } = pair;
    this.#standing.add(pair);
    asking.pipe(asked).pipe(asking);
    const ended = (other: Socket) => (): void => {
      if (this.#standing.delete(pair)) other.destroy();
    };
    asking.on('error', () => undefined).on('close', ended(asked));
    asked.on('error', () => undefined).on('close', ended(asking));
  }
}
