import { Command, Option } from 'commander';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConflictResolved } from '../exchange/exchange.ts';
import type { GivenList } from '../exchange/outbox.ts';
import type { RunReport } from '../exchange/running.ts';
import type { ConflictView, FileView, LineFaultView, RefusedLineView } from '../exchange/views.ts';
import type { ApiClient } from './client.ts';
import { act } from './desk-command.ts';
import { conflictTable, fileTable, fileText, givenText, lineTable, refusedTable, runText } from './exchange-text.ts';
import { InputError } from './input.ts';
import { EXIT } from './run.ts';
import { readWhole } from './whole-number.ts';

/** How often a list that is being taken is looked at. */
const LOOK_INTERVAL_MS = 200;
/** Lines that are printed of a list that has more. */
const LINES_SHOWN_MAX = 100;

/** Lists from and for registers that are not members. */
export function exchangeCommand(): Command {
  return new Command('exchange')
    .description('Lists from and for registers that are not members, such as the international block list.')
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(listCommand())
    .addCommand(linesCommand())
    .addCommand(conflictsCommand())
    .addCommand(resolveCommand())
    .addCommand(runCommand());
}

function importCommand(): Command {
  const command = new Command('import')
    .description('Give in a list, or an answer to a list of ours, and wait until it is taken. Again changes nothing.')
    .argument('<register>', 'its name in the node’s configuration')
    .argument('<file>', 'in the register’s format: docs/exchange.md')
    .option('--answer', 'the file is the register’s answer to a list of ours')
    .option('--accept-shrink', 'take a full list that is much shorter than before: you have looked at it')
    .option('--no-wait', 'do not wait until it is taken');
  return act(command, async (client, [register, file], options: ImportOptions) => {
    const { answer: isAnswer, acceptShrink, wait: isWaiting } = options;
    const path = `${registerPath(register)}/${isAnswer === true ? 'answers' : 'lists'}`;
    const query = { name: nameOf(String(file)), acceptShrink: acceptShrink === true ? 'true' : undefined };
    const received = await client.ask<FileView>('POST', path, {
      query,
      body: await openFile(String(file)),
      mediaType: 'application/octet-stream',
    });
    const answer = isWaiting ? await untilTaken(client, received) : received;
    if (answer.state === 'refused' || answer.refused > 0) process.exitCode = EXIT.failed;
    const lines = answer.refused + answer.skipped > 0 && isWaiting ? await linesOf(client, answer.file) : [];
    return {
      answer: { ...answer, lines },
      text: [fileText(answer), ...(lines.length > 0 ? [lineTable(lines)] : [])].join('\n'),
    };
  });
}

interface ImportOptions {
  readonly answer?: true;
  readonly acceptShrink?: true;
  readonly wait: boolean;
}

function exportCommand(): Command {
  const command = new Command('export')
    .description('Make a list of this member’s own standing statements: what changed since the last one, or all.')
    .argument('<register>')
    .addOption(new Option('--kind <kind>').choices(['delta', 'full']).default('delta'));
  return act(command, async (client, [register], { kind }: { kind: string }) => {
    const answer = await client.ask<GivenList>('POST', `${registerPath(register)}/given`, { body: { kind } });
    return { answer, text: givenText(answer) };
  });
}

function listCommand(): Command {
  const command = new Command('list')
    .description('Lists that came and went, newest first.')
    .option('--register <name>')
    .option('--before <file>', 'older than this one')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, query: { register?: string; before?: string; limit?: number }) => {
    const { register, before, limit } = query;
    const answer = await client.ask<{ files: FileView[] }>('GET', '/v1/exchange/lists', {
      query: { register, before, limit },
    });
    return { answer, text: fileTable(answer.files) };
  });
}

function linesCommand(): Command {
  const command = new Command('lines')
    .description('Lines of a list that were refused or had no effect; or, of a register, what it refused of ours.')
    .argument('<file-or-register>', 'a list’s number, or a register’s name')
    .option('--after <line>', 'go on after this one', readWhole)
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, [named], { after, limit }: { after?: number; limit?: number }) => {
    if (!/^[0-9]+$/.test(String(named))) {
      const answer = await client.ask<{ lines: RefusedLineView[] }>('GET', `${registerPath(named)}/refused`);
      return { answer, text: refusedTable(answer.lines) };
    }
    const query = { after, limit };
    const answer = await client.ask<{ lines: LineFaultView[] }>('GET', `/v1/exchange/lists/${String(named)}/lines`, {
      query,
    });
    return { answer, text: lineTable(answer.lines) };
  });
}

function conflictsCommand(): Command {
  const command = new Command('conflicts')
    .description('What lists say against what stands here: somebody has to decide.')
    .option('--all', 'those decided too')
    .option('--after <conflict>', 'go on after this one')
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, _, options: { all?: true; after?: string; limit?: number }) => {
    const { all, after, limit } = options;
    const query = { all: all === true ? 'true' : undefined, after, limit };
    const answer = await client.ask<{ conflicts: ConflictView[] }>('GET', '/v1/exchange/conflicts', { query });
    return { answer, text: conflictTable(answer.conflicts) };
  });
}

function resolveCommand(): Command {
  const command = new Command('resolve')
    .description('Decide a conflict (supervisor).')
    .argument('<conflict>', 'its number')
    .argument(
      '<resolution>',
      'keep: as it stands; state: what they say beside it; release: what was stated for others ends',
    );
  return act(command, async (client, [conflict, resolution]) => {
    const path = `/v1/exchange/conflicts/${encodeURIComponent(String(conflict))}/resolution`;
    const answer = await client.ask<ConflictResolved>('POST', path, { body: { resolution } });
    const stated = answer.entries.map(({ kind, entry }) => `, ${kind} ${entry.member}:${entry.index}`).join('');
    return { answer, text: `conflict ${answer.conflict}: ${answer.resolution}${stated}` };
  });
}

function runCommand(): Command {
  const command = new Command('run')
    .description('Fetch from a register’s server and deliver there, now.')
    .argument('<register>');
  return act(command, async (client, [register]) => {
    const answer = await client.ask<RunReport>('POST', `${registerPath(register)}/runs`);
    return { answer, text: runText(answer) };
  });
}

async function untilTaken(client: ApiClient, received: FileView): Promise<FileView> {
  let view = received;
  while (['received', 'applying', 'sweeping'].includes(view.state)) {
    await wait(LOOK_INTERVAL_MS);
    view = await client.ask<FileView>('GET', `/v1/exchange/lists/${view.file}`);
  }
  return view;
}

async function linesOf(client: ApiClient, file: number): Promise<LineFaultView[]> {
  const query = { limit: String(LINES_SHOWN_MAX) };
  return (await client.ask<{ lines: LineFaultView[] }>('GET', `/v1/exchange/lists/${file}/lines`, { query })).lines;
}

async function openFile(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (cause) {
    throw new InputError({ code: 'INPUT_UNREADABLE', file }, { cause });
  }
}

/** A name that the API takes: what else a file may be called on this machine is nobody's concern there. */
function nameOf(file: string): string {
  return basename(file)
    .replaceAll(/[^A-Za-z0-9._ -]/g, '_')
    .slice(0, 200);
}

function registerPath(name: unknown): string {
  return `/v1/exchange/registers/${encodeURIComponent(String(name))}`;
}
