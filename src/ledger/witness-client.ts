import { Fault } from '../base/fault.ts';
import { openCheckpoint, parseSize } from './checkpoint.ts';
import type { WitnessKey } from './cosignature.ts';
import type { LogVerifier } from './log-verifier.ts';
import { type NoteSignature, openNote } from './note.ts';
import type { TreeHead } from './verified-tiles.ts';
import { formatWitnessRequest } from './witness-request.ts';
import { originHash } from './witness-state.ts';

/** From the request to the last octet of the answer. */
export const WITNESS_TIMEOUT_MS = 5_000;
/** Octets of an answer: as many signature lines as a note may have. */
export const WITNESS_ANSWER_SIZE_MAX = 64 * 1024;
/** Requests for one checkpoint: one finds out the size, and a race with ourselves may make it wrong again. */
export const WITNESS_ATTEMPTS_MAX = 4;
const SIZE_TYPE = 'text/x.tlog.size';

export interface WitnessClientOptions {
  /** The submission prefix, such as `http://127.0.0.1:7102/witness`. */
  readonly url: string;
  /** The witness's keys: lines of others are passed over. */
  readonly keys: readonly WitnessKey[];
  readonly timeoutMs?: number;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
  /** How a request is made, where not everybody may ask. */
  readonly fetch?: typeof fetch;
}

/** What is to be cosigned. */
export interface Submission extends TreeHead {
  readonly note: string;
  /** The log's own key. */
  readonly logKey: LogVerifier;
  /** The hashes that prove that the tree began with its first so many entries. */
  prove(olderSize: number): Promise<readonly Buffer[]>;
}

export type WitnessClientFault =
  | { code: 'WITNESS_UNREACHABLE'; reason: string }
  | { code: 'WITNESS_TIMEOUT'; timeoutMs: number }
  | { code: 'WITNESS_ANSWER_TOO_LARGE'; sizeMax: number }
  /** It asks to be asked later. */
  | { code: 'WITNESS_PUSHED_BACK'; status: number }
  | { code: 'WITNESS_REFUSED'; status: number }
  /**
   * Its tree of this size, or its beginning, is another one than ours. `isProven` when it showed a checkpoint of this size
   * and another tree with our own signature.
   */
  | { code: 'WITNESS_CONTRADICTS'; size: number; isProven: boolean }
  /**
   * It knows more of our log than we do: the mark of a log that was restored from a backup. `isProven` when it showed a
   * larger checkpoint with our own signature.
   */
  | { code: 'WITNESS_AHEAD'; size: number; witnessSize: number; isProven: boolean }
  | { code: 'WITNESS_ANSWER_WRONG'; reason: string };
export class WitnessClientError extends Fault<WitnessClientFault> {}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Asks one witness for its cosignatures (C2SP tlog-witness). */
export class WitnessClient {
  readonly #options: WitnessClientOptions;
  /** What the witness is believed to have cosigned last; it says itself where that is wrong. */
  #knownSize = 0;

  constructor(options: WitnessClientOptions) {
    this.#options = options;
  }

  /** @returns the witness's signatures of the checkpoint, verified: at least one @throws WitnessClientError */
  async submit(submission: Submission): Promise<readonly NoteSignature[]> {
    const { size, note } = submission;
    let oldSize = Math.min(this.#knownSize, size);
    for (let attempt = 0; attempt < WITNESS_ATTEMPTS_MAX; attempt++) {
      const proof = await submission.prove(oldSize);
      const answer = await this.#ask('POST', 'add-checkpoint', formatWitnessRequest({ oldSize, proof, note }));
      if (answer.status === 200) {
        const signatures = this.#open(submission, answer.body);
        this.#knownSize = size;
        return signatures;
      }
      const known = knownSize(answer);
      if (known === undefined) throw await this.#refusal(answer, submission);
      this.#knownSize = known;
      if (known > size) throw await this.#ahead(submission, known);
      oldSize = known;
    }
    throw new WitnessClientError({ code: 'WITNESS_ANSWER_WRONG', reason: 'its size changes with every answer' });
  }

  /** Joined with the checkpoint, the answer is a note, and is verified as one. */
  #open({ note }: Submission, lines: Buffer): readonly NoteSignature[] {
    // What the log itself and others signed is none of the witness's answer.
    const text = note.slice(0, note.lastIndexOf('\n\n') + 2);
    const opened = openNote(Buffer.concat([Buffer.from(text), lines]), this.#options.keys);
    if (!(opened instanceof Fault)) return opened.signatures;
    throw new WitnessClientError({ code: 'WITNESS_ANSWER_WRONG', reason: opened.facts.code });
  }

  /** Asks for what the witness cosigned: a larger checkpoint with our own signature leaves no doubt. */
  async #ahead({ size, logKey }: Submission, witnessSize: number): Promise<WitnessClientError> {
    const shown = await this.#shown(logKey);
    const isProven = shown !== undefined && shown.size > size;
    return new WitnessClientError({ code: 'WITNESS_AHEAD', size, witnessSize, isProven });
  }

  /** What the witness cosigned last, if our own signature is on it. */
  async #shown(logKey: LogVerifier): Promise<TreeHead | undefined> {
    const answer = await this.#ask('GET', `${originHash(logKey.name)}/checkpoint`).catch(() => undefined);
    const shown = answer?.status === 200 ? openCheckpoint(answer.body, logKey) : undefined;
    return shown instanceof Fault ? undefined : shown;
  }

  /** Some witnesses say with an empty 409 what the specification says with 422. */
  async #refusal({ status, type, body }: Answer, { size, root, logKey }: Submission): Promise<WitnessClientError> {
    if (status === 429 || status === 503) return new WitnessClientError({ code: 'WITNESS_PUSHED_BACK', status });
    const isOtherRoot = status === 422 || (status === 409 && type !== SIZE_TYPE && body.length === 0);
    if (!isOtherRoot) return new WitnessClientError({ code: 'WITNESS_REFUSED', status });
    const shown = await this.#shown(logKey);
    const isProven = shown?.size === size && !shown.root.equals(root);
    return new WitnessClientError({ code: 'WITNESS_CONTRADICTS', size, isProven });
  }

  async #ask(method: string, path: string, body?: string): Promise<Answer> {
    const { url, timeoutMs = WITNESS_TIMEOUT_MS, signal, fetch: call = fetch } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await call(`${url}/${path}`, {
        method,
        redirect: 'error',
        // The whole of it: an answer that comes an octet a second has not come.
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        ...(body !== undefined && { body, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
      });
      const type = response.headers.get('content-type')?.split(';')[0] ?? '';
      return { status: response.status, type, body: await readBounded(response) };
    } catch (cause) {
      if (cause instanceof WitnessClientError) throw cause;
      if (timeout.aborted) throw new WitnessClientError({ code: 'WITNESS_TIMEOUT', timeoutMs }, { cause });
      throw new WitnessClientError({ code: 'WITNESS_UNREACHABLE', reason: reasonOf(cause) }, { cause });
    }
  }
}

/** The size in a 409, or undefined where the answer is none. */
function knownSize({ status, type, body }: Answer): number | undefined {
  if (status !== 409 || type !== SIZE_TYPE) return undefined;
  const text = body.toString('latin1');
  return text.endsWith('\n') ? parseSize(text.slice(0, -1)) : undefined;
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > WITNESS_ANSWER_SIZE_MAX) {
      throw new WitnessClientError({ code: 'WITNESS_ANSWER_TOO_LARGE', sizeMax: WITNESS_ANSWER_SIZE_MAX });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The system's word for what went wrong, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? (error as Error).name;
}
