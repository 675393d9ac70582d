import { Command } from 'commander';
import { IDENTITY_CHECKS } from '../desks/lines/unblocking.ts';
import type { LineView } from '../desks/lines/line-view.ts';
import { JUDGEMENT_WORDS } from '../desks/lines/payment-desk.ts';
import type { PaymentDeskView } from '../desks/lines/payment-view.ts';
import { act, givenOnly } from './desk-command.ts';
import { properties, table, timeText } from './text.ts';

const NUMBER_TEXT = '+82 10-1234-5678, or 010-1234-5678 in the node’s own country';
const CHECKS_TEXT = IDENTITY_CHECKS.join(', ');

/** An operator's lines from the command line: all of it over the node's HTTP API. */
export function lineCommand(): Command {
  return new Command('line')
    .description('See and change how a line stands with its operator; judge the payments that wait.')
    .addCommand(showCommand())
    .addCommand(protectCommand())
    .addCommand(lineChange('unprotect', 'unprotect', 'Free a line from its device (supervisor).'))
    .addCommand(lineChange('block-payments', 'block-payments', 'Block payments, as the customer wishes.'))
    .addCommand(unblockCommand())
    .addCommand(priorityCommand())
    .addCommand(enrolCommand())
    .addCommand(heldCommand())
    .addCommand(paymentCommand())
    .addCommand(judgeCommand())
    .addCommand(refundCommand());
}

function showCommand(): Command {
  const command = new Command('show')
    .description('How a line stands. Who looks is kept; without a case, one may look up only so many.')
    .argument('<number>', NUMBER_TEXT)
    .option('--case <number>', 'the request, incident or device case for which you look');
  return act(command, async (client, [line], { case: reason }: { case?: string }) => {
    const body = { line, ...givenOnly({ case: reason }) };
    const answer = await client.ask<LineView>('POST', '/v1/lines/show', { body });
    return { answer, text: lineText(answer) };
  });
}

function lineChange(name: string, path: string, description: string): Command {
  const command = new Command(name).description(description).argument('<number>', NUMBER_TEXT);
  return act(command, async (client, [line]) => {
    const answer = await client.ask<LineView>('POST', `/v1/lines/${path}`, { body: { line } });
    return { answer, text: lineText(answer) };
  });
}

function protectCommand(): Command {
  const command = new Command('protect')
    .description('Bind a line to one device: the equipment gates refuse any other.')
    .argument('<number>', NUMBER_TEXT)
    .requiredOption('--imsi <digits>', 'of the line’s subscription')
    .requiredOption('--imei <imei>', 'of its device');
  return act(command, async (client, [line], { imsi, imei }: { imsi: string; imei: string }) => {
    const answer = await client.ask<LineView>('POST', '/v1/lines/protect', { body: { line, imsi, imei } });
    return { answer, text: lineText(answer) };
  });
}

function unblockCommand(): Command {
  const command = new Command('unblock')
    .description('Undo the block on payments: two people, the second a supervisor, have each seen the customer.')
    .argument('<number>', NUMBER_TEXT)
    .requiredOption('--check <document>', CHECKS_TEXT);
  return act(command, async (client, [line], { check }: { check: string }) => {
    const answer = await client.ask<LineView>('POST', '/v1/lines/unblock-payments', { body: { line, check } });
    return { answer, text: lineText(answer) };
  });
}

function priorityCommand(): Command {
  const command = new Command('priority')
    .description('Mark a line of the emergency services (supervisor).')
    .argument('<number>', NUMBER_TEXT)
    .option('--imsi <imsi>', 'its subscription: the equipment gates track its phone and do not refuse it')
    .option('--end', 'it is one no longer');
  return act(command, async (client, [line], { end, imsi }: { end?: true; imsi?: string }) => {
    const body = { line, priority: end !== true, ...(imsi !== undefined && { imsi }) };
    const answer = await client.ask<LineView>('POST', '/v1/lines/priority', { body });
    return { answer, text: lineText(answer) };
  });
}

