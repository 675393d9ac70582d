import { Command } from 'commander';
import type { AttachAnswer } from '../desks/incidents/attaching.ts';
import { EVIDENCE_SIZE_MAX, type SealAnswer } from '../desks/incidents/sealing.ts';
import { MARKS } from '../desks/incidents/duties.ts';
import type { Unreached } from '../desks/incidents/notices.ts';
import type { OpenRightsView } from '../desks/incidents/open-rights.ts';
import type { FactAnswer } from '../desks/incidents/timeline.ts';
import type { IncidentView } from '../desks/incidents/views.ts';
import { act } from './desk-command.ts';
import { clocksText, factAnswerText, incidentText, openRightsText, unreachedText } from './incident-text.ts';
import { damageCommand, given, requestCommand } from './incident-request.ts';
import { readInput } from './input.ts';
import { properties } from './text.ts';
import { readWhole } from './whole-number.ts';

/** The incident desk from the command line: all of it over the node's HTTP API. */
export function incidentCommand(): Command {
  return new Command('incident')
    .description(
      'Work on an incident: what is known since when, what is due by when, who is told, who has a right left.',
    )
    .addCommand(openCommand())
    .addCommand(showCommand())
    .addCommand(factCommand())
    .addCommand(sealCommand())
    .addCommand(clockCommand())
    .addCommand(fileCommand())
    .addCommand(attachListCommand())
    .addCommand(notifyCommand())
    .addCommand(unreachedCommand())
    .addCommand(toldCommand())
    .addCommand(requestCommand())
    .addCommand(damageCommand())
    .addCommand(openRightsCommand());
}

interface FactOptions {
  readonly knownAt: string;
  readonly happenedAt?: string;
  readonly mark?: readonly string[];
  readonly persons?: number;
}

function withFact(command: Command): Command {
  return command
    .requiredOption('--known-at <time>', 'when it was known: 2025-04-18T23:20:00+09:00; clocks count from here')
    .option('--happened-at <time>', 'when it happened')
    .option('--mark <mark...>', `what it establishes: ${MARKS.join(', ')}`)
    .option('--persons <count>', 'how many people are concerned', readWhole);
}

function factBody(what: unknown, { knownAt, happenedAt, mark: marks, persons }: FactOptions): object {
  return { what, knownAt, ...given({ happenedAt, marks, persons }) };
}

function openCommand(): Command {
  const command = new Command('open')
    .description('Open an incident with the first thing that is known (supervisor).')
    .argument('<title>')
    .argument('<what>', 'what is known');
  return act(withFact(command), async (client, [title, what], options: FactOptions) => {
    const answer = await client.ask<FactAnswer>('POST', '/v1/incidents', {
      body: { title, ...factBody(what, options) },
    });
    return { answer, text: factAnswerText(answer) };
  });
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Show an incident: timeline, clocks, lists, counts, notices.')
    .argument('<incident>', 'its number, such as I-2026-000001');
  return act(command, async (client, [number]) => {
    const answer = await client.ask<IncidentView>('GET', pathOf(number));
    return { answer, text: incidentText(answer) };
  });
}

function factCommand(): Command {
  const command = new Command('fact')
    .description('Add a fact; what was written before stays (supervisor).')
    .argument('<incident>')
    .argument('<what>', 'what is known');
  return act(withFact(command), async (client, [number, what], options: FactOptions) => {
    const body = factBody(what, options);
    const answer = await client.ask<FactAnswer>('POST', `${pathOf(number)}/facts`, { body });
    return { answer, text: factAnswerText(answer) };
  });
}

function sealCommand(): Command {
  const command = new Command('seal')
    .description('Keep a file of evidence, and its hash in the member’s own log (supervisor).')
    .argument('<incident>')
    .argument('<file>')
    .option('--name <name>', 'what it is called; the file’s own name without it')
    .option('--fact <number>', 'the fact that it shows');
  return act(command, async (client, [number, file], options: { name?: string; fact?: string }) => {
    const body = await readInput(file as string, EVIDENCE_SIZE_MAX);
    const name = options.name ?? (file as string).split('/').at(-1);
    const query = { name, ...given({ fact: options.fact }) };
    const path = `${pathOf(number)}/evidence`;
    const answer = await client.ask<SealAnswer>('POST', path, { body, query, mediaType: 'application/octet-stream' });
    const { sha256, size, entry } = answer;
    return { answer, text: properties({ sha256, size: `${size} octets`, 'own log': `entry ${entry.index}` }) };
  });
}

