import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { hashOfCode } from '../../identifiers/enrolment-code.ts';
import { LINES_MAX } from '../../standing/lines.ts';
import type { LineRow } from '../../store/lines/line-tables.ts';
import type { Tables } from '../../store/store.ts';
import type { Decision, Decisions, DeskRequest } from '../decisions/decision.ts';
import { readLine, readWord } from '../decisions/form-fields.ts';
import { readBoundImei, readImsi, lineTag } from './line-fields.ts';
import { LineError } from './line-fault.ts';
import type { LineKeeper } from './line-keeper.ts';
import { type LineView, lineView } from './line-view.ts';
import { askToUnblock, IDENTITY_CHECKS, type UnblockForm } from './unblocking.ts';

/** How long an enrolment code may be used. */
export const ENROLMENT_MS = 30 * 60_000;
// Without what is easily mistaken when read aloud or copied: 32^12 codes.
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 12;
const CODE_GROUP = 4;

export interface LineDeskOptions {
  /** The key of the tags that stand for lines in the journal. */
  readonly tagKey: Uint8Array;
  /** What a number that begins with 0 has in its stead. */
  readonly countryCode: string;
}

export interface LineDeskDependencies {
  readonly decisions: Decisions;
  readonly keeper: LineKeeper;
  readonly clock: Clock;
}

export interface ProtectForm {
  readonly line: string;
  readonly imsi: string;
  readonly imei: string;
}

export interface EnrolmentForm {
  readonly line: string;
  /** Which document was seen, with the person it names: one of IDENTITY_CHECKS. */
  readonly check: string;
}

/**
 * Where an operator's people say how a line stands. It is the operator's own affair: nothing of it is stated in a
 * shared log. Every decision is a row and a line of the journal in one transaction; the gates know it when it is answered.
 */
export class LineDesk {
  readonly #options: LineDeskOptions;
  readonly #dependencies: LineDeskDependencies;

