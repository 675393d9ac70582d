import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { LineCheckRow } from '../../store/incidents/schema.ts';
import type { Decision, Decisions } from '../decisions/decision.ts';
import { readLine } from '../decisions/form-fields.ts';
import { AttemptLimits } from './attempt-limits.ts';
import { IncidentError } from './incident-fault.ts';
import { incidentsOfLine, type LineAnswer, padded } from './line-answer.ts';
import { momentText } from './moments.ts';
import type { SendText } from './notice-sender.ts';
import type { IncidentSettings } from './settings.ts';

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const CODE_DIGITS = 6;
const ID_SIZE = 16;
const TOKEN_SIZE = 24;
/** Who acts where a person asks without a token of the desk. */
const PUBLIC = { actor: 'line', role: 'public' } as const;

interface CheckDependencies {
  readonly decisions: Decisions;
  /** Without it no code can be sent, and no check begun. */
  readonly sendText: SendText | undefined;
  readonly clock: Clock;
}

interface BegunCheck {
  readonly expiresMs: number;
  /** Where the line must wait before it is sent another code. */
  readonly waitSeconds?: number;
}

/** Where a request comes from; counted and not kept. */
export interface Asker {
  readonly address: string;
}

/**
 * Lets a person find out whether her own line was exposed: a code goes to the line itself, and whoever reads it out gets
 * one answer. Yes and no have one size, one shape and one time; who holds no phone of that line learns nothing.
 */
export class SelfChecks {
  readonly #settings: IncidentSettings;
  readonly #dependencies: CheckDependencies;
  readonly #byAddress: AttemptLimits;
  readonly #noticesByAddress: AttemptLimits;
  readonly #noticesByLine: AttemptLimits;

  constructor(settings: IncidentSettings, dependencies: CheckDependencies) {
    const { checksPerAddressAndHourMax, wrongCodesMax } = settings.selfCheck;
    this.#settings = settings;
    this.#dependencies = dependencies;
    const hourly = (attemptsMax: number, windowMs: number) =>
      new AttemptLimits({ attemptsMax, windowMs }, dependencies);
    this.#byAddress = hourly(checksPerAddressAndHourMax, HOUR_MS);
    this.#noticesByAddress = hourly(checksPerAddressAndHourMax, HOUR_MS);
    this.#noticesByLine = hourly(wrongCodesMax, DAY_MS);
  }

