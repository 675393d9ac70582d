import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CaseAnswer } from '../../desks/devices/opening.ts';
import type { SealedFile } from '../../desks/proofs/desk.ts';
import type { Health } from '../../node/health.ts';
import type { StandingDigest } from '../../portals/dependencies.ts';
import { DrillError } from './until.ts';

/** What a desk acknowledged, and where it stands. */
interface Done {
  readonly member: string;
  readonly index: number;
  /** How often it was asked before it answered. */
  readonly attempts: number;
}

/** A phone, and where its statement stands in the shared log. */
export interface Acknowledged extends Done {
  readonly caseNumber: string;
  readonly imei: string;
}

/** A file's digest, and where it stands in the own log. */
export interface Sealed extends Done {
  readonly sha256: string;
}

type Stated = Pick<Acknowledged, 'caseNumber' | 'index'>;

interface AskInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ANSWER_MS_MAX = 10_000;
const RETRY_MS = 25;

/** A member's desk, over its API. Unlike a command it goes on asking under one key, for as long as it takes. */
export class DrillDesk {
  readonly member: string;
  readonly #url: string;
  readonly #folder: string;
  #token: string | undefined;

  constructor({ member, url, folder }: { member: string; url: string; folder: string }) {
    this.member = member;
    this.#url = url;
    this.#folder = folder;
  }

  /** States that a phone is stolen, once, however often the node dies over it. */
  async stateUntilAnswered(imei: string, key: string, signal?: AbortSignal): Promise<Acknowledged> {
    const { answer, attempts } = await untilAnswered(() => this.state(imei, key), signal);
    return { member: this.member, imei, attempts, ...answer };
  }

  /**
   * States that a phone is stolen. @returns where the statement stands; the code of a refusal that may pass; undefined
   * where there was no answer @throws DrillError DRILL_REFUSED
   */
  async state(imei: string, key: string): Promise<Stated | string | undefined> {
    // The phones are test devices, so that none of them is anybody's: the desk wants that confirmed.
    const decision = { devices: [imei], reason: 'stolen', acceptShared: true };
    return this.#decide('/v1/device-cases', decision, key, statedIn);
  }

  /** Seals a file's digest in the member's own log, once, however often the node dies over it. */
  async sealUntilAnswered(sha256: string, key: string, signal?: AbortSignal): Promise<Sealed> {
    const { answer, attempts } = await untilAnswered(() => this.seal(sha256, key), signal);
    return { member: this.member, sha256, attempts, ...answer };
  }

  /** Seals a file's digest in the member's own log. @returns and @throws as `state` */
  async seal(sha256: string, key: string): Promise<Pick<Sealed, 'index'> | string | undefined> {
    return this.#decide('/v1/evidence', { sha256, size: 1 }, key, (value) => (value as SealedFile).entry);
  }

  /** States that a phone was found, once. @returns where the release stands @throws DrillError DRILL_REFUSED */
  async releaseUntilAnswered(caseNumber: string, key: string): Promise<Stated> {
    const path = `/v1/device-cases/${caseNumber}/release`;
    return (await untilAnswered(() => this.#decide(path, { reason: 'recovered' }, key, statedIn))).answer;
  }

  async #decide<T extends object>(
    path: string,
    decision: object,
    key: string,
    done: (value: unknown) => T,
  ): Promise<T | string | undefined> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await this.#ask(path, { method: 'POST', headers, body: JSON.stringify(decision) });
    if (answer === undefined) return undefined;
    const { status, value } = answer;
    if (status < 300) return done(value);
    const code = String(value['code']);
    // Under this key an earlier life of the node may be at work still; and a full disk may be given room.
    if (status >= 500 || status === 409 || status === 429) return code;
    throw new DrillError({ code: 'DRILL_REFUSED', member: this.member, status, reason: code });
  }

  /** It reads all of the node's standing. Undefined where the node does not answer. */
  async standing(): Promise<StandingDigest | undefined> {
    const answer = await this.#ask('/v1/standing-digest', {});
    return answer?.status === 200 ? (answer.value as unknown as StandingDigest) : undefined;
  }

  async health(): Promise<Health | undefined> {
    return (await this.#ask('/healthz', {}))?.value as Health | undefined;
  }

  async #ask(path: string, init: AskInit): Promise<{ status: number; value: Record<string, unknown> } | undefined> {
    try {
      this.#token ??= (await readFile(join(this.#folder, 'tokens', 'supervisor'), 'utf8')).trim();
      const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
      const signal = AbortSignal.timeout(ANSWER_MS_MAX);
      const answer = await fetch(`${this.#url}${path}`, { ...init, headers, signal });
      return { status: answer.status, value: (await answer.json()) as Record<string, unknown> };
    } catch {
      // A node that is dead, or dies while it answers.
      return undefined;
    }
  }
}

function statedIn(value: unknown): Stated {
  const { case: caseNumber, entries } = value as CaseAnswer;
  return { caseNumber, index: entries[0]!.entry.index };
}

/** Asks again as long as there is no answer, or a refusal that may pass. */
async function untilAnswered<T extends object>(
  ask: () => Promise<T | string | undefined>,
  signal?: AbortSignal,
): Promise<{ readonly answer: T; readonly attempts: number }> {
  for (let attempts = 1; ; attempts++) {
    const answer = await ask();
    if (typeof answer === 'object') return { answer, attempts };
    await wait(RETRY_MS, undefined, { signal });
  }
}

/** The digest of a file that is about this phone: 64 hexadecimal digits. */
export function digestOf(imei: string): string {
  return createHash('sha256').update(imei).digest('hex');
}
