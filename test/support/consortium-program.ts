/** The `consortium` commands in a process that is asked again and again: a story of many commands starts one. */
import { Command } from 'commander';
import { consortiumCommand } from '../../src/cli/consortium.ts';
import { runCommand } from '../../src/cli/run.ts';

let output = '';
let errors = '';
process.stdout.write = (text: string | Uint8Array): boolean => {
  output += text.toString();
  return true;
};
process.stderr.write = (text: string | Uint8Array): boolean => {
  errors += text.toString();
  return true;
};

process.on('message', (words: string[]) => void run(words));

async function run(words: readonly string[]): Promise<void> {
  [output, errors, process.exitCode] = ['', '', 0];
  await runCommand(new Command('bongsu').addCommand(consortiumCommand()), ['node', 'bongsu', 'consortium', ...words]);
  process.send!({ code: process.exitCode, output, errors });
}
