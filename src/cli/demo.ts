import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { runDemo } from '../demo/demo.ts';
import { EXIT } from './run.ts';

interface Options {
  readonly data: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Start a consortium of seven members on loopback and tell three stories: a stolen phone, a spammer, an illegal cell.',
    )
    .option('--data <folder>', 'where the members keep their data', 'data/korea')
    .option('--once', 'end after the story: exit code 0 only if every step held')
    .option('--json', 'one JSON object a line: the addresses, then each step')
    .action(async ({ data, once = false, json = false }: Options) => {
      const held = await runDemo({ folder: data, once, json }, { clock: systemClock });
      if (!held) process.exitCode = EXIT.failed;
    });
}
