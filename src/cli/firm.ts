import { extname } from 'node:path';
import { Command } from 'commander';
import type { ApplicationAnswer } from '../desks/senders/applications.ts';
import { EVIDENCE_SIZE_MAX } from '../desks/senders/evidence-files.ts';
import type { EvidenceAnswer } from '../desks/senders/evidence.ts';
import type { FirmStatusView } from '../desks/senders/reading.ts';
import { act, givenOnly } from './desk-command.ts';
import { readInput } from './input.ts';
import { printable } from './text.ts';
import { firmStatusText } from './sender-text.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
};

/** What a firm that sends bulk text does for itself, over the certifier's HTTP API. */
export function firmCommand(): Command {
  return new Command('firm')
    .description('As a firm that sends bulk text: register, apply for a certificate, and follow the application.')
    .addCommand(registerCommand())
    .addCommand(applyCommand())
    .addCommand(evidenceCommand())
    .addCommand(stepCommand('resubmit', 'Hand an application in again that was returned for supplement.'))
    .addCommand(stepCommand('withdraw', 'Take an application back.'))
    .addCommand(statusCommand())
    .addCommand(tokenCommand());
}

interface FactOptions {
  readonly name?: string;
  readonly representative?: string;
  readonly phone?: string;
  readonly officeAddress?: string;
  readonly bankAccount?: string;
}

function registerCommand(): Command {
  const command = new Command('register')
    .description('Register a firm, and print its token: it is shown once and kept nowhere.')
    .requiredOption('--name <name>', 'as registered')
    .requiredOption('--business-number <digits>', 'ten digits')
    .requiredOption('--representative <name>', 'private')
    .requiredOption('--phone <number>', 'private')
    .requiredOption('--office-address <text>', 'private')
    .requiredOption('--bank-account <digits>', 'private');
  return act(
    command,
    async (client, _, options: FactOptions & { businessNumber: string }) => {
      const body = { ...factsOf(options), businessNumber: options.businessNumber };
      const answer = await client.ask<{ firm: string; token: string }>('POST', '/v1/firms', { body });
      return { answer, text: printable(`${answer.firm}  ${answer.token}`) };
    },
    'anybody',
  );
}

function applyCommand(): Command {
  const command = new Command('apply')
    .description('Apply for a certificate, for its change, or for its renewal.')
    .requiredOption('--service <service>', 'web, api, module')
    .option('--kind <kind>', 'new (the default), change, renewal')
    .option('--note <text>', 'private')
    .option('--name <name>', 'of a change: the new name')
    .option('--representative <name>', 'of a change; private')
    .option('--phone <number>', 'of a change; private')
    .option('--office-address <text>', 'of a change; private')
    .option('--bank-account <digits>', 'of a change; private');
  return act(command, async (client, _, options: FactOptions & { service: string; kind?: string; note?: string }) => {
    const { service, kind, note } = options;
    const facts = factsOf(options);
    const body = { ...givenOnly({ service, kind, note }), ...(Object.keys(facts).length > 0 && { facts }) };
    const answer = await client.ask<ApplicationAnswer>('POST', '/v1/applications', { body });
    return { answer, text: stateText(answer) };
  });
}

function evidenceCommand(): Command {
  const command = new Command('evidence')
    .description('Hand in a file (PDF, PNG, JPEG) for one item of the checklist.')
    .argument('<application>', 'its number, such as A-2026-000123')
    .argument('<file>')
    .requiredOption('--item <item>', 'as 2.1')
    .option('--valid-until <day>', 'from when it proves nothing any more');
  return act(command, async (client, [number, file], options: { item: string; validUntil?: string }) => {
    const body = await readInput(String(file), EVIDENCE_SIZE_MAX);
    const mediaType = MEDIA_TYPES[extname(String(file)).toLowerCase()] ?? 'application/octet-stream';
    const { item, validUntil } = options;
    const query = { item, validUntil };
    const answer = await client.ask<EvidenceAnswer>('POST', applicationPath(number, 'evidence'), {
      query,
      body,
      mediaType,
    });
    return {
      answer,
      text: printable(`${answer.application}: ${answer.item}, ${answer.size} octets, ${answer.sha256}`),
    };
  });
}

function stepCommand(step: string, description: string): Command {
  const command = new Command(step).description(description).argument('<application>');
  return act(command, async (client, [number]) => {
    const body = { step };
    const answer = await client.ask<ApplicationAnswer>('POST', applicationPath(number, 'step'), { body });
    return { answer, text: stateText(answer) };
  });
}

function statusCommand(): Command {
  return act(new Command('status').description('The firm’s applications and certificates.'), async (client) => {
    const answer = await client.ask<FirmStatusView>('GET', '/v1/firms/me');
    return { answer, text: firmStatusText(answer) };
  });
}

function tokenCommand(): Command {
  const command = new Command('token')
    .description('Give a firm that has lost its token another one (supervisor).')
    .argument('<firm>', 'its code, such as F-2026-000001');
  return act(command, async (client, [firm]) => {
    const path = `/v1/firms/${encodeURIComponent(String(firm))}/token`;
    const answer = await client.ask<{ firm: string; token: string }>('POST', path);
    return { answer, text: printable(`${answer.firm}  ${answer.token}`) };
  });
}

function factsOf({ name, representative, phone, officeAddress, bankAccount }: FactOptions): object {
  return givenOnly({ name, representative, phone, officeAddress, bankAccount });
}

function stateText({ application, state }: ApplicationAnswer): string {
  return printable(`${application}: ${state}`);
}

export function applicationPath(number: unknown, what: string): string {
  return `/v1/applications/${encodeURIComponent(String(number))}/${what}`;
}
