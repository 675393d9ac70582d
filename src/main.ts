import { Command } from 'commander';
import { attachCommand } from './cli/attach.ts';
import { certificateCommand } from './cli/certificate.ts';
import { cellCommand } from './cli/cell.ts';
import { demoCommand } from './cli/demo.ts';
import { deviceCommand } from './cli/device.ts';
import { exchangeCommand } from './cli/exchange.ts';
import { pledgesCommand } from './cli/pledges.ts';
import { firmCommand } from './cli/firm.ts';
import { exposedCommand } from './cli/exposed.ts';
import { gateCommand } from './cli/gate.ts';
import { incidentCommand } from './cli/incident.ts';
import { journalCommand } from './cli/journal.ts';
import { ledgerCommand } from './cli/ledger.ts';
import { lineCommand } from './cli/line.ts';
import { messageCommand } from './cli/message.ts';
import { nodeCommand } from './cli/node.ts';
import { recordsCommand } from './cli/records.ts';
import { spamCommand } from './cli/spam.ts';
import { tokenCommand } from './cli/token.ts';
import { userCommand } from './cli/user.ts';
import { runCommand } from './cli/run.ts';

const program = new Command('bongsu')
  .description('One shared register of standing for what a mobile network acts on, and the gates that enforce it.')
  .addCommand(demoCommand())
  .addCommand(nodeCommand())
  .addCommand(deviceCommand())
  .addCommand(exchangeCommand())
  .addCommand(pledgesCommand())
  .addCommand(firmCommand())
  .addCommand(certificateCommand())
  .addCommand(gateCommand())
  .addCommand(messageCommand())
  .addCommand(lineCommand())
  .addCommand(recordsCommand())
  .addCommand(cellCommand())
  .addCommand(exposedCommand())
  .addCommand(spamCommand())
  .addCommand(tokenCommand())
  .addCommand(userCommand())
  .addCommand(incidentCommand())
  .addCommand(journalCommand())
  .addCommand(ledgerCommand())
  .addCommand(attachCommand());

await runCommand(program, process.argv);