function clockCommand(): Command {
  const command = new Command('clock').description('Clocks of all incidents that nothing was filed for.');
  return act(command, async (client) => {
    const answer = await client.ask<{ clocks: IncidentView['clocks'] }>('GET', '/v1/incident-clocks');
    return { answer, text: clocksText(answer.clocks) };
  });
}

function fileCommand(): Command {
  const command = new Command('file')
    .description('Note what was filed for a clock (supervisor).')
    .argument('<incident>')
    .argument('<clock>', 'its number')
    .requiredOption('--reference <text>', 'what names the filing, such as the number of the receipt')
    .option('--filed-at <time>', 'when it was handed in; now without it')
    .option('--evidence <sha256>', 'what was handed in: a sealed file');
  return act(
    command,
    async (client, [number, clock], options: { reference: string; filedAt?: string; evidence?: string }) => {
      const { reference, filedAt, evidence } = options;
      const body = { reference, ...given({ filedAt, evidence }) };
      const path = `${pathOf(number)}/clocks/${encodeURIComponent(String(clock))}/filing`;
      const answer = await client.ask<{ incident: string; clock: number; state: string }>('POST', path, { body });
      return { answer, text: `clock ${answer.clock} of ${answer.incident}: ${answer.state}` };
    },
  );
}

function attachListCommand(): Command {
  const command = new Command('attach-list')
    .description('Attach a version of an exposed list (supervisor).')
    .argument('<incident>')
    .argument('<list>', 'its number, such as E-2026-000001')
    .argument('<version>', 'its version', readWhole)
    .requiredOption('--known-at <time>', 'when this version was known');
  return act(command, async (client, [number, list, version], { knownAt }: { knownAt: string }) => {
    const body = { list, version, knownAt };
    const answer = await client.ask<AttachAnswer>('POST', `${pathOf(number)}/lists`, { body });
    const { lines, added, grown, dropped, exposed } = answer;
    const counts = `${lines} lines: ${added} new, ${grown} with more items, ${dropped} no longer named; ${exposed} in all`;
    return { answer, text: `${counts}\n${factAnswerText(answer)}` };
  });
}

function notifyCommand(): Command {
  const command = new Command('notify')
    .description('Tell by text everybody who was not told all that is known (supervisor).')
    .argument('<incident>')
    .argument('<template>', 'the text, with {code}; {contact}, {incident}, {items} where wanted; no link')
    .option('--language <language>', 'ko (the default) or en: how {items} are named');
  return act(command, async (client, [number, template], { language }: { language?: string }) => {
    const body = { template, ...given({ language }) };
    const path = `${pathOf(number)}/notices`;
    const answer = await client.ask<{ batch: number; recipients: number }>('POST', path, { body });
    return { answer, text: `batch ${answer.batch}: ${answer.recipients} notices on their way` };
  });
}

function unreachedCommand(): Command {
  const command = new Command('unreached')
    .description('Whom no text reached, or of whom nobody knows (uncertain): they are told by letter, call or visit.')
    .argument('<incident>');
  return act(command, async (client, [number]) => {
    const answer = await client.ask<{ unreached: Unreached[] }>('GET', `${pathOf(number)}/unreached`);
    return { answer, text: unreachedText(answer.unreached) };
  });
}

function toldCommand(): Command {
  const command = new Command('told')
    .description('Note that somebody whom no text reached was told in another way.')
    .argument('<incident>')
    .argument('<batch>', 'as `unreached` lists it', readWhole)
    .argument('<notice>', 'as `unreached` lists it', readWhole)
    .argument('<channel>', 'letter, call, visit …');
  return act(command, async (client, [number, batch, notice, channel]) => {
    const body = { batch, notice, channel };
    const answer = await client.ask<{ noticeState: string }>('POST', `${pathOf(number)}/told`, { body });
    return { answer, text: answer.noticeState };
  });
}

function openRightsCommand(): Command {
  const command = new Command('open-rights')
    .description('Who has a right and no action yet: a notice, a USIM, a decision, a refund.')
    .argument('<incident>')
    .option('--after <line>', 'go on after this line')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, [number], { after, limit }: { after?: string; limit?: number }) => {
    const query = { after, limit };
    const answer = await client.ask<OpenRightsView>('GET', `${pathOf(number)}/open-rights`, { query });
    return { answer, text: openRightsText(answer) };
  });
}

function pathOf(number: unknown): string {
  return `/v1/incidents/${encodeURIComponent(String(number))}`;
}
