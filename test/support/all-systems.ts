import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../src/cli/client.ts';
import { DUTIES_FILE } from './incidents.ts';
import { openPages, type PagesUnderTest } from './pages.ts';
import { FIRM, SENDER_CONFIG } from './senders.ts';
import { HTTP_KEY, runMessageGate, type RunningMessageGate, SAESSAK } from './smpp-gate.ts';

/** From so many reports on, equal texts are a campaign. */
export const REPORTS = 10;

/** One node with every system that has a page, and a message gate through which its codes go out. */
export interface AllSystems {
  readonly pages: PagesUnderTest;
  readonly gate: RunningMessageGate;
  /** Registers a firm, and speaks for it. */
  readonly registerFirm: () => Promise<ApiClient>;
  readonly close: () => Promise<void>;
}

export async function openAllSystems(): Promise<AllSystems> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-systems-'));
  const gate = await runMessageGate();
  const keyFile = join(folder, 'gate.key');
  await writeFile(keyFile, HTTP_KEY);
  const pages = await openPages(everything(gate.url, keyFile), ['operator', 'certifier']);
  return {
    pages,
    gate,
    registerFirm: () => registerFirm(pages.node.addresses.api),
    close: async () => {
      await pages.close();
      await gate.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function everything(url: string, keyFile: string): object {
  const item = { item: '1.1', title: '이용 약관', services: ['web', 'api', 'module'], evidence: false };
  return {
    pages: { secondFactor: 'optional' },
    records: { archive: {} },
    watchers: { cells: {}, spam: { campaigns: { reportsMin: REPORTS } } },
    desks: {
      senders: { ...SENDER_CONFIG, checklists: [{ from: '2024-01-01', items: [item] }] },
      incidents: {
        dutiesFile: DUTIES_FILE,
        sender: SAESSAK.number,
        contact: '080-000-0114',
        shops: ['mapo'],
        texts: { url, keyFile, originator: SAESSAK.originator },
      },
    },
  };
}

async function registerFirm(url: string): Promise<ApiClient> {
  const answer = await fetch(`${url}/v1/firms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(FIRM),
  });
  const { token } = (await answer.json()) as { token: string };
  return new ApiClient({ url, token });
}

/** As a browser's own field of date and time takes it; the browser and this process share a time zone. */
export function localTime(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
