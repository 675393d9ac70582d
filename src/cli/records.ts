import { Command, Option } from 'commander';
import { systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { archiveRoot } from '../node/cell-watch.ts';
import { readNodeConfig } from '../node/config.ts';
import { dataFolder } from '../node/data-folder.ts';
import { Archive } from '../records/archive/archive.ts';
import type { ImportAnswer, Progress } from '../records/archive/importing.ts';
import { readKind, RECORD_KINDS } from '../records/archive/kinds.ts';
import { readMapping } from '../records/archive/mapping.ts';
import { act } from './desk-command.ts';
import { readTimeOption, sinceOption, untilOption } from './time-option.ts';
import { table } from './text.ts';
import { readWhole } from './whole-number.ts';

/** Records in columns, from the command line. */
export function recordsCommand(): Command {
  return new Command('records')
    .description('Import records of the network, and search them.')
    .addCommand(importCommand())
    .addCommand(searchCommand());
}

interface ImportOptions {
  readonly config: string;
  readonly mapping: string;
  readonly asOf?: number;
  readonly refused?: string;
  readonly json?: true;
}

function importCommand(): Command {
  return new Command('import')
    .description('Import a CSV file into a node’s archive: all its right rows, or nothing. The node may be running.')
    .argument('<kind>', RECORD_KINDS.join(', '))
    .argument('<file>', 'CSV in UTF-8 with a header')
    .requiredOption('--config <file>', 'the node’s configuration file')
    .requiredOption('--mapping <file>', 'which column is which: docs/records.md')
    .option('--as-of <time>', 'of an inventory: when it was the truth; now without it', readTimeOption)
    .option('--refused <file>', 'where refused rows go, with their line and the reason')
    .option('--json', 'print the answer as JSON')
    .action(async (kindText: string, file: string, options: ImportOptions) => {
      const kind = readKind(kindText);
      const mapping = await readMapping(options.mapping, kind);
      const archive = await openArchive(options.config);
      try {
        const { asOf: asOfMs, refused: refusedFile } = options;
        const given = { ...(asOfMs !== undefined && { asOfMs }), ...(refusedFile !== undefined && { refusedFile }) };
        const answer = await archive.import({ kind, file, mapping, ...given }, tellProgress());
        process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : `${importText(answer)}\n`);
      } finally {
        await archive.close();
      }
    });
}

async function openArchive(file: string): Promise<Archive> {
  const config = await readNodeConfig(file);
  const settings = config.records?.archive;
  const root = settings?.folder ?? archiveRoot(dataFolder(config.dataFolder).records);
  const log = createLog({ member: config.member, level: config.log.level });
  return Archive.open(root, settings ?? DEFAULTS, { clock: systemClock, log });
}

/** For a node that keeps no archive yet. */
const DEFAULTS = { threads: 2, memoryMbMax: 1_024, feedFilesMax: 24 };
/** How often the progress of one step is told. */
const TELL_MS = 1_000;

/** Lines on standard error, so that standard output stays free for the answer. */
function tellProgress(): Progress {
  let toldMs = -Infinity;
  let toldStep = '';
  return (step, { done, of, rows }) => {
    const nowMs = systemClock.steadyMs();
    if (step === toldStep && nowMs - toldMs < TELL_MS) return;
    [toldMs, toldStep] = [nowMs, step];
    const counts = [
      ...(done === undefined ? [] : [of === undefined ? `${done} octets` : `${done} of ${of} days`]),
      ...(rows === undefined ? [] : [`${rows} rows`]),
    ];
    process.stderr.write(`${[step, ...counts].join(' ')}\n`);
  };
}

function importText(answer: ImportAnswer): string {
  const refused = Object.entries(answer.refused).map(([code, rows]) => `  ${rows} rows: ${code}`);
  const head = answer.already
    ? `This file was imported before, on ${new Date(answer.importedMs).toISOString()}: nothing was done.`
    : `Imported ${answer.accepted} of ${answer.rows} rows into ${answer.files} files.`;
  return [head, ...(refused.length === 0 ? [] : ['Refused:', ...refused])].join('\n');
}

interface SearchOptions {
  readonly since?: string;
  readonly until?: string;
  readonly cell?: string;
  readonly msisdn?: string;
  readonly imsi?: string;
  readonly case?: string;
  readonly limit?: number;
}

interface RecordsAnswer {
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly more: boolean;
  readonly damaged: readonly string[];
}

function searchCommand(): Command {
  const command = new Command('search')
    .description('Search a node’s records; who looked stands in the journal (supervisor, privacy officer).')
    .argument('<kind>', RECORD_KINDS.join(', '))
    .addOption(sinceOption('at this time or later'))
    .addOption(untilOption('at this time or earlier'))
    .option('--cell <cell>', 'as 450-08-eci-00a1b2c')
    .addOption(new Option('--msisdn <number>', '+82 10-1234-5678, or 010-1234-5678 in the node’s own country'))
    .option('--imsi <imsi>')
    .option('--case <number>', 'the incident, request or device case for which you search')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, [kind], { limit, ...by }: SearchOptions) => {
    const given = Object.fromEntries(
      (['since', 'until', 'cell', 'msisdn', 'imsi', 'case'] as const).flatMap((name) =>
        by[name] === undefined ? [] : [[name, by[name]]],
      ),
    );
    const body = { kind, ...given, ...(limit !== undefined && { limit }) };
    const answer = await client.ask<RecordsAnswer>('POST', '/v1/records/search', { body });
    return { answer, text: recordsText(answer) };
  });
}

function recordsText({ rows, more, damaged }: RecordsAnswer): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) =>
    names.map((name) => (name === 'at_ms' ? new Date(Number(row[name])).toISOString() : String(row[name] ?? ''))),
  );
  return [
    rows.length === 0
      ? 'Nothing was found.'
      : table(
          names.map((name) => (name === 'at_ms' ? 'at' : name)),
          cells,
        ),
    ...(more ? ['There are more: narrow the search, or raise --limit.'] : []),
    ...damaged.map((file) => `Cannot be read, and is missing here: ${file}`),
  ].join('\n');
}
