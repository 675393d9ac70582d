import { Command } from 'commander';
import type { RequestAnswer } from '../desks/incidents/requests.ts';
import { act } from './desk-command.ts';
import { readWhole } from './whole-number.ts';

interface AskingOptions {
  readonly name?: string;
  readonly contact?: string;
  readonly proxyName?: string;
  readonly proxyRelation?: string;
  readonly consentForm?: string;
  readonly consentAt?: string;
  readonly helpChannel?: string;
  readonly language?: string;
  readonly largeType?: true;
}

interface UsimOptions extends AskingOptions {
  readonly way: string;
  readonly shop: string;
  readonly address?: string;
}

interface DamageOptions extends AskingOptions {
  readonly payment?: string;
  readonly won?: number;
}

export function requestCommand(): Command {
  const command = new Command('request')
    .description('Ask for a new USIM for a line that was exposed.')
    .argument('<incident>')
    .argument('<line>', 'the number')
    .requiredOption('--way <way>', 'shop, courier, visit')
    .requiredOption('--shop <shop>', 'whose stock it is taken from')
    .option('--address <text>', 'for a courier or a visit; private');
  return act(withAsking(command), async (client, [incident, line], options: UsimOptions) => {
    const { way, shop, address } = options;
    const body = { kind: 'usim', incident, line, way, shop, ...given({ address }), ...asking(options) };
    return answered(await client.ask<RequestAnswer>('POST', '/v1/incident-requests', { body }));
  });
}

export function damageCommand(): Command {
  const command = new Command('damage')
    .description('Report damage of a person, for her or with a proxy.')
    .argument('<incident>')
    .argument('<line>', 'the number')
    .argument('<what>', 'what happened; private')
    .option('--payment <id>', 'the payment, by its identity at the payment gate')
    .option('--won <amount>', 'the amount', readWhole);
  return act(withAsking(command), async (client, [incident, line, what], options: DamageOptions) => {
    const { payment: paymentId, won } = options;
    const body = { kind: 'damage', incident, line, what, ...given({ paymentId, won }), ...asking(options) };
    return answered(await client.ask<RequestAnswer>('POST', '/v1/incident-requests', { body }));
  });
}

/** Who asks, who asks for them, and what help they need. */
function withAsking(command: Command): Command {
  return command
    .option('--name <name>', 'whose line it is; private')
    .option('--contact <contact>', 'private')
    .option('--proxy-name <name>', 'who acts for the person; private')
    .option('--proxy-relation <text>', 'what they are to the person')
    .option('--consent-form <form>', 'written, recorded-call, in-person, legal-guardian')
    .option('--consent-at <time>', 'when the person consented')
    .option('--help-channel <channel>', 'self (the default), counter, telephone, visit')
    .option('--language <language>', 'ko (the default) or en')
    .option('--large-type', 'letters are printed large');
}

function asking(options: AskingOptions): object {
  const { name, contact, proxyName, proxyRelation, consentForm, consentAt, helpChannel, language, largeType } = options;
  const consent = given({ form: consentForm, givenAt: consentAt });
  const hasConsent = Object.keys(consent).length > 0;
  const proxy = { name: proxyName ?? '', relation: proxyRelation ?? '', ...(hasConsent && { consent }) };
  const help = given({ channel: helpChannel, language, largeType });
  return {
    ...given({ name, contact }),
    ...(proxyName !== undefined && { proxy }),
    ...(Object.keys(help).length > 0 && { help }),
  };
}

function answered(answer: RequestAnswer): { answer: object; text: string } {
  return { answer, text: `${answer.request}  ${answer.kind}  ${answer.requestState}` };
}

/** The fields that have a value. */
export function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
