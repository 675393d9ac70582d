import { Command } from 'commander';
import type { NumberAnswer } from '../desks/senders/numbers.ts';
import type { NumberPageView } from '../desks/senders/reading.ts';
import { act, givenOnly } from './desk-command.ts';
import { numberAnswerText, numbersText } from './sender-text.ts';
import { readWhole } from './whole-number.ts';

/** Sender numbers under a certificate. */
export function numberCommand(): Command {
  return new Command('number')
    .description('Register, list, approve and withdraw the numbers that a firm’s customers send under.')
    .addCommand(registerCommand())
    .addCommand(listCommand())
    .addCommand(decideCommand('approve', true, 'Let a held number in (supervisor).'))
    .addCommand(decideCommand('refuse', false, 'Refuse a held number (supervisor).'))
    .addCommand(withdrawCommand());
}

interface RegisterOptions {
  readonly customer: string;
  readonly customerKind: string;
  readonly staff?: number;
  readonly proof: string;
}

function registerCommand(): Command {
  const command = new Command('register')
    .description('Register a number for a customer (firm); above the customer’s cap it is held.')
    .argument('<certificate>')
    .argument('<number>', 'private: the log has a tag of it')
    .requiredOption('--customer <name>', 'the firm’s own name of its customer; private')
    .requiredOption('--customer-kind <kind>', 'individual, foreigner, corporation')
    .option('--staff <count>', 'of a corporation', readWhole)
    .requiredOption(
      '--proof <proof>',
      'phone-identity, carrier-certificate, power-of-attorney, employment-certificate',
    );
  return act(command, async (client, [code, number], options: RegisterOptions) => {
    const { customer, customerKind, staff, proof } = options;
    const body = givenOnly({ number, customer, customerKind, proof, staff });
    const answer = await client.ask<NumberAnswer>('POST', numbersPath(code), { body });
    return { answer, text: numberAnswerText(answer) };
  });
}

function listCommand(): Command {
  const command = new Command('list')
    .description('List a certificate’s numbers. The journal notes who looked.')
    .argument('<certificate>')
    .option('--state <state>', 'held, registered, withdrawn, refused')
    .option('--after <id>', 'go on after this one', readWhole)
    .option('--limit <count>', 'at most so many', readWhole);
  return act(command, async (client, [code], options: { state?: string; after?: number; limit?: number }) => {
    const { state, after, limit } = options;
    const answer = await client.ask<NumberPageView>('GET', numbersPath(code), { query: { state, after, limit } });
    return { answer, text: numbersText(answer) };
  });
}

function decideCommand(name: string, approve: boolean, description: string): Command {
  const command = new Command(name).description(description).argument('<certificate>').argument('<id>');
  return act(command, async (client, [code, id]) => {
    const path = `${numbersPath(code)}/${encodeURIComponent(String(id))}/decision`;
    const answer = await client.ask<NumberAnswer>('POST', path, { body: { approve } });
    return { answer, text: numberAnswerText(answer) };
  });
}

function withdrawCommand(): Command {
  const command = new Command('withdraw')
    .description('Withdraw a number (firm).')
    .argument('<certificate>')
    .argument('<id>');
  return act(command, async (client, [code, id]) => {
    const path = `${numbersPath(code)}/${encodeURIComponent(String(id))}`;
    const answer = await client.ask<NumberAnswer>('DELETE', path);
    return { answer, text: numberAnswerText(answer) };
  });
}

function numbersPath(code: unknown): string {
  return `/v1/certificates/${encodeURIComponent(String(code))}/numbers`;
}