  /** Sends a one-time code to the line. @throws FormError; IncidentError LINE_CHECKS_TOO_MANY, TEXTS_NOT_SENT */
  async begin({ line }: { line: string }, { address }: Asker): Promise<{ check: string; expiresAt: string }> {
    const { decisions, sendText } = this.#dependencies;
    const msisdn = readLine(line, 'line', this.#settings.countryCode);
    refuseOver(this.#byAddress.take(address));
    if (sendText === undefined) throw new IncidentError({ code: 'TEXTS_NOT_SENT' });
    const code = randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0');
    const id = randomBytes(ID_SIZE).toString('hex');
    const begun = await decisions.decide<BegunCheck>(PUBLIC, (decision) =>
      this.#keepCheck(decision, { id, msisdn, code }),
    );
    refuseOver(begun.waitSeconds);
    const text = `[${this.#settings.member}] ${code} 본인 확인 번호입니다. Your code. ${this.#settings.contact}`;
    try {
      await sendText({ from: this.#settings.sender, to: msisdn, text, idempotencyKey: `check-${id}` });
    } catch (cause) {
      throw new IncidentError({ code: 'TEXTS_NOT_SENT' }, { cause });
    }
    return { check: id, expiresAt: momentText(begun.expiresMs, this.#settings.utcOffset) };
  }

  /** Answers whoever reads out the code: once. @throws IncidentError LINE_CODE_WRONG, LINE_CHECKS_TOO_MANY */
  async answer({ check, code }: { check: string; code: string }, { address }: Asker): Promise<LineAnswer> {
    return this.#inEqualTime(async () => {
      refuseOver(this.#byAddress.take(address));
      const answer = await this.#dependencies.decisions.decide<{ found?: LineAnswer }>(PUBLIC, async (decision) => {
        const found = await this.#answerOnce(decision, { check, code });
        return found === undefined ? {} : { found };
      });
      // A code that is wrong, over, used or never was: one refusal for all of them.
      if (answer.found === undefined) throw new IncidentError({ code: 'LINE_CODE_WRONG' });
      return answer.found;
    });
  }

  /** The line of a check that was answered and not long ago. @throws IncidentError LINE_CODE_WRONG */
  async provenLine({ tables, nowMs }: Decision, { check, token }: { check: string; token: string }): Promise<string> {
    const row = await tables.incidents.lines.check(check);
    if (row?.status !== 'answered' || row.expiresMs <= nowMs || !isHashOf(token, row)) {
      throw new IncidentError({ code: 'LINE_CODE_WRONG' });
    }
    return row.msisdn;
  }

  /** Whether a notice with this code was sent to this line by the member itself. */
  async isNoticeReal(
    { line, code }: { line: string; code: string },
    { address }: Asker,
  ): Promise<{ notice: 'real' | 'none' }> {
    return this.#inEqualTime(async () => {
      const msisdn = readLine(line, 'line', this.#settings.countryCode);
      refuseOver(this.#noticesByAddress.take(address));
      refuseOver(this.#noticesByLine.take(msisdn));
      const digits = code.replaceAll(/[\s-]/g, '');
      const { store } = this.#dependencies.decisions;
      const rows = await store.read(({ incidents }) => incidents.notices.byCode(msisdn, digits));
      return { notice: rows.length > 0 ? 'real' : 'none' };
    });
  }

  async #keepCheck(
    decision: Decision,
    { id, msisdn, code }: { id: string; msisdn: string; code: string },
  ): Promise<BegunCheck> {
    const { tables, nowMs } = decision;
    const { codeSeconds, codeWaitsSeconds } = this.#settings.selfCheck;
    const expiresMs = nowMs + codeSeconds * 1_000;
    const waitSeconds = waitOf(
      await tables.incidents.lines.checksSince(msisdn, nowMs - DAY_MS),
      codeWaitsSeconds,
      nowMs,
    );
    if (waitSeconds !== undefined) return { expiresMs, waitSeconds };
    const row = { id, msisdn, codeHash: hashOf(id, code), status: 'sent', wrongCodes: 0, createdMs: nowMs, expiresMs };
    await tables.incidents.lines.addCheck(row, nowMs - DAY_MS);
    decision.note('line-check.begun', null, {});
    return { expiresMs };
  }

  async #answerOnce(
    decision: Decision,
    { check, code }: { check: string; code: string },
  ): Promise<LineAnswer | undefined> {
    const { tables, nowMs } = decision;
    const { lines } = tables.incidents;
    const { codeSeconds, wrongCodesMax } = this.#settings.selfCheck;
    const row = await lines.check(check);
    if (row?.status !== 'sent' || row.expiresMs <= nowMs || row.wrongCodes >= wrongCodesMax) return undefined;
    if (!isHashOf(code, row)) {
      await lines.changeCheck(row.id, { wrongCodes: row.wrongCodes + 1 });
      return undefined;
    }
    const token = randomBytes(TOKEN_SIZE).toString('base64url');
    const expiresMs = nowMs + codeSeconds * 1_000;
    await lines.changeCheck(row.id, { status: 'answered', codeHash: hashOf(row.id, token), expiresMs });
    const incidents = await incidentsOfLine(tables, row.msisdn, this.#settings);
    decision.note('line-check.answered', null, {});
    return padded({
      exposed: incidents.length > 0,
      incidents,
      contact: this.#settings.contact,
      token,
      tokenExpiresAt: momentText(expiresMs, this.#settings.utcOffset),
    });
  }

  /** Whatever the answer, and however fast it was found, it comes at the same time after the question. */
  async #inEqualTime<T>(work: () => Promise<T>): Promise<T> {
    const held = wait(this.#settings.selfCheck.answerMsMin);
    try {
      return await work();
    } finally {
      await held;
    }
  }
}

/**
 * In how many seconds a line may be sent another code: later and later, until whoever holds the line answers one.
 * Anybody may have asked for the others, so no wait is long. Checks are given newest first.
 */
function waitOf(
  checks: readonly Pick<LineCheckRow, 'status' | 'createdMs'>[],
  waitsSeconds: readonly number[],
  nowMs: number,
): number | undefined {
  const answered = checks.findIndex(({ status }) => status === 'answered');
  const unanswered = answered === -1 ? checks.length : answered;
  if (unanswered === 0) return undefined;
  const waitMs = waitsSeconds[Math.min(unanswered, waitsSeconds.length) - 1]! * 1_000;
  const leftMs = checks[0]!.createdMs + waitMs - nowMs;
  return leftMs > 0 ? Math.ceil(leftMs / 1_000) : undefined;
}

function refuseOver(retryAfterSeconds: number | undefined): void {
  if (retryAfterSeconds !== undefined) throw new IncidentError({ code: 'LINE_CHECKS_TOO_MANY', retryAfterSeconds });
}

/** Salted by the check: the same code of two checks has two hashes. */
function hashOf(id: string, secret: string): string {
  return createHash('sha256').update(`${id} ${secret}`).digest('hex');
}

function isHashOf(secret: string, { id, codeHash }: LineCheckRow): boolean {
  return timingSafeEqual(Buffer.from(hashOf(id, secret), 'hex'), Buffer.from(codeHash, 'hex'));
}