function enrolCommand(): Command {
  const command = new Command('enrol')
    .description('Make a code with which the line’s holder registers a passkey for payments. It is shown once.')
    .argument('<number>', NUMBER_TEXT)
    .requiredOption('--check <document>', CHECKS_TEXT);
  return act(command, async (client, [line], { check }: { check: string }) => {
    const body = { line, check };
    const answer = await client.ask<{ code: string; expiresAt: string }>('POST', '/v1/lines/enrolments', { body });
    return { answer, text: `${answer.code}  until ${timeText(answer.expiresAt)}` };
  });
}

function heldCommand(): Command {
  return act(new Command('held').description('Payments that wait for a person, oldest first.'), async (client) => {
    const answer = await client.ask<{ payments: PaymentDeskView[] }>('GET', '/v1/held-payments');
    const rows = answer.payments.map((payment) => [
      payment.payment,
      timeText(payment.createdAt),
      payment.merchant,
      `${payment.amount} ${payment.currency}`,
      payment.reasons.map(({ name }) => name).join(', '),
    ]);
    return { answer, text: table(['payment', 'when', 'merchant', 'amount', 'because of'], rows) };
  });
}

function paymentCommand(): Command {
  const command = new Command('payment').description('A payment, and why it was decided so.').argument('<payment>');
  return act(command, async (client, [payment]) => {
    const answer = await client.ask<PaymentDeskView>('GET', paymentPath(payment));
    return { answer, text: paymentText(answer) };
  });
}

function judgeCommand(): Command {
  const command = new Command('judge')
    .description('Release a held payment, refuse it, or call a payment fraudulent (supervisor).')
    .argument('<payment>')
    .argument('<judgement>', JUDGEMENT_WORDS.join(', '));
  return act(command, async (client, [payment, judgement]) => {
    const path = `${paymentPath(payment)}/judgement`;
    const answer = await client.ask<PaymentDeskView>('POST', path, { body: { judgement } });
    return { answer, text: paymentText(answer) };
  });
}

function refundCommand(): Command {
  const command = new Command('refund')
    .description('Give back a payment that was judged fraudulent (supervisor).')
    .argument('<payment>');
  return act(command, async (client, [payment]) => {
    const answer = await client.ask<PaymentDeskView>('POST', `${paymentPath(payment)}/refund`);
    return { answer, text: paymentText(answer) };
  });
}

function paymentPath(payment: unknown): string {
  return `/v1/payments/${encodeURIComponent(String(payment))}`;
}

function lineText(view: LineView): string {
  const { line, exposedOn, protection, paymentsBlockedSince, unblockAsked, prioritySince, passkeys } = view;
  return properties({
    line,
    exposed: exposedOn.length === 0 ? 'no' : `on ${exposedOn.join(', ')}`,
    protected: protection && `in ${protection.imei} alone, since ${timeText(protection.since)}`,
    payments: paymentsBlockedSince === undefined ? 'allowed' : `blocked since ${timeText(paymentsBlockedSince)}`,
    unblocking: unblockAsked && `asked by ${unblockAsked.by} ${timeText(unblockAsked.at)} (${unblockAsked.check})`,
    priority: prioritySince && `since ${timeText(prioritySince)}`,
    passkeys: passkeys.toString(),
  });
}

function paymentText(payment: PaymentDeskView): string {
  const { reasons, chargedAt, refundedAt } = payment;
  return properties({
    payment: payment.payment,
    merchant: payment.merchant,
    line: payment.line,
    amount: `${payment.amount} ${payment.currency}`,
    state: payment.state,
    decided: payment.decision,
    'because of': reasons.map(({ name, decision }) => `${name} (${decision})`).join(', ') || undefined,
    cell: payment.cell,
    asked: timeText(payment.createdAt),
    charged: chargedAt && timeText(chargedAt),
    refunded: refundedAt && timeText(refundedAt),
    judgement: payment.judgement,
  });
}