  constructor(options: LineDeskOptions, dependencies: LineDeskDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** How a line stands, perhaps for a case. @throws LineError, DecisionError LOOK_UPS_TOO_MANY; StoreError */
  async show(form: { line: string; case?: string }, request: DeskRequest): Promise<LineView> {
    const msisdn = readLine(form.line, 'line', this.#options.countryCode);
    const ground = { on: 'search', case: form.case } as const;
    const seen = { action: 'line.shown', ground, subject: msisdn, about: this.#tag(msisdn) };
    return this.#dependencies.decisions.lookUp(request, seen, (tables) => this.#view(tables, msisdn));
  }

  /** Binds a line to one device: from now on the equipment gates refuse any other. @throws LineError, FormError, StoreError */
  async protect(form: ProtectForm, request: DeskRequest): Promise<LineView> {
    const imsi = readImsi(form.imsi, 'imsi');
    const boundImei = readBoundImei(form.imei, 'imei');
    return this.#change(form.line, 'line.protected', request, async (row, { tables, nowMs }) => {
      if (row.boundImei !== null) throw new LineError({ code: 'LINE_BOUND_ALREADY' });
      await refuseTaken(tables, imsi, row.msisdn);
      return { ...row, imsi, boundImei, protectedMs: nowMs };
    });
  }

  /** @throws LineError LINE_NOT_PROTECTED, StoreError */
  async unprotect(form: { line: string }, request: DeskRequest): Promise<LineView> {
    return this.#change(form.line, 'line.unprotected', request, async (row) => {
      if (row.boundImei === null) throw new LineError({ code: 'LINE_NOT_PROTECTED' });
      return { ...row, imsi: row.priorityMs === null ? null : row.imsi, boundImei: null, protectedMs: null };
    });
  }

  /** The customer's own block: anybody at the desk sets it at once, and no harm is done. @throws LineError, StoreError */
  async blockPayments(form: { line: string }, request: DeskRequest): Promise<LineView> {
    return this.#change(form.line, 'line.payments-blocked', request, async (row, { nowMs }) => ({
      ...row,
      paymentsBlockedMs: row.paymentsBlockedMs ?? nowMs,
      // Whoever asks for the block again does not want what was asked before.
      unblockAskedMs: null,
      unblockAskedBy: null,
      unblockCheck: null,
    }));
  }

  /**
   * Undoes the customer's block, by two people who have each seen the customer: the first to ask, and a supervisor.
   * Whoever holds leaked data must not undo a block, so nothing that can be known or intercepted is a check.
   * @throws LineError LINE_NOT_BLOCKED, UNBLOCK_NEEDS_ANOTHER, UNBLOCK_NEEDS_SUPERVISOR; FormError, StoreError
   */
  async unblockPayments(form: UnblockForm, request: DeskRequest): Promise<LineView> {
    return this.#change(form.line, 'line.unblock-asked', request, async (row, decision) =>
      askToUnblock(row, form, decision),
    );
  }

  /**
   * Marks a line of the emergency services, or ends that. With its IMSI, the equipment gates track a phone of it that they
   * would refuse. @throws LineError LINE_IMSI_TAKEN, StoreError
   */
  async prioritise(form: { line: string; priority: boolean; imsi?: string }, request: DeskRequest): Promise<LineView> {
    const given = form.imsi === undefined ? undefined : readImsi(form.imsi, 'imsi');
    const action = form.priority ? 'line.priority-given' : 'line.priority-ended';
    return this.#change(form.line, action, request, async (row, { tables, nowMs }) => {
      if (!form.priority) return { ...row, imsi: row.boundImei === null ? null : row.imsi, priorityMs: null };
      // A line that is bound keeps the subscription that it is bound by.
      const imsi = row.boundImei === null ? (given ?? row.imsi) : row.imsi;
      if (imsi !== null) await refuseTaken(tables, imsi, row.msisdn);
      return { ...row, imsi, priorityMs: row.priorityMs ?? nowMs };
    });
  }

  /** A code with which the line's holder may register one passkey. It is shown once. @throws LineError, FormError, StoreError */
  async enrol(form: EnrolmentForm, request: DeskRequest): Promise<{ code: string; expiresAt: string }> {
    const msisdn = readLine(form.line, 'line', this.#options.countryCode);
    const check = readWord(IDENTITY_CHECKS, form.check, 'check');
    const code = newCode();
    // The code is a secret, so it is not kept as the answer to a repetition: the same key has no second answer.
    const { idempotency: _, ...who } = request;
    const { expiresMs } = await this.#dependencies.decisions.decide<{ expiresMs: number }>(who, async (decision) => {
      const { tables, nowMs } = decision;
      const enrolment = { codeHash: hashOfCode(code), msisdn, expiresMs: nowMs + ENROLMENT_MS, usedMs: null };
      await tables.lines.addEnrolment(enrolment);
      decision.note('line.enrolment-opened', null, { ...this.#tag(msisdn), check });
      return { expiresMs: enrolment.expiresMs };
    });
    return { code, expiresAt: new Date(expiresMs).toISOString() };
  }

  #tag(msisdn: string): { line: string } {
    return { line: lineTag(this.#options.tagKey, msisdn) };
  }

  async #change(
    line: string,
    action: string,
    request: DeskRequest,
    change: (row: LineRow, decision: Decision) => Promise<LineRow>,
  ): Promise<LineView> {
    const { decisions, keeper } = this.#dependencies;
    const msisdn = readLine(line, 'line', this.#options.countryCode);
    keeper.requireRoom();
    try {
      return await decisions.decide<LineView>(request, async (decision) => {
        const earlier = await decision.tables.lines.find(msisdn);
        if (earlier === undefined && keeper.standing.size >= LINES_MAX) {
          throw new LineError({ code: 'LINES_TOO_MANY', linesMax: LINES_MAX });
        }
        const changed = await change(earlier ?? newLine(msisdn), decision);
        await decision.tables.lines.put(changed);
        const wasUnblocked = earlier?.paymentsBlockedMs != null && changed.paymentsBlockedMs === null;
        decision.note(wasUnblocked ? 'line.payments-unblocked' : action, null, this.#tag(msisdn));
        return this.#view(decision.tables, msisdn);
      });
    } finally {
      // Also where this was refused: an earlier answer may have been lost after its change was written.
      await keeper.level(msisdn);
    }
  }

  async #view({ lines }: Tables, msisdn: string): Promise<LineView> {
    const row = (await lines.find(msisdn)) ?? newLine(msisdn);
    const passkeys = (await lines.passkeysOf(msisdn)).length;
    return lineView(row, { passkeys, exposedOn: this.#dependencies.keeper.standing.exposedOn(msisdn) });
  }
}

function newLine(msisdn: string): LineRow {
  return {
    msisdn,
    imsi: null,
    boundImei: null,
    protectedMs: null,
    paymentsBlockedMs: null,
    priorityMs: null,
    unblockAskedMs: null,
    unblockAskedBy: null,
    unblockCheck: null,
  };
}

/** Such as `K7QM-2HTX-9WPD`. */
function newCode(): string {
  const letters = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]!).join('');
  return letters.match(new RegExp(`.{${CODE_GROUP}}`, 'g'))!.join('-');
}

/** @throws LineError LINE_IMSI_TAKEN */
async function refuseTaken({ lines }: Tables, imsi: string, msisdn: string): Promise<void> {
  const other = await lines.byImsi(imsi);
  if (other !== undefined && other.msisdn !== msisdn) throw new LineError({ code: 'LINE_IMSI_TAKEN' });
}
