import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { ProblemError } from '../cli/client.ts';
import { DeskClient } from './desk-client.ts';
import type { RunningNode } from './processes.ts';

/** Where a demo's own sign-in is kept, beside the node's tokens. */
const PASSWORD_FILE = 'demo-password';
const USER = 'demo';
/** Its console has something to show. */
const MEMBERS = ['hanbit', 'injeung'];

export interface DemoUser {
  readonly member: string;
  readonly url: string;
  readonly name: string;
  readonly password: string;
}

/** Makes a supervisor for the console of the two members that the story is about, once. */
export async function giveDemoUsers(nodes: readonly RunningNode[]): Promise<DemoUser[]> {
  return Promise.all(nodes.filter(({ name }) => MEMBERS.includes(name)).map(giveDemoUser));
}

async function giveDemoUser(node: RunningNode): Promise<DemoUser> {
  const file = join(node.folder, 'passwords', PASSWORD_FILE);
  await makeFolderDurably(join(node.folder, 'passwords'), 0o700);
  if (!existsSync(file)) await writeDurably(file, randomBytes(9).toString('base64url'), 0o600);
  const password = (await readFile(file, 'utf8')).trim();
  const { api } = await DeskClient.open(node);
  try {
    await api.ask('POST', '/v1/users', { body: { name: USER, role: 'supervisor', password } });
  } catch (error) {
    // Made by an earlier run.
    if (!(error instanceof ProblemError) || error.facts.code !== 'USER_NAME_TAKEN') throw error;
  }
  // Passkeys are bound to a host name, so not 127.0.0.1.
  const { port } = new URL(node.addresses.api);
  return { member: node.name, url: `http://localhost:${port}`, name: USER, password };
}

/** The pages, and how to sign in. */
export function signInLines(users: readonly DemoUser[]): string {
  const lines = users.map(
    ({ member, url, name, password }) =>
      `  ${member.padEnd(8)} ${`${url}/`.padEnd(24)} the public pages; ${url}/console as ${name}, password ${password}\n`,
  );
  return `\nPages in your browser:\n${lines.join('')}`;
}
