import { createHash } from 'node:crypto';
import { Command } from 'commander';
import type { FilePage, ListView } from '../desks/cells/desk.ts';
import type { VersionView } from '../desks/cells/exposed-lists.ts';
import type { ApiClient } from './client.ts';
import { act } from './desk-command.ts';
import { InputError, writeOutput } from './input.ts';
import { properties, table, timeText } from './text.ts';
import { readWhole } from './whole-number.ts';

/** People in one page that is fetched. */
const PAGE_LINES = 5_000;

/** Lists of those whom distrusted cells have seen, from the command line. */
export function exposedCommand(): Command {
  return new Command('exposed')
    .description('Lists of everyone whom distrusted cells have seen, version by version.')
    .addCommand(makeCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(deltaCommand())
    .addCommand(exportCommand());
}

function makeCommand(): Command {
  const command = new Command('make')
    .description('Make a list from the distrusted cells, or the next version of one (supervisor).')
    .option('--list <number>', 'the list that gets its next version; a new one without it')
    .option('--title <text>', 'of a new list')
    .option('--items <items>', 'what counts as exposed: imsi,imei,msisdn', commas)
    .option('--cells <cells>', 'only these distrusted cells', commas);
  return act(
    command,
    async (client, _, options: { list?: string; title?: string; items?: string[]; cells?: string[] }) => {
      const { list, title, items, cells } = options;
      const body = Object.fromEntries(
        Object.entries({ list, title, items, cells }).filter(([, value]) => value !== undefined),
      );
      const answer = await client.ask<VersionView>('POST', '/v1/exposed-lists', { body });
      return { answer, text: versionText(answer) };
    },
  );
}

function commas(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function listCommand(): Command {
  return act(new Command('list').description('All lists and their versions.'), async (client) => {
    const answer = await client.ask<{ lists: ListView[] }>('GET', '/v1/exposed-lists');
    const rows = answer.lists.flatMap(({ list, title, versions }) =>
      versions.map((version) => [
        list,
        title,
        String(version.version),
        timeText(version.madeAt),
        String(version.lines),
        `+${version.added} ~${version.grown} -${version.dropped}`,
        version.sha256.slice(0, 16),
      ]),
    );
    return { answer, text: table(['list', 'title', 'version', 'made', 'people', 'change', 'sha256'], rows) };
  });
}

function showCommand(): Command {
  const command = ofVersion(new Command('show').description('One version, without anybody’s number.'));
  return act(command, async (client, [list], { version }: { version: number }) => {
    const answer = await client.ask<VersionView>('GET', versionPath(list, version));
    return { answer, text: versionText(answer) };
  });
}

function deltaCommand(): Command {
  const command = ofVersion(
    new Command('delta').description('Whom a version added, dropped (and why) or changed; journalled.'),
  );
  return act(command, async (client, [list], { version }: { version: number }) => {
    const { lines } = await fetchLines(client, versionPath(list, version), { changes: true });
    const people = lines.map((line) => JSON.parse(line) as Person);
    const rows = people.map(({ change, imsi, msisdn, items, first, last, cells, droppedReason }) => [
      droppedReason === undefined ? change : `${change}: ${droppedReason}`,
      imsi,
      msisdn ?? '-',
      items.join(' '),
      timeText(first),
      timeText(last),
      cells.join(' '),
    ]);
    const headings = ['change', 'imsi', 'number', 'items', 'first', 'last', 'cells'];
    return { answer: { changes: people }, text: rows.length === 0 ? 'Nobody.' : table(headings, rows) };
  });
}

interface Person {
  readonly imsi: string;
  readonly msisdn?: string;
  readonly items: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly cells: readonly string[];
  readonly change: string;
  readonly droppedReason?: string;
}

function exportCommand(): Command {
  const command = ofVersion(
    new Command('export').description('Write the canonical file, whose hash is sealed in the own log; journalled.'),
  ).requiredOption('--to <file>', 'where it goes');
  return act(command, async (client, [list], { version, to }: { version: number; to: string }) => {
    const { lines, sha256, size } = await fetchLines(client, versionPath(list, version), { changes: false });
    const text = lines.map((line) => `${line}\n`).join('');
    const found = createHash('sha256').update(text).digest('hex');
    // What does not fit its seal is not the list: nothing is written.
    if (found !== sha256) throw new InputError({ code: 'EXPORT_NOT_AS_SEALED', sha256, found });
    await writeOutput(to, text);
    return { answer: { file: to, sha256, size }, text: `${to}: ${size} octets, sha256 ${sha256}` };
  });
}

function ofVersion(command: Command): Command {
  return command.argument('<list>', 'as E-2026-000001').requiredOption('--version <number>', '1, 2, …', readWhole);
}

function versionPath(list: unknown, version: number): string {
  return `/v1/exposed-lists/${encodeURIComponent(String(list))}/versions/${version}`;
}

async function fetchLines(client: ApiClient, path: string, { changes }: { changes: boolean }): Promise<FilePage> {
  const lines: string[] = [];
  for (let offset = 0; ;) {
    const query = { offset: String(offset), limit: String(PAGE_LINES), ...(changes && { changes: 'true' }) };
    const page = await client.ask<FilePage>('GET', `${path}/people`, { query });
    lines.push(...page.lines);
    if (page.next === undefined) return { ...page, lines };
    offset = page.next;
  }
}

function versionText({ list, version, madeAt, madeBy, items, cells, entry, ...of }: VersionView): string {
  return properties({
    list: `${list} version ${version}`,
    made: `${timeText(madeAt)} by ${madeBy}`,
    people: String(of.lines),
    change: `${of.added} added, ${of.grown} grown, ${of.narrowed} narrowed, ${of.dropped} dropped`,
    items: items.join(', '),
    cells: cells.join(', '),
    sha256: of.sha256,
    seal: entry === undefined ? undefined : `own log of ${entry.member} at ${entry.index}`,
  });
}
