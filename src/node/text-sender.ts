import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import type { OutgoingText, ReadTextState, SendText, TextState } from '../desks/incidents/notice-sender.ts';

/** The gate answers within moments, or the text is tried again. */
const ANSWER_MS_MAX = 10_000;

/** What the gate says of a text it took that will change no more. */
const FINAL: Readonly<Record<string, TextState>> = {
  DELIVRD: 'delivered',
  EXPIRED: 'undelivered',
  DELETED: 'undelivered',
  UNDELIV: 'undelivered',
  REJECTD: 'undelivered',
};

/** With these the gate says that it may have sent the text, and will not send it again. */
const UNKNOWN: readonly unknown[] = ['TEXT_OUTCOME_UNKNOWN', 'IDEMPOTENCY_KEY_REUSED'];

export interface TextSenderOptions {
  /** The HTTP API of a message gate. */
  readonly url: string;
  /** Holds the key of the account at the gate. */
  readonly keyFile: string;
  readonly originator?: string;
}

export type TextSenderFault =
  | { code: 'TEXT_KEY_UNREADABLE'; file: string }
  | { code: 'TEXT_NOT_TAKEN'; status: number; reason: string };
export class TextSenderError extends Fault<TextSenderFault> {}

export interface TextSender {
  readonly sendText: SendText;
  readonly readTextState: ReadTextState;
}

/** Sends texts through a message gate, as any of its accounts does. @throws TextSenderError TEXT_KEY_UNREADABLE */
export async function openTextSender({ url, keyFile, originator }: TextSenderOptions): Promise<TextSender> {
  const key = await readFile(keyFile, 'utf8').catch((cause: unknown) => {
    throw new TextSenderError({ code: 'TEXT_KEY_UNREADABLE', file: keyFile }, { cause });
  });
  const base = url.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${key.trim()}` };
  return {
    sendText: async ({ idempotencyKey, from, to, text }: OutgoingText) => {
      const body = { from, to: `+${to}`, text, ...(originator !== undefined && { originator }) };
      const answer = await fetch(`${base}/messages`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      try {
        const { messageId } = await read<{ messageId: string }>(answer);
        return { messageId };
      } catch (error) {
        if (error instanceof TextSenderError && isOutcomeUnknown(error.facts)) return 'unknown';
        throw error;
      }
    },
    readTextState: async (messageId) => {
      const answer = await fetch(`${base}/messages/${encodeURIComponent(messageId)}`, {
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const { state = '' } = await read<{ state?: string }>(answer);
      return FINAL[state] ?? 'waiting';
    },
  };
}

function isOutcomeUnknown(facts: TextSenderFault): boolean {
  return facts.code === 'TEXT_NOT_TAKEN' && UNKNOWN.includes(facts.reason);
}

async function read<T>(answer: Response): Promise<T> {
  const value = (await answer.json().catch(() => ({}))) as T & { code?: unknown };
  if (answer.ok) return value;
  const reason = typeof value.code === 'string' ? value.code : 'unknown';
  throw new TextSenderError({ code: 'TEXT_NOT_TAKEN', status: answer.status, reason });
}
