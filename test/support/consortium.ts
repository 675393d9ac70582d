import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../src/cli/client.ts';
import { type Example, type LaidOutMember, layOutConsortium, type NodeFile } from '../../src/demo/lay-out.ts';
import type { RunningNode } from '../../src/demo/processes.ts';

/** Operators with a gate on N5g-eir each, laid out in a folder of their own. */
export async function layOutOperators(
  names: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<{
  folder: string;
  members: LaidOutMember[];
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-consortium-'));
  const members = await layOutConsortium(operators(names, more), folder);
  return { folder, members, remove: () => rm(folder, { recursive: true, force: true }) };
}

function operators(names: readonly string[], more: Readonly<Record<string, unknown>>): Example {
  const node = (member: string): NodeFile => {
    const gates = {
      equipment: { n5gEir: { port: 0 }, policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } } },
    };
    const file = {
      member,
      governanceFrom: ['../governance'],
      api: { port: 0 },
      // A node without pages starts in half the time.
      pages: { enabled: false },
      gates,
      log: { level: 'error' },
      ...more,
    };
    return file;
  };
  return {
    consortium: { name: 'test', members: names.map((name) => ({ name, roles: ['operator'] })) },
    nodes: names.map(node),
  };
}

export async function deskOf({ addresses, folder }: RunningNode): Promise<ApiClient> {
  const token = await readFile(join(folder, 'tokens', 'supervisor'), 'utf8');
  return new ApiClient({ url: addresses.api, token: token.trim() });
}
