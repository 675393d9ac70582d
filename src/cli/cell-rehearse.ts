import { Command, InvalidArgumentError } from 'commander';
import { rehearse, type Rehearsal } from '../demo/illegal-cell/rehearse.ts';
import { WORLD_DEFAULTS } from '../demo/illegal-cell/world.ts';
import { table } from './text.ts';

interface Options {
  readonly seed: number;
  readonly victimShare: number;
  readonly json?: true;
}

/** How well the rules do, on records that are made up and whose truth is known. */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('Make up a network with illegal cells in it, let the rules look, and say what they found and missed.')
    .option('--seed <number>', 'the same seed makes the same network', readSeed, 1)
    .option(
      '--victim-share <share>',
      'of those captured by a cell with fraud; more of them make the neighbourhood look guilty',
      readShare,
      WORLD_DEFAULTS.victimShare,
    )
    .option('--json', 'print the figures as JSON')
    .action(async ({ seed, victimShare, json }: Options) => {
      const rehearsal = await rehearse({ seed, victimShare });
      process.stdout.write(json === true ? `${JSON.stringify(rehearsal)}\n` : `${rehearsalText(rehearsal)}\n`);
    });
}

function rehearsalText({ seed, cells, attaches, payments, rules, exposed }: Rehearsal): string {
  const rows = rules.map(({ rule, victimsKnown, found, illegal, falsePositives }) => [
    rule,
    victimsKnown === undefined ? '' : String(victimsKnown),
    `${found} of ${illegal}`,
    String(falsePositives.length),
    kindsText(falsePositives),
  ]);
  return [
    `Seed ${seed}: ${cells} cells, ${attaches} attach events, ${payments} payments, all made up.`,
    table(['rule', 'victims known', 'found', 'innocents accused', 'which are'], rows),
    `Exposed: ${exposed.found} of ${exposed.truth} people found, ${exposed.wrongly} wrongly.`,
  ].join('\n');
}

function kindsText(kinds: readonly string[]): string {
  const counts = Map.groupBy(kinds, (kind) => kind);
  return [...counts].map(([kind, all]) => `${all.length} ${kind}`).join(', ');
}

function readSeed(text: string): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(text)) throw new InvalidArgumentError('a seed is a whole number from 0');
  return Number(text);
}

function readShare(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('a share is above 0 and at most 1');
  return share;
}
