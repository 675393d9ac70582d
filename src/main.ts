import { Command } from 'commander';
import { attachCommand } from './cli/attach.ts';
import { demoCommand } from './cli/demo.ts';
import { deviceCommand } from './cli/device.ts';
import { gateCommand } from './cli/gate.ts';
import { journalCommand } from './cli/journal.ts';
import { ledgerCommand } from './cli/ledger.ts';
import { nodeCommand } from './cli/node.ts';
import { tokenCommand } from './cli/token.ts';
import { runCommand } from './cli/run.ts';

const program = new Command('bongsu')
  .description('One shared register of standing for what a mobile network acts on, and the gates that enforce it.')
  .addCommand(demoCommand())
  .addCommand(nodeCommand())
  .addCommand(deviceCommand())
  .addCommand(gateCommand())
  .addCommand(tokenCommand())
  .addCommand(journalCommand())
  .addCommand(ledgerCommand())
  .addCommand(attachCommand());

await runCommand(program, process.argv);
