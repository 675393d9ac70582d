import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../cli/client.ts';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import type { DeviceCheckView } from '../portals/device-check.ts';
import type { EntryName } from '../statements/statement.ts';
import type { RunningNode } from './processes.ts';

export interface Why {
  readonly answer: string;
  /** The member whose statement decides, and its entry. */
  readonly saidBy: string;
  readonly entry: string;
}

/** A member's desk, asked as any program asks it: over its HTTP API, with a token. */
export class DeskClient {
  readonly member: string;
  readonly url: string;
  readonly #api: ApiClient;

  constructor({ member, url, token }: { member: string; url: string; token: string }) {
    this.member = member;
    this.url = url;
    this.#api = new ApiClient({ url, token });
  }

  /** The desk of a node that runs, with the supervisor's token from its data folder. */
  static async open({ name, addresses, folder }: RunningNode): Promise<DeskClient> {
    const token = (await readFile(join(folder, 'tokens', 'supervisor'), 'utf8')).trim();
    return new DeskClient({ member: name, url: addresses.api, token });
  }

  /** The API itself. */
  get api(): ApiClient {
    return this.#api;
  }

  async reportStolen(imei: string): Promise<{ caseNumber: string; entry: string }> {
    // The phones of a demonstration are test devices, so that none of them is anybody's: the desk wants that confirmed.
    const body = { devices: [imei], reason: 'stolen', acceptShared: true };
    const answer = await this.#api.ask<CaseAnswer>('POST', '/v1/device-cases', { body });
    return { caseNumber: answer.case, entry: entryText(answer.entries[0]?.entry) };
  }

  async releaseRecovered(caseNumber: string): Promise<{ entry: string }> {
    const path = `/v1/device-cases/${caseNumber}/release`;
    const answer = await this.#api.ask<CaseAnswer>('POST', path, { body: { reason: 'recovered' } });
    return { entry: entryText(answer.entries[0]?.entry) };
  }

  /** How this member's S13 gate answers for a device, and whose statement that rests on. */
  async explain(imei: string): Promise<Why> {
    const { gates } = await this.#api.ask<DeviceCheckView>('GET', `/v1/devices/${imei}`);
    const { answer, decidedBy, steps } = gates[0]!;
    const entry = steps.find(({ name }) => name === decidedBy)?.entries[0];
    return { answer, saidBy: entry?.member ?? 'nobody', entry: entryText(entry) };
  }
}

function entryText(entry: EntryName | undefined): string {
  return entry === undefined ? 'no entry' : `entry ${entry.index} of ${entry.member}'s log`;
}
