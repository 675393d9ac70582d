import { createHash } from 'node:crypto';
import { Command } from 'commander';
import type { CellAnswer } from '../desks/cells/distrusting.ts';
import type { DistrustView, FindingView } from '../desks/cells/views.ts';
import { CELL_REASONS } from '../statements/cell-statement.ts';
import { rehearseCommand } from './cell-rehearse.ts';
import { act } from './desk-command.ts';
import { readInput } from './input.ts';
import { table, timeText } from './text.ts';
import { sinceOption, untilOption } from './time-option.ts';
import { readWhole } from './whole-number.ts';

/** Octets of a file of evidence: only its hash is sent. */
const EVIDENCE_SIZE_MAX = 1024 * 1024 * 1024;
/** Octets of a list of disputed payments. */
const DISPUTED_SIZE_MAX = 1024 * 1024;

/** Cells that do not belong in this network, from the command line. */
export function cellCommand(): Command {
  const watch = new Command('watch').description('The watcher of cells.').addCommand(watchRunCommand());
  return new Command('cell')
    .description('Find cells that do not belong in this network, and distrust them.')
    .addCommand(findingsCommand())
    .addCommand(watch)
    .addCommand(distrustCommand())
    .addCommand(clearCommand())
    .addCommand(listCommand())
    .addCommand(rehearseCommand());
}

function findingsCommand(): Command {
  const command = new Command('findings')
    .description('What the watcher of cells has found, newest first.')
    .option('--withdrawn', 'also what no longer holds')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, { withdrawn, limit }: { withdrawn?: true; limit?: number }) => {
    const query = { limit, ...(withdrawn && { withdrawn: 'true' }) };
    const answer = await client.ask<{ findings: FindingView[] }>('GET', '/v1/cell-findings', { query });
    const rows = answer.findings.map((finding) => [
      finding.withdrawnAt === undefined ? timeText(finding.foundAt) : 'withdrawn',
      ...findingCells(finding),
    ]);
    return { answer, text: table(['found', ...FINDING_HEADINGS], rows) };
  });
}

interface WatchAnswer {
  readonly findings: readonly Pick<FindingView, 'rule' | 'cell' | 'reason' | 'confidence' | 'evidence'>[];
  readonly withdrawn: number;
  readonly paymentsUnknown: number;
  readonly damaged: readonly string[];
}

function watchRunCommand(): Command {
  const command = new Command('run')
    .description('Look for cells that do not belong here, now (supervisor).')
    .addOption(sinceOption('at this time or later').makeOptionMandatory())
    .addOption(untilOption('at this time or earlier').makeOptionMandatory())
    .option('--disputed <file>', 'payments that their lines say they did not make: one identity a line');
  return act(command, async (client, _, options: { since: string; until: string; disputed?: string }) => {
    const { since, until, disputed: file } = options;
    const disputed = file === undefined ? [] : await readLines(file);
    const body = { since, until, ...(disputed.length > 0 && { disputed }) };
    const answer = await client.ask<WatchAnswer>('POST', '/v1/cell-watch-runs', { body });
    return { answer, text: watchText(answer) };
  });
}

async function readLines(file: string): Promise<string[]> {
  const text = (await readInput(file, DISPUTED_SIZE_MAX)).toString('utf8');
  return text.split(/\r?\n/).filter((line) => line !== '');
}

const FINDING_HEADINGS = ['cell', 'reason', 'confidence', 'rule', 'evidence'];

function findingCells({ cell, reason, confidence, rule, evidence }: WatchAnswer['findings'][number]): string[] {
  const facts = Object.entries(evidence).map(([name, value]) => `${name}=${String(value)}`);
  return [cell, reason, confidence, rule, facts.join(' ')];
}

function watchText({ findings, withdrawn, paymentsUnknown, damaged }: WatchAnswer): string {
  return [
    findings.length === 0 ? 'Nothing was found.' : table(FINDING_HEADINGS, findings.map(findingCells)),
    ...(withdrawn > 0 ? [`${withdrawn} earlier findings no longer hold.`] : []),
    ...(paymentsUnknown > 0 ? [`${paymentsUnknown} disputed payments are not in the records.`] : []),
    ...damaged.map((file) => `Cannot be read, and was not looked at: ${file}`),
  ].join('\n');
}

interface DistrustOptions {
  readonly from: string;
  readonly to?: string;
  readonly reason: string;
  readonly evidence?: string;
  readonly note?: string;
}

function distrustCommand(): Command {
  const command = new Command('distrust')
    .description('State that a cell is not to be trusted (supervisor).')
    .argument('<cell>', 'as 450-08-eci-00a1b2c')
    .requiredOption('--from <time>', 'RFC 3339 with an offset, or a day in UTC, from its beginning')
    .option('--to <time>', 'as --from, and not in the span itself; until the cell is cleared without it')
    .requiredOption('--reason <reason>', CELL_REASONS.join(', '))
    .option('--evidence <file>', 'what shows it: its hash is stated and sealed, the file stays with you')
    .option('--note <text>', 'private');
  return act(command, async (client, [cell], { evidence: file, ...form }: DistrustOptions) => {
    const { from, to, reason, note } = form;
    const evidence = file === undefined ? undefined : hashOf(await readInput(file, EVIDENCE_SIZE_MAX));
    const given = { ...(to !== undefined && { to }), ...(note !== undefined && { note }) };
    const body = { cell, from, reason, ...given, ...(evidence !== undefined && { evidence }) };
    const answer = await client.ask<CellAnswer>('POST', '/v1/cell-distrusts', { body });
    return { answer, text: cellAnswerText(answer) };
  });
}

function hashOf(octets: Buffer): { sha256: string; size: number } {
  return { sha256: createHash('sha256').update(octets).digest('hex'), size: octets.length };
}

function clearCommand(): Command {
  const command = new Command('clear')
    .description('End what this member states against a cell (supervisor).')
    .argument('<cell>')
    .option('--note <text>', 'private');
  return act(command, async (client, [cell], { note }: { note?: string }) => {
    const body = note === undefined ? {} : { note };
    const path = `/v1/cells/${encodeURIComponent(String(cell))}/clear`;
    const answer = await client.ask<CellAnswer>('POST', path, { body });
    return { answer, text: cellAnswerText(answer) };
  });
}

function cellAnswerText({ cell, entries }: CellAnswer): string {
  return entries
    .map(({ kind, entry }) => {
      const log = kind === 'digest.sealed' ? 'own log' : 'log';
      return `${kind} of ${cell} stands in the ${log} of ${entry.member} at ${entry.index}`;
    })
    .join('\n');
}

function listCommand(): Command {
  const command = new Command('list')
    .description('This member’s statements against cells, newest first.')
    .option('--cell <cell>', 'only this one')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, { cell, limit }: { cell?: string; limit?: number }) => {
    const query = { cell, limit };
    const answer = await client.ask<{ distrusts: DistrustView[] }>('GET', '/v1/cell-distrusts', { query });
    const rows = answer.distrusts.map(({ cell, from, to, reason, standing, createdBy, entry }) => [
      cell,
      timeText(from),
      to === undefined ? 'until cleared' : timeText(to),
      reason,
      standing ? 'stands' : 'cleared',
      createdBy,
      entry === undefined ? '-' : `${entry.member} ${entry.index}`,
    ]);
    return { answer, text: table(['cell', 'from', 'to', 'reason', 'state', 'by', 'entry'], rows) };
  });
}
