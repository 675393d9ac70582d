import { Command } from 'commander';
import type { ApplicationAnswer } from '../desks/senders/applications.ts';
import type { DecidedAnswer } from '../desks/senders/deciding.ts';
import type { ApplicationPageView, CertificatePageView, ProposalPageView } from '../desks/senders/reading.ts';
import type { CertificateAnswer } from '../desks/senders/sanctions.ts';
import type { ApplicationView, CertificateView } from '../desks/senders/views.ts';
import type { PublicCertificateView } from '../portals/senders/public-certificates.ts';
import { numberCommand } from './certificate-number.ts';
import { act, givenOnly } from './desk-command.ts';
import { applicationPath } from './firm.ts';
import { writeOutput } from './input.ts';
import {
  applicationsText,
  applicationText,
  certificateAnswerText,
  certificatesText,
  certificateText,
  entriesText,
  proposalsText,
  publicCertificateText,
} from './sender-text.ts';
import { printable } from './text.ts';
import { readWhole } from './whole-number.ts';

/** The certification desk from the command line: all of it over the node's HTTP API. */
export function certificateCommand(): Command {
  return new Command('certificate')
    .description('Certify firms that send bulk text: applications, certificates, sender numbers, proposed sanctions.')
    .addCommand(listCommand())
    .addCommand(applicationsCommand())
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addCommand(reviewCommand())
    .addCommand(decideCommand())
    .addCommand(sanctionCommand('suspend', 'suspend', 'Suspend a certificate: no text of the firm goes out.'))
    .addCommand(sanctionCommand('reinstate', 'reinstate', 'Let a firm send again at its whole rate.'))
    .addCommand(sanctionCommand('cancel', 'cancel', 'End a certificate for ever.'))
    .addCommand(rateCommand())
    .addCommand(numberCommand())
    .addCommand(proposalsCommand())
    .addCommand(approveCommand())
    .addCommand(dismissCommand());
}

interface Page {
  readonly state?: string;
  readonly before?: string;
  readonly limit?: number;
}

function withPage(command: Command): Command {
  return command
    .option('--state <state>', 'only those in this state')
    .option('--before <number>', 'the page after this one')
    .option('--limit <count>', 'at most so many', readWhole);
}

function listCommand(): Command {
  const command = new Command('list').description('List certificates, newest first.');
  return act(withPage(command), async (client, _, { state, before, limit }: Page) => {
    const query = { state, before, limit };
    const answer = await client.ask<CertificatePageView>('GET', '/v1/certificates', { query });
    return { answer, text: certificatesText(answer) };
  });
}

function applicationsCommand(): Command {
  const command = new Command('applications').description('List applications, newest first.');
  return act(withPage(command), async (client, _, { state, before, limit }: Page) => {
    const query = { state, before, limit };
    const answer = await client.ask<ApplicationPageView>('GET', '/v1/applications', { query });
    return { answer, text: applicationsText(answer) };
  });
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Show an application (A-…) or a certificate. The journal notes who looked at an application.')
    .argument('<number>');
  return act(command, async (client, [number]) => {
    const name = encodeURIComponent(String(number));
    if (/^A-/i.test(name)) {
      const answer = await client.ask<ApplicationView>('GET', `/v1/applications/${name}`);
      return { answer, text: applicationText(answer) };
    }
    const answer = await client.ask<CertificateView>('GET', `/v1/certificates/${name}`);
    return { answer, text: certificateText(answer) };
  });
}

function checkCommand(): Command {
  const command = new Command('check')
    .description('How a certificate stands on any node, with the entries that prove it. Anybody may ask.')
    .argument('<certificate>')
    .option('--receipt <file>', 'write the proof there: `bongsu ledger check-receipt` checks it offline');
  return act(
    command,
    async (client, [code], { receipt }: { receipt?: string }) => {
      const path = `/certificates/${encodeURIComponent(String(code))}`;
      const answer = await client.ask<PublicCertificateView>('GET', path);
      const text = publicCertificateText(answer);
      if (receipt === undefined) return { answer, text };
      await writeOutput(receipt, await client.askText(`${path}/receipt`));
      return { answer, text: `${text}\n  its receipt: ${receipt}` };
    },
    'anybody',
  );
}

