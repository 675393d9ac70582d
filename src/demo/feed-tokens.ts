import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import { ProblemError } from '../cli/client.ts';
import { dataFolder } from '../node/data-folder.ts';
import type { DeskClient } from './desk-client.ts';
import type { RunningNode } from './processes.ts';

/** The file of an operator's data folder that holds its token for sending counts of texts to the certifier. */
const SIGHTINGS_TOKEN = 'sightings';

/** Gives each operator a token of the certifier's node, once. */
export async function giveFeedTokens(certifier: DeskClient, operators: readonly RunningNode[]): Promise<void> {
  for (const { name, folder } of operators) {
    const file = join(dataFolder(folder).tokens, SIGHTINGS_TOKEN);
    if (existsSync(file)) continue;
    const body = { name: `sightings-${name}`, role: 'feed' };
    try {
      const { token } = await certifier.api.ask<{ token: string }>('POST', '/v1/tokens', { body });
      await writeDurably(file, `${token}\n`, 0o600);
    } catch (error) {
      // An earlier run ended between the token and its file: names are given once.
      if (!(error instanceof ProblemError) || error.facts.code !== 'TOKEN_NAME_TAKEN') throw error;
    }
  }
}
