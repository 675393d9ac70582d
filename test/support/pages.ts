import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ApiClient } from '../../src/cli/client.ts';
import { layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { deskOf } from './consortium.ts';
import { startChromium } from './chromium.ts';

export const PASSWORD = 'beacon-on-every-hill';

/** A real node in a process of its own with its pages, its desk by a token, and a browser. */
export interface PagesUnderTest {
  readonly node: RunningNode;
  /** As a browser names the node: passkeys want a name and no number. */
  readonly origin: string;
  readonly desk: ApiClient;
  readonly browser: Browser;
  /** Makes a person with `PASSWORD`. */
  makeUser(name: string, role: string, more?: { email?: string; displayName?: string }): Promise<void>;
  close(): Promise<void>;
}

/** @param more what else stands in the node's configuration */
export async function openPages(
  more: object = { pages: { secondFactor: 'optional' } },
  roles: readonly string[] = ['operator'],
): Promise<PagesUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-pages-'));
  const gates = { equipment: { n5gEir: { port: 0 }, policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } } } };
  const file = {
    member: 'hanbit',
    governanceFrom: ['../governance'],
    api: { port: 0 },
    gates,
    log: { level: 'error' },
  };
  const consortium = { name: 'test', members: [{ name: 'hanbit', roles }] };
  const nodes = await startNodes(await layOutConsortium({ consortium, nodes: [{ ...file, ...more }] }, folder));
  const node = nodes[0]!;
  const desk = await deskOf(node);
  const browser = await startChromium();
  return {
    node,
    origin: `http://localhost:${new URL(node.addresses.api).port}`,
    desk,
    browser,
    makeUser: async (name, role, about = {}) => {
      await desk.ask('POST', '/v1/users', { body: { name, role, password: PASSWORD, ...about } });
    },
    close: async () => {
      await browser.close();
      await stopNodes(nodes);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