interface ReviewOptions {
  readonly step?: string;
  readonly item?: string;
  readonly finding?: string;
  readonly remark?: string;
  readonly note?: string;
}

function reviewCommand(): Command {
  const command = new Command('review')
    .description('Move an application on (--step), or say of one item whether it is met (--item, --finding).')
    .argument('<application>')
    .option('--step <step>', 'accept, pass, return')
    .option('--note <text>', 'with a step; private')
    .option('--item <item>', 'as 2.1')
    .option('--finding <finding>', 'met, unmet')
    .option('--remark <text>', 'with a finding; private');
  return act(command, async (client, [number], options: ReviewOptions) => {
    const { step, note, item, finding, remark } = options;
    if ((step === undefined) === (item === undefined)) command.error('error: give either --step or --item');
    if (step !== undefined) {
      const body = givenOnly({ step, note });
      const answer = await client.ask<ApplicationAnswer>('POST', applicationPath(number, 'review'), { body });
      return { answer, text: printable(`${answer.application}: ${answer.state}`) };
    }
    const body = givenOnly({ item, finding, remark });
    const answer = await client.ask<{ finding: string }>('POST', applicationPath(number, 'findings'), { body });
    return { answer, text: printable(`${String(number)}: ${item}: ${answer.finding}`) };
  });
}

function decideCommand(): Command {
  const command = new Command('decide')
    .description('The committee’s word about an application.')
    .argument('<application>')
    .argument('<decision>', 'certify, refuse')
    .option('--priority <priority>', 'normal (the default), emergency')
    .option('--note <text>', 'private');
  return act(command, async (client, [number, decision], options: { priority?: string; note?: string }) => {
    const { priority, note } = options;
    const body = givenOnly({ decision, priority, note });
    const answer = await client.ask<DecidedAnswer>('POST', applicationPath(number, 'decision'), { body });
    const { application, state, certificate = '', originator = '', entries } = answer;
    const first = printable(`${application}: ${state} ${certificate} ${originator}`.trimEnd());
    return { answer, text: [first, ...entriesText(entries)].join('\n') };
  });
}

interface SanctionOptions {
  readonly reason: string;
  readonly permille?: number;
  readonly note?: string;
}

function sanctionCommand(name: string, kind: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<certificate>', 'its code, such as KS-2026-000001')
    .requiredOption('--reason <reason>', 'spam, forged-code, unregistered-number, evidence-expired, order, request, …')
    .option('--note <text>', 'private');
  return act(command, async (client, [code], { reason, permille, note }: SanctionOptions) => {
    const body = givenOnly({ reason, note, permille });
    const path = `/v1/certificates/${encodeURIComponent(String(code))}/${kind}`;
    const answer = await client.ask<CertificateAnswer>('POST', path, { body });
    return { answer, text: certificateAnswerText(answer) };
  });
}

function rateCommand(): Command {
  return sanctionCommand('rate', 'rate-limit', 'Let a firm send at a part of its rate.').option(
    '--permille <count>',
    'thousandths that are left, 1 to 999; as the rules say without it',
    readWhole,
  );
}

function proposalsCommand(): Command {
  const command = new Command('proposals').description('List proposed sanctions, newest first.');
  return act(withPage(command), async (client, _, { state, before, limit }: Page) => {
    const query = { state, before, limit };
    const answer = await client.ask<ProposalPageView>('GET', '/v1/proposals', { query });
    return { answer, text: proposalsText(answer) };
  });
}

function approveCommand(): Command {
  const command = new Command('approve').description('State what is proposed.').argument('<proposal>');
  return act(command, async (client, [number]) => {
    const path = `/v1/proposals/${encodeURIComponent(String(number))}/approve`;
    const answer = await client.ask<CertificateAnswer>('POST', path);
    return { answer, text: certificateAnswerText(answer) };
  });
}

function dismissCommand(): Command {
  const command = new Command('dismiss')
    .description('Dismiss a proposal.')
    .argument('<proposal>')
    .requiredOption('--note <text>', 'why');
  return act(command, async (client, [number], { note }: { note: string }) => {
    const path = `/v1/proposals/${encodeURIComponent(String(number))}/dismiss`;
    const answer = await client.ask<{ proposal: string; state: string }>('POST', path, { body: { note } });
    return { answer, text: printable(`${answer.proposal}: ${answer.state}`) };
  });
}
