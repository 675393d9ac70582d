import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { COMMAND_STATUS } from '../../../wire/smpp/command-status.ts';
import { readTlsFiles } from '../../equipment/tls-files.ts';
import type { Account, Accounts } from '../account.ts';
import type { SmppConfig } from '../config.ts';
import type { MessageCounters } from '../counters.ts';
import type { TextRefusal } from '../refusal.ts';
import type { TextGate } from '../text-gate.ts';
import { BindGuard } from './bind-guard.ts';
import type { Credentials } from './credentials.ts';
import { EsmeSession } from './esme-session.ts';
import {
  BIND_WAIT_MS_MAX,
  CONNECTIONS_MAX,
  HELD_BACK_MAX,
  SWEEP_INTERVAL_MS,
  UNBOUND_CONNECTIONS_MAX,
} from './limits.ts';
import type { Receipts } from './receipts.ts';

export type MessageListenFault = { code: 'MESSAGES_LISTEN_FAILED'; port: number; reason: string };
export class MessageListenError extends Fault<MessageListenFault> {}

export interface SmppServerOptions {
  readonly config: SmppConfig;
  readonly appeal: string;
}

export interface SmppServerParts {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly texts: TextGate;
  readonly receipts: Receipts;
  readonly counters: MessageCounters;
  readonly clock: Clock;
  readonly log: Log;
}

/** The SMPP 3.4 server: firms bind, submit and take their receipts. */
export class SmppServer {
  readonly #options: SmppServerOptions;
  readonly #parts: SmppServerParts;
  readonly #guard = new BindGuard();
  readonly #sessions = new Map<Socket, EsmeSession>();
  readonly #servers: Server[] = [];
  readonly #held = new Set<NodeJS.Timeout>();
  readonly #sweep: NodeJS.Timeout;
  #tcp: AddressInfo | undefined;
  #tls: AddressInfo | undefined;

