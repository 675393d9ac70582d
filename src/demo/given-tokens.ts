import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import { type ApiClient, ProblemError } from '../cli/client.ts';
import { dataFolder } from '../node/data-folder.ts';

/**
 * Gives somebody a token of a desk's node, and keeps it in a data folder, where later runs find it.
 * @returns the token
 */
export async function giveToken(
  desk: ApiClient,
  holder: { readonly name: string; readonly role: string },
  place: { readonly folder: string; readonly file: string },
): Promise<string> {
  const file = join(dataFolder(place.folder).tokens, place.file);
  if (!existsSync(file)) await writeDurably(file, await makeToken(desk, holder), 0o600);
  return (await readFile(file, 'utf8')).trim();
}

/** Names are given once: where an earlier run ended between the token and its file, another name is taken. */
async function makeToken(desk: ApiClient, holder: { readonly name: string; readonly role: string }): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? holder.name : `${holder.name}-${attempt}`;
    try {
      const { token } = await desk.ask<{ token: string }>('POST', '/v1/tokens', { body: { ...holder, name } });
      return `${token}\n`;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.facts.code !== 'TOKEN_NAME_TAKEN') throw error;
    }
  }
}
