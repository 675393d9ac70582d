import { Command, Option } from 'commander';
import { systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { readNodeConfig } from '../node/config.ts';
import { MemberNode } from '../node/node.ts';
import { makeTokenOffline } from '../node/offline-token.ts';
import { DESK_ROLES, type DeskRole } from '../portals/permissions.ts';

export function nodeCommand(): Command {
  return new Command('node')
    .description('Run one member’s node.')
    .addCommand(startCommand())
    .addCommand(newTokenCommand());
}

function startCommand(): Command {
  return new Command('start')
    .description('Start a node and keep it running until SIGTERM or SIGINT.')
    .argument('<config>', 'the node’s configuration file')
    .option('--json', 'say where it listens as one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const config = await readNodeConfig(file);
      const log = createLog({ member: config.member, level: config.log.level });
      const node = await MemberNode.start(config, { clock: systemClock, log });
      const { addresses } = node;
      const lines = Object.entries(addresses).map(([name, address]) => `${name.padEnd(8)} ${address}`);
      process.stdout.write(json === true ? `${JSON.stringify(addresses)}\n` : `${lines.join('\n')}\n`);
      await untilAskedToStop();
      await node.stop();
      // A channel that is listened on would keep the process.
      if (process.connected) process.disconnect();
    });
}

function newTokenCommand(): Command {
  return new Command('new-token')
    .description('Make a token in the store of a node that is stopped, where no supervisor’s token is left. Prints it.')
    .argument('<config>', 'the node’s configuration file')
    .requiredOption('--name <name>', 'of the desk or the person; it stands in the journal')
    .addOption(new Option('--role <role>').choices(DESK_ROLES).makeOptionMandatory())
    .action(async (file: string, { name, role }: { name: string; role: DeskRole }) => {
      const config = await readNodeConfig(file);
      const log = createLog({ member: config.member, level: config.log.level });
      const token = await makeTokenOffline(config, { name, role }, { clock: systemClock, log });
      process.stdout.write(`${token}\n`);
    });
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    // Whoever started the node with a channel is gone.
    process.once('disconnect', resolve);
  });
}
