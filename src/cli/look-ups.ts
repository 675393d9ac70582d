import { Command } from 'commander';
import type { LookUpView } from '../desks/decisions/look-up-list.ts';
import { act } from './desk-command.ts';
import { table, timeText } from './text.ts';
import { sinceOption, untilOption } from './time-option.ts';
import { readWhole } from './whole-number.ts';

interface Options {
  readonly actor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly withoutCase?: true;
  readonly before?: number;
  readonly limit?: number;
}

interface LookUpList {
  readonly lookUps: readonly LookUpView[];
  readonly next?: number;
}

export function lookUpsCommand(): Command {
  const command = new Command('look-ups')
    .description('Who looked at whose data, newest first (privacy officer, supervisor).')
    .option('--without-case', 'only those that rested on no case')
    .option('--actor <name>', 'only those of this person')
    .addOption(sinceOption('at this time or later'))
    .addOption(untilOption('at this time or earlier'))
    .option('--before <look-up>', 'go on before this one', readWhole)
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, { actor, since, until, before, limit, withoutCase }: Options) => {
    const query = { actor, since, until, before, limit, withoutCase: withoutCase && 'true' };
    const answer = await client.ask<LookUpList>('GET', '/v1/look-ups', { query });
    return { answer, text: lookUpsText(answer) };
  });
}

function lookUpsText({ lookUps, next }: LookUpList): string {
  const rows = lookUps.map(({ at, actor, role, action, subject = '', case: number = '', withoutCase, refused }) => [
    timeText(at),
    `${actor} (${role})`,
    action,
    subject,
    number,
    [...(withoutCase ? ['without a case'] : []), ...(refused ? ['refused'] : [])].join(', '),
  ]);
  const more = next === undefined ? '' : `\nmore: --before ${next}`;
  return `${table(['when', 'who', 'what', 'whom', 'case', ''], rows)}${more}`;
}
