import { Command } from 'commander';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import { act } from './desk-command.ts';
import { caseAnswerText } from './device-text.ts';
import { table, timeText } from './text.ts';
import { sinceOption } from './time-option.ts';
import { readWhole } from './whole-number.ts';

interface RefusalPage {
  readonly refusals: readonly {
    readonly at: string;
    readonly gate: string;
    readonly imei: string;
    readonly answer: string;
    readonly shadow: boolean;
    readonly caller: string;
    readonly entries: readonly { readonly member: string; readonly index: number }[];
    readonly decidedBy?: string;
  }[];
}

/** A member's own gates, from the command line. */
export function gateCommand(): Command {
  return new Command('gate')
    .description('See what the gates of a node refused; open them in an emergency.')
    .addCommand(refusalsCommand())
    .addCommand(
      overrideCommand('open', 'Let every device through at this member’s gates, stated and journalled (supervisor).'),
    )
    .addCommand(overrideCommand('restore', 'Check devices again (supervisor).'));
}

function overrideCommand(name: 'open' | 'restore', description: string): Command {
  const command = new Command(name).description(description).option('--note <text>', 'why; private');
  return act(command, async (client, _, { note }: { note?: string }) => {
    const body = { open: name === 'open', ...(note !== undefined && { note }) };
    const answer = await client.ask<CaseAnswer>('POST', '/v1/gate-override', { body });
    return { answer, text: caseAnswerText(answer) };
  });
}

function refusalsCommand(): Command {
  const command = new Command('refusals')
    .description('What the gates refused or tracked, newest first, and on which entries that rested.')
    .option('--imei <imei>', 'only this device')
    .addOption(sinceOption('at this time or later, a day ago without it'))
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, query: { imei?: string; since?: string; limit?: number }) => {
    const { imei, since, limit } = query;
    const answer = await client.ask<RefusalPage>('GET', '/v1/refusals', { query: { imei, since, limit } });
    const rows = answer.refusals.map(({ at, gate, imei, answer, shadow, caller, entries, decidedBy }) => [
      timeText(at),
      gate,
      imei,
      shadow ? `${answer} (shadow)` : answer,
      caller,
      decidedBy ?? entries.map(({ member, index }) => `${member} ${index}`).join(', '),
    ]);
    return { answer, text: table(['when', 'gate', 'device', 'answer', 'asked by', 'because of'], rows) };
  });
}
