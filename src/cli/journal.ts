import { Command } from 'commander';
import type { JournalPageView } from '../desks/devices/reading.ts';
import { act } from './desk-command.ts';
import { journalText } from './device-text.ts';
import { sinceOption } from './time-option.ts';
import { readWhole } from './whole-number.ts';

interface Options {
  readonly since?: string;
  readonly actor?: string;
  readonly after?: number;
  readonly limit?: number;
}

export function journalCommand(): Command {
  const command = new Command('journal')
    .description('All that was done at a node’s desk, oldest first (supervisor, auditor).')
    .addOption(sinceOption('at this time or later'))
    .option('--actor <name>', 'only what the holder of this token did')
    .option('--after <sequence>', 'go on after this one', readWhole)
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, { since, actor, after, limit }: Options) => {
    const query = { since, actor, after, limit };
    const answer = await client.ask<JournalPageView>('GET', '/v1/journal', { query });
    return { answer, text: journalText(answer) };
  });
}
