import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../../../base/clock.ts';
import type { Account, Accounts } from '../account.ts';
import { compose, type PlainText } from '../compose.ts';
import { keyHash } from '../password.ts';
import { TextRefusal } from '../refusal.ts';
import { MessageListenError } from '../smpp/smpp-server.ts';
import type { Outcome, TextGate } from '../text-gate.ts';
import { IdempotentRequests } from './idempotency.ts';
import { MessageAnswer, MessageBody, MessageHeaders, MessagePath } from './schemas.ts';

export const BODY_SIZE_MAX = 16 * 1024;
export const HTTP_CONNECTIONS_MAX = 1_024;
const REQUEST_MS_MAX = 10_000;
const RETRY_AFTER_SECONDS = 1;
const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly appeal: string;
  /** Where the keys of requests outlive this process; in memory without it. */
  readonly keysFile?: string;
}

export interface HttpServerParts {
  readonly accounts: Accounts;
  readonly texts: TextGate;
  readonly clock: Clock;
}

/** The HTTP API for firms without SMPP: the same account, the same checks, the same rate. */
export class MessageHttpServer {
  readonly #options: HttpServerOptions;
  readonly #parts: HttpServerParts;
  readonly #requests: IdempotentRequests<Outcome>;
  readonly #app: FastifyInstance;

  private constructor(options: HttpServerOptions, parts: HttpServerParts) {
    this.#options = options;
    this.#parts = parts;
    const { keysFile } = options;
    const unknown = new TextRefusal({ code: 'TEXT_OUTCOME_UNKNOWN' });
    this.#requests = new IdempotentRequests(keysFile === undefined ? undefined : { file: keysFile, unknown });
    this.#app = this.#createApp();
  }

  /** Listens. @throws MessageListenError */
  static async open(options: HttpServerOptions, parts: HttpServerParts): Promise<MessageHttpServer> {
    const server = new MessageHttpServer(options, parts);
    const { host, port } = options;
    try {
      await server.#app.listen({ host, port });
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      throw new MessageListenError({ code: 'MESSAGES_LISTEN_FAILED', port, reason }, { cause });
    }
    return server;
  }

  get address(): AddressInfo {
    return this.#app.server.address() as AddressInfo;
  }

  /** Answers what is in hand, and ends. */
  async close(): Promise<void> {
    await this.#app.close();
    this.#requests.close();
  }

  #createApp(): FastifyInstance {
    const options = {
      bodyLimit: BODY_SIZE_MAX,
      requestTimeout: REQUEST_MS_MAX,
      forceCloseConnections: 'idle' as const,
      // What does not fit is refused, never mended in silence.
      ajv: { customOptions: { removeAdditional: false as const, coerceTypes: false as const } },
    };
    const app = fastify(options).withTypeProvider<TypeBoxTypeProvider>();
    app.server.maxConnections = HTTP_CONNECTIONS_MAX;
    app.setErrorHandler((error: FastifyError, _request, reply) => sendFailure(reply, error));
    app.setNotFoundHandler((_request, reply) =>
      sendProblem(reply, 404, { code: 'ROUTE_UNKNOWN', detail: 'There is nothing at this path.' }),
    );
    app.post(
      '/messages',
      { schema: { body: MessageBody, headers: MessageHeaders, response: { 201: MessageAnswer } } },
      async (request, reply) => {
        const account = this.#accountOf(request);
        if (account === undefined) return sendUnknownKey(reply);
        const key = request.headers['idempotency-key'];
        const outcome = await this.#submit(account, request.body, key);
        if (outcome === undefined) return sendReused(reply);
        if (outcome instanceof TextRefusal) return this.#sendRefusal(reply, outcome);
        return reply.code(201).send({ messageId: outcome, state: 'ENROUTE', atMs: this.#parts.clock.nowMs() });
      },
    );
    app.get(
      '/messages/:messageId',
      { schema: { params: MessagePath, response: { 200: MessageAnswer } } },
      async (request, reply) => {
        const account = this.#accountOf(request);
        if (account === undefined) return sendUnknownKey(reply);
        const trace = this.#parts.texts.traces.find(request.params.messageId, account);
        const detail = 'No text of this account has this name, or it was forgotten.';
        if (trace === undefined) return sendProblem(reply, 404, { code: 'TEXT_UNKNOWN', detail });
        return { messageId: trace.messageId, state: trace.state, atMs: trace.stateMs };
      },
    );
    return app;
  }

  #submit(account: Account, text: PlainText, key: string | undefined): Promise<Outcome> | undefined {
    const scoped = key === undefined ? undefined : `${account.name} ${key}`;
    return this.#requests.once({ key: scoped, request: text, isKept }, (intend) => {
      const submitted = { account, via: 'http' as const, message: compose(account, text), isTraced: true, intend };
      return new Promise((resolve) => {
        this.#parts.texts.submit(submitted, resolve);
      });
    });
  }

  /** A key is long and random, so it is found by its hash and compared by nobody. */
  #accountOf({ headers }: FastifyRequest): Account | undefined {
    const key = /^Bearer ([!-~]{16,256})$/.exec(headers.authorization ?? '')?.[1];
    return key === undefined ? undefined : this.#parts.accounts.byKeyHash(keyHash(key));
  }

  #sendRefusal(reply: FastifyReply, refusal: TextRefusal): FastifyReply {
    const { httpStatus, says } = refusal;
    if (httpStatus === 429 || httpStatus === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    return sendProblem(reply, httpStatus, { detail: says, ...refusal.explained(this.#options.appeal) });
  }
}

/** A text that went out, or of which nobody knows, is not sent again. What was refused may be. */
function isKept(outcome: Outcome): boolean {
  return typeof outcome === 'string' || outcome.facts.code === 'TEXT_OUTCOME_UNKNOWN';
}

function sendUnknownKey(reply: FastifyReply): FastifyReply {
  void reply.header('www-authenticate', 'Bearer');
  return sendProblem(reply, 401, {
    code: 'TOKEN_UNKNOWN',
    detail: 'Send `Authorization: Bearer` with the key of the account.',
  });
}

function sendReused(reply: FastifyReply): FastifyReply {
  const detail = 'This Idempotency-Key stood for another text. Use a new key for a new text.';
  return sendProblem(reply, 422, { code: 'IDEMPOTENCY_KEY_REUSED', detail });
}

/** What Fastify itself refuses. A message of its own may hold what was sent, so none is passed on. */
function sendFailure(reply: FastifyReply, { statusCode = 500, validation }: FastifyError): FastifyReply {
  if (validation !== undefined) {
    const field = validation[0]?.instancePath ?? '';
    const detail = 'The field named by `field` does not fit. docs/gates/messages.md describes it.';
    return sendProblem(reply, 422, { code: 'REQUEST_MALFORMED', detail, field });
  }
  if (statusCode === 413)
    return sendProblem(reply, 413, { code: 'REQUEST_TOO_LARGE', detail: 'The body is too large.' });
  if (statusCode < 500) return sendProblem(reply, 400, { code: 'REQUEST_NOT_JSON', detail: 'The body is no JSON.' });
  return sendProblem(reply, 500, { code: 'INTERNAL', detail: 'A mistake in this program.' });
}

function sendProblem(reply: FastifyReply, status: number, members: Readonly<Record<string, unknown>>): FastifyReply {
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, ...members };
  return reply.code(status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}
