/** The `ledger` commands as a program of their own, so that a test needs none of the others. */
import { Command } from 'commander';
import { ledgerCommand } from '../../src/cli/ledger.ts';
import { runCommand } from '../../src/cli/run.ts';

await runCommand(new Command('bongsu').addCommand(ledgerCommand()), process.argv);
