import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import type { Drill } from '../drills/drill.ts';
import { DRILLS } from '../drills/drills.ts';
import { runDrill } from '../drills/run-drill.ts';
import { DrillError } from '../drills/stage/until.ts';
import { EXIT } from './run.ts';

const SEED_MAX = 2 ** 31 - 1;

interface Options {
  readonly seed?: number;
  readonly short?: boolean;
  readonly json?: boolean;
  readonly data?: string;
}

export function drillCommand(): Command {
  const command = new Command('drill').description(
    'Play one of the cases that the design is for, on real nodes, and say what held and what it measured.',
  );
  for (const drill of DRILLS) command.addCommand(playCommand(drill));
  return command.addCommand(listCommand());
}

function playCommand(drill: Drill): Command {
  return new Command(drill.name)
    .description(`Prove that ${drill.proves}.`)
    .option(
      '--seed <number>',
      'make the same choices again: victims, instants, octets; when a process is scheduled is not repeated',
      parseSeed,
    )
    .option('--short', 'the form that the tests play')
    .option('--json', 'one JSON object a line: the seed, then each step')
    .option('--data <folder>', 'an empty or new folder where the members’ data stays afterwards')
    .action(async ({ seed = randomInt(SEED_MAX), short = false, json = false, data }: Options) => {
      const write = (text: string): void => void process.stdout.write(text);
      const options = { seed, isShort: short, json, ...(data !== undefined && { folder: data }) };
      const deps = { clock: systemClock, write, onProgress: showProgress };
      const held = await runDrill(drill, options, deps).catch(endIfBrokenOff);
      if (!held) process.exitCode = EXIT.failed;
    });
}

function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of}${done === of ? '\n' : ''}`);
}

/** What a drill was at when it was broken off may have minutes to go, and finds no nodes any more. */
function endIfBrokenOff(error: unknown): never {
  if (!(error instanceof DrillError) || error.facts.code !== 'DRILL_BROKEN_OFF') throw error;
  process.stderr.write(`${error.facts.code}\n`);
  process.exit(EXIT.failed);
}

function listCommand(): Command {
  return new Command('list')
    .description('Name every drill, with what it proves.')
    .option('--json', 'one JSON object a line')
    .action(({ json = false }: { json?: boolean }) => {
      for (const { name, proves } of DRILLS) {
        process.stdout.write(json ? `${JSON.stringify({ name, proves })}\n` : `${name.padEnd(10)} ${proves}\n`);
      }
    });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^[0-9]+$/.test(text) || seed > SEED_MAX) throw new InvalidArgumentError('a whole number below 2^31');
  return seed;
}