  private constructor(options: SmppServerOptions, parts: SmppServerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#sweep = setInterval(() => {
      for (const session of this.#sessions.values()) session.lookAround();
      parts.receipts.deliverAll();
    }, SWEEP_INTERVAL_MS);
  }

  /** Listens. @throws MessageListenError, TlsFilesError */
  static async open(options: SmppServerOptions, parts: SmppServerParts): Promise<SmppServer> {
    const server = new SmppServer(options, parts);
    try {
      await server.#listenAll();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get address(): AddressInfo {
    return this.#tcp!;
  }

  get tlsAddress(): AddressInfo | undefined {
    return this.#tls;
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Ends the binds of accounts that may not bind any more: to be called when a certificate changed. */
  unbindRefused(): void {
    for (const session of this.#sessions.values()) {
      const { account } = session;
      if (account === undefined || this.#parts.texts.refusalAtBind(account) === undefined) continue;
      if (session.isBound) this.#parts.counters.connection('unboundForStanding');
      session.unbind();
    }
  }

  /** No new connection; every client is unbound. Resolves when the last connection is gone. */
  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const held of this.#held) clearTimeout(held);
    const gone = Array.from(this.#sessions.keys(), (socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const session of this.#sessions.values()) session.unbind();
    await Promise.all(gone);
    clearInterval(this.#sweep);
  }

  async #listenAll(): Promise<void> {
    const { host, port, tls } = this.#options.config;
    const options = { noDelay: true };
    this.#tcp = await this.#listen(
      createServer(options, (socket) => this.#accept(socket)),
      host,
      port,
    );
    if (tls === undefined) return;
    const secure = { ...options, ...readTlsFiles(tls), handshakeTimeout: BIND_WAIT_MS_MAX };
    const server = createTlsServer(secure, (socket) => this.#accept(socket));
    server.on('tlsClientError', () => this.#parts.counters.connection('connectionRefused'));
    this.#tls = await this.#listen(server, host, tls.port);
  }

  async #listen(server: Server, host: string, port: number): Promise<AddressInfo> {
    server.maxConnections = CONNECTIONS_MAX + UNBOUND_CONNECTIONS_MAX;
    server.on('drop', () => this.#parts.counters.connection('connectionRefused'));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new MessageListenError({ code: 'MESSAGES_LISTEN_FAILED', port, reason: cause.code ?? 'unknown' }, { cause }),
        ),
      );
      server.listen({ host, port }, resolve);
    });
    this.#servers.push(server);
    server.on('error', (error) => this.#parts.log.error({ reason: error.message }, 'SMPP server error'));
    return server.address() as AddressInfo;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {}); // 'close' follows, and says all that matters
    if (!this.#hasRoom()) {
      this.#parts.counters.connection('connectionRefused');
      socket.destroy();
      return;
    }
    const { config, appeal } = this.#options;
    const { systemId, window, enquireLinkSeconds } = config;
    const session = new EsmeSession(
      socket,
      { systemId, window, enquireLinkMs: enquireLinkSeconds * 1_000, appeal },
      {
        clock: this.#parts.clock,
        count: (event) => this.#parts.counters.connection(event),
        submit: (text, done) => this.#parts.texts.submit(text, done),
        bind: (binding, name, password) => void this.#bind(binding, name, password),
        onBound: (bound, account) => this.#bound(bound, account),
      },
    );
    this.#sessions.set(socket, session);
    socket.once('close', () => {
      this.#sessions.delete(socket);
      if (session.account !== undefined) this.#parts.receipts.close(session.account, session);
    });
  }

  /** Where those that have not bound take all places, the one that was silent longest gives way: nobody keeps a place by waiting. */
  #hasRoom(): boolean {
    const unbound = [...this.#sessions.values()].filter(({ isBound }) => !isBound);
    if (this.#sessions.size - unbound.length >= CONNECTIONS_MAX) return false;
    if (unbound.length < UNBOUND_CONNECTIONS_MAX) return true;
    const silent = unbound.find(({ isSilent }) => isSilent);
    if (silent === undefined) return false;
    this.#parts.counters.connection('connectionRefused');
    silent.destroy();
    return true;
  }

  /** What costs least is looked at first: a suspended firm that binds in a loop never comes as far as its password. */
  async #bind(session: EsmeSession, systemId: string, password: string): Promise<void> {
    const { accounts, credentials, texts } = this.#parts;
    const account = accounts.bySystemId(systemId);
    if (account === undefined) return this.#refuse(session, undefined, COMMAND_STATUS.invalidSystemId);
    const refusal = texts.refusalAtBind(account);
    if (refusal !== undefined) return this.#refuse(session, account, COMMAND_STATUS.bindFailed, refusal);
    if (this.#boundOf(account) >= account.config!.connectionsMax) {
      return this.#refuse(session, account, COMMAND_STATUS.bindFailed);
    }
    const isRight = await credentials.isRight(account, password);
    if (isRight === undefined) return this.#refuse(session, account, COMMAND_STATUS.systemError);
    if (!isRight) return this.#refuse(session, account, COMMAND_STATUS.invalidPassword);
    // The firm may have been suspended meanwhile, or have bound elsewhere.
    const late = texts.refusalAtBind(account);
    if (late !== undefined || this.#boundOf(account) >= account.config!.connectionsMax) {
      return this.#refuse(session, account, COMMAND_STATUS.bindFailed, late);
    }
    this.#guard.bound(account.name);
    session.accept(account);
  }

  #bound(session: EsmeSession, account: Account): void {
    this.#parts.counters.connection('bound');
    this.#parts.receipts.open(account, session);
  }

  #refuse(session: EsmeSession, account: Account | undefined, status: number, refusal?: TextRefusal): void {
    const { counters, clock, texts } = this.#parts;
    const { heldMs, isFirst } = this.#guard.refused(account?.name, clock.steadyMs());
    counters.connection('bindRefused');
    if (isFirst && account !== undefined && refusal !== undefined) texts.recordBind(account, refusal);
    if (heldMs === 0) session.refuse(status, refusal);
    else if (this.#held.size >= HELD_BACK_MAX) session.destroy();
    else {
      counters.connection('bindHeldBack');
      const held = setTimeout(() => {
        this.#held.delete(held);
        session.refuse(status, refusal);
      }, heldMs);
      this.#held.add(held);
    }
  }

  #boundOf(account: Account): number {
    return [...this.#sessions.values()].filter((session) => session.account === account && session.isBound).length;
  }
}
