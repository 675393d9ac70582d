import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';

smpp.addTLV('originator_code', { id: 0x1400, type: smpp.types.tlv.cstring });

export interface CentreText {
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly originator: string | undefined;
  readonly pdu: Pdu;
  readonly session: Session;
}

/** How the centre treats texts: answers them, or keeps them without an answer. */
type Treatment = 'answer' | 'keep' | { readonly status: number };

/** A message centre of independent make: the npm package `smpp` as a server. */
export class TestCentre {
  readonly texts: CentreText[] = [];
  /** Answers to what it delivered. */
  readonly delivered: number[] = [];
  treatment: Treatment = 'answer';
  readonly #sessions = new Set<Session>();
  readonly #happened = new EventEmitter();
  #server: Server | undefined;
  /** How many texts it took: the last is named `c` and this. */
  ids = 0;
  #port = 0;

  static async start(port = 0, options: object = {}): Promise<TestCentre> {
    const centre = new TestCentre();
    await centre.listen(port, options);
    return centre;
  }

  get port(): number {
    return this.#port;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async listen(port = this.#port, options: object = {}): Promise<void> {
    this.#server = smpp.createServer(options, (session) => this.#serve(session));
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when that many texts came in all. */
  async received(count: number): Promise<readonly CentreText[]> {
    while (this.texts.length < count) await once(this.#happened, 'happened');
    return this.texts;
  }

  /** Resolves when what it delivered was answered so often. */
  async answered(count: number): Promise<readonly number[]> {
    while (this.delivered.length < count) await once(this.#happened, 'happened');
    return this.delivered;
  }

  async connected(): Promise<void> {
    while (this.#sessions.size === 0) await once(this.#happened, 'happened');
  }

  /** Says what became of a text, as a centre does: in the receipt's text alone. */
  deliverReceipt(text: CentreText, id: string, state: string): void {
    const short_message = `id:${id} sub:001 dlvrd:001 submit date:2611220000 done date:2611220001 stat:${state} err:000`;
    const fields = { source_addr: text.to, destination_addr: text.from, esm_class: 4, short_message };
    text.session.deliver_sm(fields, (response) => {
      this.delivered.push(response.command_status);
      this.#happened.emit('happened');
    });
  }

  /** Dies without a word, as a centre that loses power does. */
  async die(): Promise<void> {
    const closed = new Promise((resolve) => this.#server!.close(resolve));
    for (const session of this.#sessions) session.socket.destroy();
    await closed;
  }

  #serve(session: Session): void {
    this.#sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => this.#sessions.delete(session));
    session.on('pdu', (pdu: Pdu) => this.#take(session, pdu));
  }

  #take(session: Session, pdu: Pdu): void {
    if (pdu.command === 'submit_sm') this.#takeText(session, pdu);
    else if (['bind_transceiver', 'enquire_link', 'unbind'].includes(pdu.command)) {
      session.send(pdu.response({ system_id: 'centre' }));
      if (pdu.command === 'unbind') session.close();
    }
    this.#happened.emit('happened');
  }

  #takeText(session: Session, pdu: Pdu): void {
    const { message } = (pdu['short_message'] ?? {}) as { message?: string };
    const payload = pdu['message_payload'] as { message?: string } | undefined;
    this.texts.push({
      from: String(pdu['source_addr']),
      to: String(pdu['destination_addr']),
      message: payload?.message ?? message ?? '',
      originator: pdu['originator_code'] as string | undefined,
      pdu,
      session,
    });
    if (this.treatment === 'keep') return;
    if (this.treatment === 'answer') {
      this.ids += 1;
      session.send(pdu.response({ message_id: `c${this.ids}` }));
    } else session.send(pdu.response({ command_status: this.treatment.status }));
  }
}
