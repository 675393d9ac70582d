import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CaseAnswer } from '../../desks/devices/opening.ts';
import type { Health } from '../../node/health.ts';
import type { StandingDigest } from '../../portals/dependencies.ts';
import { DrillError } from './until.ts';

/** What a desk acknowledged: the phone, and where its statement stands. */
export interface Acknowledged {
  readonly member: string;
  readonly caseNumber: string;
  readonly imei: string;
  readonly index: number;
  /** How often it was asked before it answered. */
  readonly attempts: number;
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
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.state(imei, key);
      if (typeof outcome === 'object') return { member: this.member, imei, attempts, ...outcome };
      await wait(RETRY_MS, undefined, { signal });
    }
  }

  /**
   * States that a phone is stolen. @returns where the statement stands; the code of a refusal that may pass; undefined
   * where there was no answer @throws DrillError DRILL_REFUSED
   */
  async state(imei: string, key: string): Promise<Stated | string | undefined> {
    // The phones are test devices, so that none of them is anybody's: the desk wants that confirmed.
    return this.#decide('/v1/device-cases', { devices: [imei], reason: 'stolen', acceptShared: true }, key);
  }

  /** States that a phone was found, once. @returns where the release stands @throws DrillError DRILL_REFUSED */
  async releaseUntilAnswered(caseNumber: string, key: string): Promise<Stated> {
    for (;;) {
      const outcome = await this.#decide(`/v1/device-cases/${caseNumber}/release`, { reason: 'recovered' }, key);
      if (typeof outcome === 'object') return outcome;
      await wait(RETRY_MS);
    }
  }

  async #decide(path: string, decision: object, key: string): Promise<Stated | string | undefined> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await this.#ask(path, { method: 'POST', headers, body: JSON.stringify(decision) });
    if (answer === undefined) return undefined;
    const { status, value } = answer;
    if (status < 300) {
      const { case: caseNumber, entries } = value as unknown as CaseAnswer;
      return { caseNumber, index: entries[0]!.entry.index };
    }
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
