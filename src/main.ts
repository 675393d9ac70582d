import { Command } from 'commander';
import { runCommand } from './cli/run.ts';

/**
 * Every command with the file that makes it. Only the one that is asked for is loaded: all of them together are the
 * whole of Bongsu, and half of the time that a short command would take.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./cli/demo.ts')).demoCommand(),
  drill: async () => (await import('./cli/drill.ts')).drillCommand(),
  node: async () => (await import('./cli/node.ts')).nodeCommand(),
  device: async () => (await import('./cli/device.ts')).deviceCommand(),
  firm: async () => (await import('./cli/firm.ts')).firmCommand(),
  certificate: async () => (await import('./cli/certificate.ts')).certificateCommand(),
  spam: async () => (await import('./cli/spam.ts')).spamCommand(),
  message: async () => (await import('./cli/message.ts')).messageCommand(),
  records: async () => (await import('./cli/records.ts')).recordsCommand(),
  cell: async () => (await import('./cli/cell.ts')).cellCommand(),
  exposed: async () => (await import('./cli/exposed.ts')).exposedCommand(),
  line: async () => (await import('./cli/line.ts')).lineCommand(),
  incident: async () => (await import('./cli/incident.ts')).incidentCommand(),
  exchange: async () => (await import('./cli/exchange.ts')).exchangeCommand(),
  pledges: async () => (await import('./cli/pledges.ts')).pledgesCommand(),
  gate: async () => (await import('./cli/gate.ts')).gateCommand(),
  attach: async () => (await import('./cli/attach.ts')).attachCommand(),
  token: async () => (await import('./cli/token.ts')).tokenCommand(),
  user: async () => (await import('./cli/user.ts')).userCommand(),
  journal: async () => (await import('./cli/journal.ts')).journalCommand(),
  consortium: async () => (await import('./cli/consortium.ts')).consortiumCommand(),
  evidence: async () => (await import('./cli/evidence.ts')).evidenceCommand(),
  quarantine: async () => (await import('./cli/quarantine.ts')).quarantineCommand(),
  'look-ups': async () => (await import('./cli/look-ups.ts')).lookUpsCommand(),
  ledger: async () => (await import('./cli/ledger.ts')).ledgerCommand(),
};

const program = new Command('bongsu').description(
  'One shared register of standing for what a mobile network acts on, and the gates that enforce it.',
);
const [, , word = ''] = process.argv;
// Anything else, `--help` and a slip of the pen among it, is shown all there is.
const wanted = Object.hasOwn(COMMANDS, word) ? [COMMANDS[word]!] : Object.values(COMMANDS);
for (const load of wanted) program.addCommand(await load());

await runCommand(program, process.argv);
