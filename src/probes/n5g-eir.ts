import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { Fault } from '../base/fault.ts';

/** How long the probe waits for a connection, and for each answer. */
export const ANSWER_WAIT_MS_MAX = 10_000;
/** An answer of this API has some 30 octets, a problem some 300. */
export const ANSWER_SIZE_MAX = 16_384;

export interface N5gEirProbeOptions {
  /** TS 29.501 clause 4.4: `http://host:port` (prior knowledge) or `https://…`, with the path prefix if there is one. */
  readonly apiRoot: string;
  /** With https: PEM text of who may sign the gate's certificate, and the probe's own certificate where it is asked for. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

export interface N5gEirCheck {
  /** As an AMF sends it: `imeisv-` and 16 digits, `imei-` and 15. */
  readonly pei?: string;
  /** `imsi-` and digits. */
  readonly supi?: string;
}

/** An answer, whatever it is. */
export interface N5gEirAnswer {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a 200: WHITELISTED, BLACKLISTED or GREYLISTED. */
  readonly status: string | undefined;
  /** Of a problem: such as ERROR_EQUIPMENT_UNKNOWN. */
  readonly cause: string | undefined;
  readonly body: string;
}

export type N5gEirProbeFault =
  | { code: 'N5G_EIR_PROBE_REFUSED'; reason: string }
  | { code: 'N5G_EIR_PROBE_CLOSED'; reason: string }
  | { code: 'N5G_EIR_PROBE_NO_ANSWER'; waitedMs: number }
  | { code: 'N5G_EIR_PROBE_ANSWER_TOO_LONG'; sizeMax: number };
export class N5gEirProbeError extends Fault<N5gEirProbeFault> {}

/** An AMF as far as N5g-eir goes: for the command line, the story and the tests. */
export class N5gEirProbe {
  readonly #session: ClientHttp2Session;
  readonly #prefix: string;

  private constructor(session: ClientHttp2Session, prefix: string) {
    this.#session = session;
    this.#prefix = prefix;
  }

  /** Connects once the gate's SETTINGS are there. @throws N5gEirProbeError */
  static async connect({ apiRoot, tls }: N5gEirProbeOptions): Promise<N5gEirProbe> {
    const { origin, pathname } = new URL(apiRoot);
    const session = connect(origin, { ...tls });
    const refuse = (cause?: unknown) => asProbeError('N5G_EIR_PROBE_REFUSED', cause);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => session.destroy(noAnswer()), ANSWER_WAIT_MS_MAX);
      session.once('remoteSettings', () => {
        clearTimeout(timer);
        resolve();
      });
      // After `remoteSettings` these change nothing.
      session.on('error', (cause) => reject(refuse(cause)));
      session.once('close', () => {
        clearTimeout(timer);
        reject(refuse());
      });
      // A gate that asks for a certificate says so by a TLS alert after the handshake; of that no session hears.
      session.socket.once('error', (cause) => {
        clearTimeout(timer);
        reject(refuse(cause));
      });
    });
    return new N5gEirProbe(session, pathname === '/' ? '' : pathname);
  }

  /** Asks for one piece of equipment (TS 29.511 clause 5.2.2). @throws N5gEirProbeError */
  check({ pei, supi }: N5gEirCheck): Promise<N5gEirAnswer> {
    const parameters = Object.entries({ pei, supi }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
    return this.request({ ':path': `${this.#prefix}/n5g-eir-eic/v1/equipment-status${query}` });
  }

  /** Sends any request without a body. @throws N5gEirProbeError */
  request(headers: Readonly<Record<string, string>>): Promise<N5gEirAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#session.closed || this.#session.destroyed) {
        reject(asProbeError('N5G_EIR_PROBE_CLOSED', undefined));
        return;
      }
      const stream = this.#session.request({ accept: 'application/json, application/problem+json', ...headers });
      const chunks: Buffer[] = [];
      let size = 0;
      let answered: IncomingHttpHeaders = {};
      stream.setTimeout(ANSWER_WAIT_MS_MAX, () => stream.destroy(noAnswer()));
      stream.on('response', (responseHeaders) => {
        answered = responseHeaders;
      });
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= ANSWER_SIZE_MAX) return;
        stream.destroy(new N5gEirProbeError({ code: 'N5G_EIR_PROBE_ANSWER_TOO_LONG', sizeMax: ANSWER_SIZE_MAX }));
      });
      stream.on('end', () => {
        if (answered[':status'] !== undefined) resolve(readAnswer(answered, Buffer.concat(chunks).toString()));
      });
      stream.on('error', (cause) => reject(asProbeError('N5G_EIR_PROBE_CLOSED', cause)));
      // After `end` this changes nothing.
      stream.on('close', () => reject(asProbeError('N5G_EIR_PROBE_CLOSED', undefined)));
    });
  }

  /** Lets requests in hand be answered, and closes. */
  async close(): Promise<void> {
    if (this.#session.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#session.once('close', () => resolve());
      this.#session.close();
    });
  }
}

function readAnswer(headers: IncomingHttpHeaders, body: string): N5gEirAnswer {
  const details = parseObject(body);
  const { status, cause } = details;
  return {
    httpStatus: Number(headers[':status']),
    headers,
    status: typeof status === 'string' ? status : undefined,
    cause: typeof cause === 'string' ? cause : undefined,
    body,
  };
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function noAnswer(): N5gEirProbeError {
  return new N5gEirProbeError({ code: 'N5G_EIR_PROBE_NO_ANSWER', waitedMs: ANSWER_WAIT_MS_MAX });
}

function asProbeError(code: 'N5G_EIR_PROBE_REFUSED' | 'N5G_EIR_PROBE_CLOSED', cause: unknown): N5gEirProbeError {
  if (cause instanceof N5gEirProbeError) return cause;
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'closed';
  return new N5gEirProbeError({ code, reason }, { cause });
}
