import { readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { PassedText } from '../../records/passed-text.ts';
import type { TextRecord } from '../../records/text-record.ts';
import type { Books } from '../../standing/books.ts';
import { type MessageState, receiptMessage, receiptTime } from '../../wire/smpp/receipt.ts';
import { Accounts } from './account.ts';
import { compose, type PlainText } from './compose.ts';
import type { MessageGateConfig, SmscConfig } from './config.ts';
import type { MessageCounters } from './counters.ts';
import { MessageHttpServer } from './http/http-server.ts';
import { IdempotentRequests } from './http/idempotency.ts';
import { Credentials, readPasswordFile } from './smpp/credentials.ts';
import { Receipts } from './smpp/receipts.ts';
import { SmppServer } from './smpp/smpp-server.ts';
import { Forwarder } from './smsc/forwarder.ts';
import { SmscLink, type SmscLinkOptions } from './smsc/smsc-link.ts';
import { type Outcome, TextGate } from './text-gate.ts';
import type { ListeningAddress, MessageAddresses } from './thread-messages.ts';
import type { Trace } from './traces.ts';

export type SmscCaFault = { code: 'MESSAGE_CENTRE_CA_UNREADABLE'; file: string };
export class SmscCaError extends Fault<SmscCaFault> {}

export interface MessageServersOptions {
  readonly config: MessageGateConfig;
  readonly pairingKey: Uint8Array;
  /** Where the HTTP API keeps the keys of requests; in memory without it. */
  readonly keysFile?: string;
}

export interface MessageServersParts {
  readonly books: Books;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: MessageCounters;
  readonly random: () => number;
  readonly record: (record: TextRecord) => void;
  readonly tellPassed: (text: PassedText) => void;
}

/** Everything of the message gate that runs in its thread, put together. */
export class MessageServers {
  readonly #config: MessageGateConfig;
  readonly #parts: MessageServersParts;
  readonly #accounts: Accounts;
  readonly #credentials = new Credentials();
  readonly #forwarder: Forwarder;
  readonly #receipts: Receipts;
  readonly #texts: TextGate;
  readonly #own = new IdempotentRequests<Outcome>();
  readonly #keysFile: string | undefined;
  #links: readonly SmscLink[] = [];
  #smpp: SmppServer | undefined;
  #http: MessageHttpServer | undefined;

  private constructor({ config, pairingKey, keysFile }: MessageServersOptions, parts: MessageServersParts) {
    const { clock, counters, books, record, tellPassed } = parts;
    this.#config = config;
    this.#keysFile = keysFile;
    this.#parts = parts;
    this.#accounts = new Accounts(config);
    for (const { systemId } of config.accounts) this.#credentials.load(this.#accounts.bySystemId(systemId)!);
    this.#forwarder = new Forwarder(config, { clock, count: (outcome) => counters.forwarded(outcome) });
    this.#receipts = new Receipts({ count: (event) => counters.receipt(event) });
    this.#texts = new TextGate(
      { pairingKey, shadow: config.shadow, tracesMax: config.tracesMax },
      { books, forwarder: this.#forwarder, clock, counters, record, tellPassed, onReceipt: this.#giveBack },
    );
  }

  /** Opens the servers and the links. @throws MessageListenError, TlsFilesError, PasswordFileError, SmscCaError */
  static async open(options: MessageServersOptions, parts: MessageServersParts): Promise<MessageServers> {
    const servers = new MessageServers(options, parts);
    try {
      await servers.#open();
    } catch (error) {
      await servers.close();
      throw error;
    }
    return servers;
  }

  get addresses(): MessageAddresses {
    const tls = this.#smpp?.tlsAddress;
    return {
      ...(this.#smpp && { smpp: listening(this.#smpp.address) }),
      ...(tls && { smppTls: listening(tls) }),
      ...(this.#http && { messages: listening(this.#http.address) }),
    };
  }

  /** To be called after the books took an entry. */
  standingChanged(): void {
    this.#smpp?.unbindRefused();
    this.#forwarder.refuseBarred();
  }

  /**
   * Sends a text of the operator's own.
   * @param key the same key gives the same outcome, for as long as the thread runs
   * @returns undefined where the key stood for another text
   */
  submitOwn(text: PlainText, key: string | undefined): Promise<Outcome> | undefined {
    const account = this.#accounts.own;
    const message = compose(account, text);
    const isKept = (outcome: Outcome) => typeof outcome === 'string';
    return this.#own.once({ key, request: text, isKept }, () => {
      const submitted = { account, via: 'own' as const, message, isTraced: true };
      return new Promise((resolve) => {
        this.#texts.submit(submitted, resolve);
      });
    });
  }

  setGauges(): void {
    const { counters } = this.#parts;
    counters.setGauge('esmes', this.#smpp?.connections ?? 0);
    counters.setGauge('smscLinks', this.#links.filter(({ isBound }) => isBound).length);
    counters.setGauge('waiting', this.#forwarder.waiting);
    counters.setGauge('traces', this.#texts.traces.size);
  }

  /** Firms are unbound first, then the message centres, so that texts in hand can still be answered. */
  async close(): Promise<void> {
    await Promise.all([this.#smpp?.close(), this.#http?.close()]);
    this.#forwarder.close();
    await Promise.all(this.#links.map((link) => link.close()));
  }

  async #open(): Promise<void> {
    const { smpp, http, smscs, appeal } = this.#config;
    const { clock, log, counters } = this.#parts;
    const options = smscs.map(linkOptions);
    this.#links = options.map((each) => this.#newLink(each));
    this.#forwarder.use(this.#links);
    const shared = { accounts: this.#accounts, texts: this.#texts, clock };
    if (smpp !== undefined) {
      const own = { credentials: this.#credentials, receipts: this.#receipts, counters, log };
      this.#smpp = await SmppServer.open({ config: smpp, appeal }, { ...shared, ...own });
    }
    if (http === undefined) return;
    const keysFile = this.#keysFile;
    this.#http = await MessageHttpServer.open({ ...http, appeal, ...(keysFile !== undefined && { keysFile }) }, shared);
  }

  #newLink(options: SmscLinkOptions): SmscLink {
    const { clock, log, random, counters } = this.#parts;
    return new SmscLink(options, {
      clock,
      log,
      random,
      count: (event) => counters.connection(event),
      onRoom: () => this.#forwarder.fill(),
      onDeliver: (message, about) => this.#texts.deliver(options.name, message, about),
    });
  }

  /** A receipt goes back to where its text came from; what came by HTTP is asked for. */
  readonly #giveBack = (
    { account, via, messageId, source, destination, submittedMs }: Trace,
    state: MessageState,
  ): void => {
    if (via !== 'smpp') return;
    const submitted = receiptTime(submittedMs);
    const done = receiptTime(this.#parts.clock.nowMs());
    // A receipt comes from the text's receiver.
    const context = { source: destination, destination: source, submitted, done };
    this.#receipts.add(account, receiptMessage({ messageId, state }, context));
  };
}

function linkOptions({
  name,
  host,
  port,
  tls,
  systemId,
  passwordFile,
  window,
  enquireLinkSeconds,
}: SmscConfig): SmscLinkOptions {
  return {
    name,
    host,
    port,
    ...(tls !== undefined && { tls: { ca: readCa(tls.caFile), serverName: tls.serverName } }),
    systemId,
    password: passwordFile === undefined ? '' : readPasswordFile(passwordFile),
    window,
    enquireLinkMs: enquireLinkSeconds * 1_000,
  };
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SmscCaError({ code: 'MESSAGE_CENTRE_CA_UNREADABLE', file }, { cause });
  }
}

function listening({ address, port }: { address: string; port: number }): ListeningAddress {
  return { host: address, port };
}
