import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import smpp, { type Pdu, type Session } from 'smpp';

/** A message centre takes a moment over each text: a kill then finds some without their answer. */
const ANSWER_MS_MAX = 25;

/**
 * A message centre of independent make (the npm package `smpp`) that counts texts by destination, and outlives its
 * clients. It emits `taken` and `answered` within the very turn in which a text was, so that a kill can come then.
 */
export class SlowCentre extends EventEmitter<{ taken: []; answered: []; closed: [] }> {
  /** How many texts each destination got. */
  readonly taken = new Map<string, number>();
  /** Destinations whose text was answered on a connection that still stood. */
  readonly answered = new Set<string>();
  readonly #sessions = new Set<Session>();
  readonly #server: Server;
  readonly #random: () => number;

  private constructor(random: () => number) {
    super();
    this.#random = random;
    this.#server = smpp.createServer({}, (session) => this.#serve(session));
  }

  /** @param random how long each answer takes */
  static async start(port: number, random: () => number): Promise<SlowCentre> {
    const centre = new SlowCentre(random);
    centre.#server.listen(port, '127.0.0.1');
    await once(centre.#server, 'listening');
    return centre;
  }

  /** Resolves when no connection is left: what its clients sent before they died was read. */
  async drained(): Promise<void> {
    while (this.#sessions.size > 0) await once(this, 'closed');
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(session: Session): void {
    this.#sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => {
      this.#sessions.delete(session);
      this.emit('closed');
    });
    session.on('pdu', (pdu: Pdu) => {
      if (pdu.command === 'submit_sm') void this.#take(session, pdu);
      else session.send(pdu.response({ system_id: 'centre' }));
      if (pdu.command === 'unbind') session.close();
    });
  }

  async #take(session: Session, pdu: Pdu): Promise<void> {
    const to = String(pdu['destination_addr']);
    this.taken.set(to, (this.taken.get(to) ?? 0) + 1);
    this.emit('taken');
    await wait(this.#random() * ANSWER_MS_MAX);
    if (session.socket.destroyed) return;
    session.send(pdu.response({ message_id: `c-${to}` }));
    this.answered.add(to);
    this.emit('answered');
  }
}
