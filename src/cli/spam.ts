import { Command } from 'commander';
import { REPORT_FILE_SIZE_MAX } from '../watchers/spam/report-file.ts';
import type { ImportAnswer, RowResult } from '../watchers/spam/importing.ts';
import type { ReportResult } from '../watchers/spam/taking-in.ts';
import type { CampaignSummary, CampaignView } from '../watchers/spam/views.ts';
import { ProblemError } from './client.ts';
import { act } from './desk-command.ts';
import { readInput } from './input.ts';
import { EXIT } from './run.ts';
import { campaignsText, campaignText, reportsText, spamImportText, spamRowTable } from './spam-text.ts';
import { readWhole } from './whole-number.ts';

/** Octets of a text in a file: four for each character at most. */
const TEXT_SIZE_MAX = 16 * 1024;

/** The spam watch from the command line: all of it over the node's HTTP API. */
export function spamCommand(): Command {
  return new Command('spam')
    .description('Report texts as spam, and look at the campaigns that reports and passing texts make up.')
    .addCommand(reportCommand())
    .addCommand(importCommand())
    .addCommand(campaignsCommand())
    .addCommand(showCommand());
}

interface ReportOptions {
  readonly textFile?: string;
  readonly number?: string;
  readonly certificate?: string;
  readonly originator?: string;
  readonly relay?: string;
  readonly kind?: string;
  readonly receivedAt?: string;
  readonly reference?: string;
}

function reportCommand(): Command {
  const command = new Command('report')
    .description('Report one text.')
    .argument('[text]', 'as it was received; a file keeps it out of the shell’s history')
    .option('--text-file <file>', 'a file that holds the text, in UTF-8')
    .option('--number <number>', 'the number that it truly came from; private')
    .option('--certificate <code>', 'of the firm that sent it')
    .option('--originator <code>', 'its originator code, nine digits')
    .option('--relay <name>', 'the relay that carried it')
    .option('--kind <kind>', 'loan, gambling …')
    .option('--received-at <time>', 'when: 2026-11-22T17:30:00+09:00, or a day')
    .option('--reference <text>', 'your own number of the report');
  return act(command, async (client, [given], options: ReportOptions, command) => {
    const { textFile, number, certificate, originator, relay, kind, receivedAt, reference } = options;
    const text = textFile === undefined ? given : (await readInput(textFile, TEXT_SIZE_MAX)).toString('utf8');
    if (text === undefined) command.error('error: give the text, or --text-file');
    const report = { text, number, certificate, originator, relay, kind, receivedAt, reference };
    const answer = await client.ask<{ reports: ReportResult[] }>('POST', '/v1/spam-reports', {
      body: { reports: [report] },
    });
    return { answer, text: reportsText(answer.reports) };
  });
}

function importCommand(): Command {
  const command = new Command('import')
    .description('Report the rows of a CSV file: all of them or, with --partial, those that are right.')
    .argument('<file>', 'CSV in UTF-8 with a header: text and more (docs/spam.md)')
    .option('--partial', 'record the right rows though others are wrong');
  return act(command, async (client, [file], { partial }: { partial?: true }) => {
    const body = await readInput(file as string, REPORT_FILE_SIZE_MAX);
    const query = { partial: partial === true ? 'true' : undefined };
    const answer = await client
      .ask<ImportAnswer>('POST', '/v1/spam-reports/import', { query, body })
      .catch(showRefusedRows);
    if (answer.refused > 0) process.exitCode = EXIT.failed;
    return { answer, text: spamImportText(answer) };
  });
}

function campaignsCommand(): Command {
  const command = new Command('campaigns')
    .description('List campaigns, newest first.')
    .option('--before <campaign>', 'the page after this campaign')
    .option('--limit <count>', 'at most so many', readWhole)
    .option('--texts-min <count>', 'those that nobody reported too, from so many texts', readWhole);
  return act(command, async (client, _words, options: { before?: string; limit?: number; textsMin?: number }) => {
    const { before, limit, textsMin } = options;
    const query = { before, limit, textsMin };
    const answer = await client.ask<{ campaigns: CampaignSummary[]; next?: string }>('GET', '/v1/campaigns', { query });
    return { answer, text: campaignsText(answer.campaigns) };
  });
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Show a campaign: its firms, and who was reported. The journal notes who looked.')
    .argument('<campaign>', 'its number, such as M-2026-000017')
    .option('--texts', 'with the reported texts')
    .option('--after <report>', 'the page after this report');
  return act(command, async (client, [campaign], { texts, after }: { texts?: true; after?: string }) => {
    const query = { texts: texts === true ? 'true' : undefined, after };
    const path = `/v1/campaigns/${encodeURIComponent(String(campaign))}`;
    const answer = await client.ask<CampaignView>('GET', path, { query });
    return { answer, text: campaignText(answer) };
  });
}

/** A file that was refused has a result for every row, which is worth more than its code. */
function showRefusedRows(error: unknown): never {
  if (error instanceof ProblemError && error.facts.code === 'IMPORT_REFUSED') {
    const { results } = error.cause as { results: RowResult[] };
    process.stderr.write(`${spamRowTable(results)}\n`);
  }
  throw error;
}
