/** The desk's commands alone, as a process of their own. */
import { Command } from 'commander';
import { deviceCommand } from '../../src/cli/device.ts';
import { runCommand } from '../../src/cli/run.ts';
import { tokenCommand } from '../../src/cli/token.ts';

await runCommand(new Command('bongsu').addCommand(deviceCommand()).addCommand(tokenCommand()), process.argv);
