/** The desk's commands alone, as a process of their own. */
import { Command } from 'commander';
import { deviceCommand } from '../../src/cli/device.ts';
import { journalCommand } from '../../src/cli/journal.ts';
import { lookUpsCommand } from '../../src/cli/look-ups.ts';
import { runCommand } from '../../src/cli/run.ts';
import { tokenCommand } from '../../src/cli/token.ts';

const program = new Command('bongsu')
  .addCommand(deviceCommand())
  .addCommand(tokenCommand())
  .addCommand(journalCommand())
  .addCommand(lookUpsCommand());
await runCommand(program, process.argv);
