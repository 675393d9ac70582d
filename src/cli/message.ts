import { text as readAll } from 'node:stream/consumers';
import { Command, InvalidArgumentError } from 'commander';
import { hashPassword, keyHash } from '../gates/messages/password.ts';
import { SmppProbe } from '../probes/smpp.ts';
import { PASSWORD_SIZE_MAX } from '../wire/smpp/bind.ts';
import { COMMAND_STATUS } from '../wire/smpp/command-status.ts';
import { readInput } from './input.ts';
import { EXIT } from './run.ts';

const PASSWORD_FILE_SIZE_MAX = 1_024;

interface SendOptions {
  readonly smpp: string;
  readonly as: string;
  readonly passwordFile: string;
  readonly from: string;
  readonly to: string;
  readonly originator?: string;
  readonly customer?: string;
  readonly json?: boolean;
}

export function messageCommand(): Command {
  return new Command('message')
    .description('Send a text through a message gate as a firm does, and make what its accounts need.')
    .addCommand(sendCommand())
    .addCommand(passwordCommand());
}

function sendCommand(): Command {
  return new Command('send')
    .description('Submit one text over SMPP.')
    .argument('<text>')
    .requiredOption('--smpp <host:port>', 'the gate', parseAddress)
    .requiredOption('--as <system-id>', 'the account')
    .requiredOption('--password-file <file>', 'a file with its password')
    .requiredOption('--from <number>', 'the sender number')
    .requiredOption('--to <number>', 'the receiver')
    .option('--originator <code>', 'nine digits')
    .option('--customer <name>', 'whom the text is sent for')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code: 0 taken, 1 refused.')
    .action(async (text: string, { smpp, as, passwordFile, json, ...options }: SendOptions) => {
      const { hostname: host, port } = new URL(`tcp://${smpp}`);
      const password = (await readInput(passwordFile, PASSWORD_FILE_SIZE_MAX)).toString().trimEnd();
      const probe = await SmppProbe.bind({ host, port: Number(port), systemId: as, password, as: 'transmitter' });
      const { status, name, says, refusal } = await probe.submit({ text, ...options });
      await probe.unbind();
      const isTaken = status === COMMAND_STATUS.ok;
      const answer = isTaken ? { taken: true, messageId: name } : { taken: false, commandStatus: status, ...refusal };
      const line = isTaken ? `taken as ${name}` : `refused: ${says ?? `command_status 0x${status.toString(16)}`}`;
      process.stdout.write(`${json === true ? JSON.stringify(answer) : line}\n`);
      process.exitCode = isTaken ? EXIT.done : EXIT.failed;
    });
}

function passwordCommand(): Command {
  return new Command('password')
    .description('Read a password or an HTTP key from standard input, and print how the configuration keeps it.')
    .option('--http-key', 'a bearer key of the HTTP API: its SHA-256')
    .option('--json', 'print one JSON object')
    .action(async ({ httpKey, json }: { httpKey?: boolean; json?: boolean }) => {
      const secret = (await readAll(process.stdin)).trimEnd();
      if (httpKey === true && secret.length === 0) {
        process.stderr.write(
          'No key came on standard input. Pipe one in: openssl rand -hex 32 | bongsu message password --http-key\n',
        );
        process.exitCode = EXIT.usage;
        return;
      }
      if (httpKey !== true && (secret.length === 0 || secret.length >= PASSWORD_SIZE_MAX)) {
        process.stderr.write(`An SMPP password has 1 to ${PASSWORD_SIZE_MAX - 1} characters.\n`);
        process.exitCode = EXIT.usage;
        return;
      }
      const kept = httpKey === true ? { httpKeyHash: keyHash(secret) } : { passwordHash: await hashPassword(secret) };
      process.stdout.write(`${json === true ? JSON.stringify(kept) : Object.values(kept)[0]}\n`);
    });
}

function parseAddress(text: string): string {
  const port = /^[^/@?#]+:([0-9]{1,5})$/.exec(text)?.[1];
  if (port === undefined || Number(port) === 0 || Number(port) > 65_535) {
    throw new InvalidArgumentError('write HOST:PORT, such as 127.0.0.1:2775');
  }
  return text;
}
