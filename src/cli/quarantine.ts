import { Command } from 'commander';
import type { ActAnswer } from '../desks/quarantine/desk.ts';
import type { Tally } from '../desks/quarantine/counting.ts';
import type { QuarantinedStatement, QuarantineSummary, QuarantineView } from '../desks/quarantine/views.ts';
import { act, givenOnly } from './desk-command.ts';
import { counted, properties, table, timeText } from './text.ts';
import { readWhole } from './whole-number.ts';

/** What members state beyond their budgets, from the command line. */
export function quarantineCommand(): Command {
  return new Command('quarantine')
    .description('What members state beyond their budgets: see it, bring it into force, or undo it.')
    .addCommand(showCommand())
    .addCommand(confirmCommand())
    .addCommand(strikeCommand());
}

interface ShowOptions {
  readonly member?: string;
  readonly from?: number;
  readonly limit?: number;
}

function showCommand(): Command {
  const command = new Command('show')
    .description('What is quarantined: of every member, or of one with its statements opened (supervisor, auditor).')
    .option('--member <name>', 'this member’s, with a page of its statements')
    .option('--from <index>', 'begin the page at this index', readWhole)
    .option('--limit <count>', 'statements on the page', readWhole);
  return act(command, async (client, _, { member, from, limit }: ShowOptions, command) => {
    if (member === undefined) {
      if (from !== undefined || limit !== undefined) command.error('error: --from and --limit need a --member');
      const answer = await client.ask<{ members: QuarantineSummary[] }>('GET', '/v1/quarantine');
      return { answer, text: listText(answer.members) };
    }
    const query = { from, limit };
    const answer = await client.ask<QuarantineView>('GET', `/v1/quarantine/${encodeURIComponent(member)}`, { query });
    return { answer, text: memberText(answer) };
  });
}

function confirmCommand(): Command {
  const command = new Command('confirm').description(
    'Bring a member’s quarantined statements into force (supervisor of a register or regulator).',
  );
  return actOn(command, '/v1/quarantine/confirmations', confirmedText);
}

function strikeCommand(): Command {
  const command = new Command('strike').description(
    'Undo all that a member stated from an index or a time on, in force or quarantined: the answer to a stolen key ' +
      '(supervisor of a register or regulator, or of the member itself).',
  );
  return actOn(command, '/v1/quarantine/strikes', struckText);
}

interface ActOptions {
  readonly member: string;
  readonly from?: number;
  readonly to?: number;
  readonly since?: string;
  readonly dryRun?: true;
}

function actOn(command: Command, path: string, textOf: (answer: ActAnswer) => string): Command {
  command
    .requiredOption('--member <name>', 'whose statements')
    .option('--from <index>', 'the first one', readWhole)
    .option('--since <time>', 'the first one of this time or later, by its issuer’s clock, instead of --from')
    .option('--to <index>', 'the first one left alone; without it, all that is known now', readWhole)
    .option('--dry-run', 'only say what it would do');
  return act(command, async (client, _, { member, from, to, since, dryRun }: ActOptions, command) => {
    if ((from === undefined) === (since === undefined)) command.error('error: give either --from or --since');
    const body = { member, ...givenOnly({ from, to, since, dryRun }) };
    const answer = await client.ask<ActAnswer>('POST', path, { body });
    return { answer, text: textOf(answer) };
  });
}

function listText(members: readonly QuarantineSummary[]): string {
  const held = members.filter(({ quarantined }) => quarantined > 0);
  if (held.length === 0) return 'nothing is quarantined';
  const rows = held.map(({ member, quarantined, from, to, since, mayConfirm, mayStrike }) => [
    member,
    String(quarantined),
    `${from}-${to! - 1}`,
    since === undefined ? '' : timeText(since),
    [...(mayConfirm ? ['confirm'] : []), ...(mayStrike ? ['strike'] : [])].join(', ') || 'ask a register or regulator',
  ]);
  return table(['member', 'statements', 'indexes', 'since', 'we may'], rows);
}

function memberText(view: QuarantineView): string {
  const { member, quarantined, since, until, ranges, rangesLeftOut, kinds, tacs, unread, countedTo } = view;
  if (quarantined === 0) return `nothing of ${member} is quarantined`;
  const tallied = (name: string, { statements, devices }: Tally): string =>
    `${name} ${statements} (${counted(devices, 'device')})`;
  const indexes = ranges.map(({ from, to }) => (to - from === 1 ? `${from}` : `${from}-${to - 1}`)).join(', ');
  const facts = properties({
    member,
    quarantined: `${counted(quarantined, 'statement')}, enforced nowhere`,
    indexes: rangesLeftOut > 0 ? `${indexes} and ${counted(rangesLeftOut, 'range')} more` : indexes,
    since: since && timeText(since),
    until: until && timeText(until),
    kinds: kinds.map(({ kind, ...tally }) => tallied(kind, tally)).join(', '),
    TACs: tacs.length === 0 ? undefined : tacs.map(({ tac, ...tally }) => tallied(tac, tally)).join(', '),
    unread: unread === 0 ? undefined : `${unread} that this member cannot open`,
    counted: countedTo === undefined ? undefined : `kinds and TACs up to index ${countedTo} only`,
  });
  const page = table(['index', 'stated', 'kind', 'about', 'reason', 'reference'], view.statements.map(statementRow));
  return `${facts}\n\n${page}${view.next === undefined ? '' : `\nmore: --from ${view.next}`}`;
}

function statementRow(one: QuarantinedStatement): string[] {
  const { index, statedAt, kind, reason, reference, imei, tac, from, to, cell, certificate } = one;
  const range = from === undefined ? undefined : `${from}-${to}`;
  const about = imei ?? (tac && `TAC ${tac}`) ?? range ?? cell ?? certificate ?? '';
  return [
    String(index),
    statedAt ? timeText(statedAt) : '',
    kind ?? 'sealed to us',
    about,
    reason ?? '',
    reference ?? '',
  ];
}

function confirmedText(answer: ActAnswer): string {
  const { quarantined, entry } = answer;
  const { statements, devices } = quarantined;
  const what = `${counted(statements, 'quarantined statement')} about ${counted(devices, 'device')}`;
  return [
    entry === undefined
      ? `a confirmation would bring into force ${what}`
      : `confirmed: ${what}, in force at every gate from now on`,
    ...rangeLines(answer),
  ].join('\n');
}

function struckText(answer: ActAnswer): string {
  const { quarantined, inForce, entry } = answer;
  const what =
    `${counted(inForce.statements, 'statement')} in force about ${counted(inForce.devices, 'device')}, ` +
    `and ${quarantined.statements} in quarantine about ${quarantined.devices}`;
  return [
    entry === undefined ? `a strike would end ${what}` : `struck: ${what}`,
    ...(entry === undefined ? [] : ['gates let these devices through as soon as witnesses have seen it']),
    ...rangeLines(answer),
  ].join('\n');
}

function rangeLines({ member, from, to, unread, countedTo, entry }: ActAnswer): string[] {
  return [
    `range: ${member} from index ${from} up to ${to - 1}`,
    ...(countedTo < to ? [`counted: up to index ${countedTo - 1} only`] : []),
    ...(unread > 0 ? [`not counted: ${counted(unread, 'entry', 'entries')} that this member cannot open`] : []),
    entry === undefined ? 'nothing was stated: a dry run' : `entry: ${entry.member} ${entry.index}`,
  ];
}
