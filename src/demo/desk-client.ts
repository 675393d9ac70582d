import { Fault } from '../base/fault.ts';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import type { EntryName } from '../statements/statement.ts';
import type { DeviceCheckView } from '../portals/device-check.ts';

export type DeskClientFault = { code: 'DEMO_DESK_REFUSED'; member: string; status: number; reason: string };
export class DeskClientError extends Fault<DeskClientFault> {}

export interface Why {
  readonly answer: string;
  /** The member whose statement decides, and its entry. */
  readonly saidBy: string;
  readonly entry: string;
}

/** A member's desk, asked as any program asks it: over its HTTP API, with a token. */
export class DeskClient {
  readonly member: string;
  readonly #url: string;
  readonly #token: string;

  constructor({ member, url, token }: { member: string; url: string; token: string }) {
    this.member = member;
    this.#url = url;
    this.#token = token;
  }

  async reportStolen(imei: string): Promise<{ caseNumber: string; entry: string }> {
    const answer = await this.#ask<CaseAnswer>('POST', '/v1/device-cases', { devices: [imei], reason: 'stolen' });
    return { caseNumber: answer.case, entry: entryText(answer.entries[0]?.entry) };
  }

  async releaseRecovered(caseNumber: string): Promise<{ entry: string }> {
    const path = `/v1/device-cases/${caseNumber}/release`;
    const answer = await this.#ask<CaseAnswer>('POST', path, { reason: 'recovered' });
    return { entry: entryText(answer.entries[0]?.entry) };
  }

  /** How this member's S13 gate answers for a device, and whose statement that rests on. */
  async explain(imei: string): Promise<Why> {
    const { gates } = await this.#ask<DeviceCheckView>('GET', `/v1/devices/${imei}`);
    const { answer, decidedBy, steps } = gates[0]!;
    const entry = steps.find(({ name }) => name === decidedBy)?.entries[0];
    return { answer, saidBy: entry?.member ?? 'nobody', entry: entryText(entry) };
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) {
      const { code } = (await answer.json()) as { code?: string };
      const { status } = answer;
      throw new DeskClientError({ code: 'DEMO_DESK_REFUSED', member: this.member, status, reason: code ?? 'none' });
    }
    return (await answer.json()) as T;
  }
}

function entryText(entry: EntryName | undefined): string {
  return entry === undefined ? 'no entry' : `entry ${entry.index} of ${entry.member}'s log`;
}
