import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { Fault } from '../base/fault.ts';
import { InputError } from './input.ts';

/** How often a request is sent again when the connection breaks or the node is busy, and how long it waits at first. */
export const RETRIES_MAX = 4;
const RETRY_WAIT_MS = 250;
/** A node that has not answered by then is given up. */
const ANSWER_WAIT_MS_MAX = 60_000;
/** What a header can carry as a token. */
const VISIBLE_ASCII = /^[!-~]+$/;

export type ClientFault =
  | { code: 'NODE_UNREACHABLE'; url: string; attempts: number }
  | { code: 'NODE_ANSWER_MALFORMED'; url: string; status: number };
export class ClientError extends Fault<ClientFault> {}

/** A problem document (RFC 9457) that a node answered with: its code, its facts, and what to do. */
export class ProblemError extends Fault {}

/** What every command that talks to a node takes. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly json?: true;
}

interface ApiRequest {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** A `Blob` is a file of any size, which is sent as it is read. */
  readonly body?: object | Uint8Array | Blob;
  /** Of a body of octets; `text/csv` without it. */
  readonly mediaType?: string;
}

/** Gives a command the options of the connection. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'the node’s address').env('BONGSU_URL'))
    .addOption(new Option('--token <token>', 'a token; it is safer in the environment or a file').env('BONGSU_TOKEN'))
    .option('--token-file <file>', 'a file that holds the token')
    .option('--json', 'print the node’s answer as JSON');
}

/** Whether a command asks as somebody, or as anybody may. */
export type Access = 'token' | 'anybody';

/** The client for a command's options. Without an address, or a token that is needed, the command was used wrongly. */
export async function openClient(
  options: ConnectionOptions,
  command: Command,
  access: Access = 'token',
): Promise<ApiClient> {
  const { url, tokenFile } = options;
  if (url === undefined || !isHttp(url)) command.error('error: say where the node is (http://…): --url or BONGSU_URL');
  if (access === 'anybody') return new ApiClient({ url });
  const token = tokenFile === undefined ? options.token : await readTokenFile(tokenFile);
  if (token === undefined) command.error('error: give a token: --token-file, --token or BONGSU_TOKEN');
  if (!VISIBLE_ASCII.test(token.trim())) command.error('error: what was given as a token is none: look at the file');
  return new ApiClient({ url, token: token.trim() });
}

/** A member's HTTP API, as commands use it. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  /** @param options.fetch how a request is made, where a member shows its certificate */
  constructor({ url, token, fetch: call = fetch }: { url: string; token?: string; fetch?: typeof fetch }) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#fetch = call;
  }

  /**
   * Asks, and asks again where the connection broke or the node was busy: every request that changes something goes
   * under a key of its own, so that it is done once however often it is sent.
   * @throws ProblemError, ClientError
   */
  async ask<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, request: ApiRequest = {}): Promise<T> {
    return this.#read<T>(await this.#send(method, path, request));
  }

  /** As `ask`, for an answer that is a text. */
  async askText(path: string, request: Pick<ApiRequest, 'query'> = {}): Promise<string> {
    const answer = await this.#send('GET', path, request);
    return answer.ok ? answer.text() : this.#read<never>(answer);
  }

  async #send(method: string, path: string, request: ApiRequest): Promise<Response> {
    const url = this.#address(path, request.query);
    const init = this.#init(method, request);
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt > RETRIES_MAX;
      const answer = await this.#fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX) }).catch(
        (cause: unknown) => {
          if (isLast) throw new ClientError({ code: 'NODE_UNREACHABLE', url: this.#url, attempts: attempt }, { cause });
          return undefined;
        },
      );
      if (answer !== undefined && (answer.status !== 503 || isLast)) return answer;
      await answer?.body?.cancel();
      await wait(RETRY_WAIT_MS * 2 ** (attempt - 1));
    }
  }

  #address(path: string, query: ApiRequest['query'] = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
    return `${this.#url}${path}${text === '' ? '' : `?${text}`}`;
  }

  #init(method: string, { body, mediaType = 'text/csv' }: ApiRequest): RequestInit {
    const isFile = body instanceof Uint8Array || body instanceof Blob;
    return {
      method,
      redirect: 'error',
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(method !== 'GET' && { 'idempotency-key': randomUUID() }),
        ...(body !== undefined && { 'content-type': isFile ? mediaType : 'application/json' }),
      },
      ...(body !== undefined && { body: isFile ? bodyOctets(body) : JSON.stringify(body) }),
    };
  }

  async #read<T>(answer: Response): Promise<T> {
    const value = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined;
    if (answer.ok && value !== undefined) return value as T;
    if (typeof value?.['code'] !== 'string') {
      throw new ClientError({ code: 'NODE_ANSWER_MALFORMED', url: this.#url, status: answer.status });
    }
    throw new ProblemError(problemFacts(value, value['code']), { cause: value });
  }
}

/** The flat part of a problem: what RFC 9457 names is of no use on a command line, save for what to do. */
function problemFacts(problem: Record<string, unknown>, code: string): Fault['facts'] {
  const { type: _type, title: _title, status: _status, detail, code: _code, ...facts } = problem;
  const flat = Object.entries(facts).filter(([, value]) => typeof value !== 'object');
  return { code, ...Object.fromEntries(flat), detail: String(detail) };
}

/** What else `fetch` would refuse looks to it like a node that does not answer. */
function isHttp(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError({ code: 'INPUT_UNREADABLE', file }, { cause });
  }
}

function bodyOctets(body: Uint8Array | Blob): Buffer | Blob {
  return body instanceof Blob ? body : Buffer.from(body);
}
