import { Command } from 'commander';
import { IMPORT_SIZE_MAX } from '../desks/devices/import-file.ts';
import type { ImportAnswer, RowResult } from '../desks/devices/importing.ts';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import type { CasePageView, JournalPageView } from '../desks/devices/reading.ts';
import type { CaseView } from '../desks/devices/views.ts';
import type { DeviceCheckView } from '../portals/device-check.ts';
import { checkText } from './check-text.ts';
import { ProblemError } from './client.ts';
import {
  act,
  type CircumstanceOptions,
  circumstances,
  REASONS_TEXT,
  withAcceptShared,
  withCircumstances,
} from './desk-command.ts';
import { listingCommand, overruleCommand, pairCommand, unpairCommand } from './device-exceptions.ts';
import { caseAnswerText, casePageText, caseText, importText, journalText, rowTable } from './device-text.ts';
import { readInput } from './input.ts';
import { receiptCommand } from './receipt.ts';
import { EXIT } from './run.ts';
import { sinceOption } from './time-option.ts';
import { readWhole } from './whole-number.ts';

/** The device desk from the command line: all of it over the node's HTTP API. */
export function deviceCommand(): Command {
  return new Command('device')
    .description('Report phones, release them, look at cases, and ask why a gate answers as it does.')
    .addCommand(reportCommand())
    .addCommand(importCommand())
    .addCommand(releaseCommand())
    .addCommand(correctCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(searchCommand())
    .addCommand(historyCommand())
    .addCommand(checkCommand())
    .addCommand(listingCommand())
    .addCommand(pairCommand())
    .addCommand(unpairCommand())
    .addCommand(overruleCommand())
    .addCommand(receiptCommand());
}

function reportCommand(): Command {
  const command = new Command('report')
    .description('Report one device, or several in one case.')
    .argument('<imei...>', '14, 15 or 16 digits each')
    .requiredOption('--reason <reason>', REASONS_TEXT);
  return act(withAcceptShared(withCircumstances(command)), async (client, [devices], options: CircumstanceOptions) => {
    const answer = await client.ask<CaseAnswer>('POST', '/v1/device-cases', {
      body: { devices, ...circumstances(options) },
    });
    return { answer, text: caseAnswerText(answer) };
  });
}

function importCommand(): Command {
  const command = new Command('import')
    .description('Report the rows of a CSV file, a case each: all of them or, with --partial, those that are right.')
    .argument('<file>', 'CSV in UTF-8 with a header: imei, reason and more (docs/desk.md)')
    .option('--partial', 'report the right rows though others are wrong')
    .option('--accept-check-digit', 'take IMEIs whose check digit does not fit')
    .option('--accept-shared', 'take IMEIs that many phones may bear (supervisor)');
  return act(command, async (client, [file], options: ImportOptions) => {
    const body = await readInput(file as string, IMPORT_SIZE_MAX);
    const { partial, acceptCheckDigit, acceptShared } = options;
    const query = {
      partial: flag(partial),
      acceptCheckDigit: flag(acceptCheckDigit),
      acceptShared: flag(acceptShared),
    };
    const answer = await client
      .ask<ImportAnswer>('POST', '/v1/device-cases/import', { query, body })
      .catch(showRefusedRows);
    if (answer.refused > 0) process.exitCode = EXIT.failed;
    return { answer, text: importText(answer) };
  });
}

interface ImportOptions {
  readonly partial?: true;
  readonly acceptCheckDigit?: true;
  readonly acceptShared?: true;
}

function releaseCommand(): Command {
  const command = new Command('release')
    .description('Release a case, or some of its devices.')
    .argument('<case>', 'its number, such as C-2026-000123')
    .requiredOption('--reason <reason>', 'recovered, withdrawn')
    .option('--device <imei...>', 'only these of its devices')
    .option('--note <text>', 'a remark, kept with the case');
  return act(command, async (client, [number], options: { reason: string; device?: string[]; note?: string }) => {
    const { reason, device: devices, note } = options;
    const body = { reason, ...(devices && { devices }), ...(note !== undefined && { note }) };
    const answer = await client.ask<CaseAnswer>('POST', `${casePath(number)}/release`, { body });
    return { answer, text: caseAnswerText(answer) };
  });
}

function correctCommand(): Command {
  const command = new Command('correct')
    .description(
      'Change what was written down wrongly; what the log says is stated anew, a private field given empty goes.',
    )
    .argument('<case>', 'its number')
    .option('--reason <reason>', REASONS_TEXT)
    .option('--replace <wrong=right...>', 'an IMEI typed wrongly, and the right one');
  return act(
    withAcceptShared(withCircumstances(command)),
    async (client, [number], options: CircumstanceOptions & { replace?: string[] }, command) => {
      const devices = options.replace?.map((pair) => {
        const [wrong, right, ...rest] = pair.split('=');
        if (wrong === undefined || right === undefined || rest.length > 0) command.error(`not WRONG=RIGHT: ${pair}`);
        return { wrong, right };
      });
      const body = { ...(devices && { devices }), ...circumstances(options) };
      const answer = await client.ask<CaseAnswer>('PATCH', casePath(number), { body });
      return { answer, text: caseAnswerText(answer) };
    },
  );
}

function showCommand(): Command {
  const command = new Command('show').description('Show a case. The journal notes that you looked.').argument('<case>');
  return act(command, async (client, [number]) => {
    const answer = await client.ask<CaseView>('GET', casePath(number));
    return { answer, text: caseText(answer) };
  });
}

type Page = { readonly before?: string; readonly limit?: number };

function listCommand(): Command {
  const command = new Command('list')
    .description('List cases, newest first.')
    .option('--status <status>', 'open, released, withdrawn')
    .option('--kind <kind>', 'device, listing, pairing, override, overrule')
    .addOption(sinceOption('opened at this time or later'));
  return act(withPage(command), async (client, _, { status, kind, since, before, limit }: ListOptions) => {
    const answer = await client.ask<CasePageView>('GET', '/v1/device-cases', {
      query: { status, kind, since, before, limit },
    });
    return { answer, text: casePageText(answer) };
  });
}

interface ListOptions extends Page {
  readonly status?: string;
  readonly kind?: string;
  readonly since?: string;
}

function searchCommand(): Command {
  const command = new Command('search')
    .description('Find cases by one of these. The journal notes by which, and what was found.')
    .option('--imei <imei>', 'in any of its forms')
    .option('--case <number>')
    .option('--police-reference <reference>')
    .option('--contact <contact>', 'the whole number or address');
  return act(withPage(command), async (client, _, options: SearchOptions) => {
    const { imei, case: number, policeReference, contact, before, limit } = options;
    const search = { imei, case: number, policeReference, contact, before };
    const body = { ...search, ...(limit !== undefined && { limit }) };
    const answer = await client.ask<CasePageView>('POST', '/v1/device-cases/search', { body });
    return { answer, text: casePageText(answer) };
  });
}

interface SearchOptions extends Page {
  readonly imei?: string;
  readonly case?: string;
  readonly policeReference?: string;
  readonly contact?: string;
}

function historyCommand(): Command {
  const command = new Command('history')
    .description('Who decided what about a case, and when.')
    .argument('<case>')
    .option('--after <sequence>', 'go on after this one', readWhole)
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, [number], { after, limit }: { after?: number; limit?: number }) => {
    const answer = await client.ask<JournalPageView>('GET', `${casePath(number)}/history`, { query: { after, limit } });
    return { answer, text: journalText(answer) };
  });
}

function checkCommand(): Command {
  const command = new Command('check')
    .description('Explain how this member’s gates answer for a device: the verdict, who says so, since when.')
    .argument('<imei>')
    .option('--imsi <imsi>', 'with this subscriber');
  return act(command, async (client, [imei], { imsi }: { imsi?: string }) => {
    const answer = await client.ask<DeviceCheckView>('POST', '/v1/device-checks', { body: { imei, imsi } });
    return { answer, text: checkText(answer, imsi) };
  });
}

function withPage(command: Command): Command {
  return command
    .option('--before <case>', 'the page after this case')
    .option('--limit <count>', 'at most so many', readWhole);
}

/** A file that was refused has a result for every row, which is worth more than its code. */
function showRefusedRows(error: unknown): never {
  if (error instanceof ProblemError && error.facts.code === 'IMPORT_REFUSED') {
    const { results } = error.cause as { results: RowResult[] };
    process.stderr.write(`${rowTable(results)}\n`);
  }
  throw error;
}

function casePath(number: unknown): string {
  return `/v1/device-cases/${encodeURIComponent(String(number))}`;
}

function flag(given: true | undefined): string | undefined {
  return given === true ? 'true' : undefined;
}
