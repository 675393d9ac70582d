import { Command } from 'commander';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import { act, type CircumstanceOptions, circumstances, REASONS_TEXT, withCircumstances } from './desk-command.ts';
import { caseAnswerText } from './device-text.ts';
import { readWhole } from './whole-number.ts';

/** What a supervisor states beyond single phones. */
export function listingCommand(): Command {
  const command = new Command('list-type')
    .description('List every device of a type by its TAC, or a range of serial numbers inside one TAC (supervisor).')
    .option('--tac <tac>', '8 digits')
    .option('--from <imei>', 'the first device of a range')
    .option('--to <imei>', 'the last one')
    .requiredOption('--reason <reason>', REASONS_TEXT);
  return act(withCircumstances(command), async (client, _, options: ListingOptions) => {
    const { tac, from, to } = options;
    const target = Object.fromEntries(Object.entries({ tac, from, to }).filter(([, value]) => value !== undefined));
    const body = { ...target, ...circumstances(options) };
    const answer = await client.ask<CaseAnswer>('POST', '/v1/device-listings', { body });
    return { answer, text: caseAnswerText(answer) };
  });
}

interface ListingOptions extends CircumstanceOptions {
  readonly tac?: string;
  readonly from?: string;
  readonly to?: string;
}

export function pairCommand(): Command {
  const command = new Command('pair')
    .description('Exempt one device with one subscriber, where clones bear its IMEI (supervisor).')
    .argument('<imei>')
    .argument('<imsi>', 'kept private: the log holds only a tag of it');
  return act(withCircumstances(command), async (client, [imei, imsi], options: CircumstanceOptions) => {
    const body = { imei, imsi, ...circumstances(options) };
    const answer = await client.ask<CaseAnswer>('POST', '/v1/pairings', { body });
    return { answer, text: caseAnswerText(answer) };
  });
}

export function unpairCommand(): Command {
  const command = new Command('unpair').description('End a pairing (supervisor).').argument('<case>', 'its number');
  return act(command, async (client, [number]) => {
    const answer = await client.ask<CaseAnswer>('DELETE', `/v1/pairings/${encodeURIComponent(String(number))}`);
    return { answer, text: caseAnswerText(answer) };
  });
}

export function overruleCommand(): Command {
  const command = new Command('overrule')
    .description('End another member’s listing; only a regulator’s supervisor can.')
    .argument('<member>')
    .argument('<index>', 'the entry in that member’s log', readWhole)
    .option('--note <text>', 'private');
  return act(command, async (client, [member, index], { note }: { note?: string }) => {
    const body = { member, index, ...(note !== undefined && { note }) };
    const answer = await client.ask<CaseAnswer>('POST', '/v1/overrules', { body });
    return { answer, text: caseAnswerText(answer) };
  });
}
