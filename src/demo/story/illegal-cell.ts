import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '../../cli/client.ts';
import type { DistrustView, FindingView } from '../../desks/cells/views.ts';
import type { OpenRightsView } from '../../desks/incidents/open-rights.ts';
import type { SmscProbe } from '../../probes/smpp-smsc.ts';
import type { Shop } from '../illegal-cell/paid.ts';
import type { World, WorldCell } from '../illegal-cell/world.ts';
import { askUntil, type Line, Narrator } from './narrator.ts';
import { timedAndWitnessed, WITNESS_HEADING } from './witnessed.ts';

/** The steps of this chapter, in their order, with their headings. */
export const ILLEGAL_CELL = {
  records: 'Twelve days of an operator’s records: who was on which cell, and what was charged',
  payment: 'Somebody pays by phone bill on an ordinary looking cell',
  victims: 'People call: these payments are not mine',
  named: 'The cells that their payments have in common are named',
  distrust: 'A person distrusts the first',
  refuse: 'The next payment on it is refused',
  witness: WITNESS_HEADING,
  exposed: 'Everybody who was on it is listed; with the second cell the list grows',
  second: 'A person distrusts the second cell that was named',
  notice: 'They are told, nobody twice, without a link',
  check: 'One of them checks herself, and asks for a new USIM',
  rights: 'Who has a right, and nothing was done yet',
} as const;

const DAYS = 12;
const DAY_MS = 24 * 60 * 60 * 1_000;
const AMOUNT_WON = 12_000;
const NOTICE =
  '[안내] 고객님의 정보({items})가 불법 기지국에 노출되었습니다. 확인 번호 {code}. 문의 {contact}. 이 문자에는 링크가 없습니다.';
const WAIT_MS_MAX = 30_000;
const LOOK_INTERVAL_MS = 50;

export interface IllegalCellCast {
  readonly member: string;
  /** Where its node answers anybody. */
  readonly url: string;
  /** The operator's desk. */
  readonly api: ApiClient;
  /** Where the operator's network delivers attaches. */
  readonly feed: ApiClient;
  /** The operator's node, as anybody asks it. */
  readonly anybody: ApiClient;
  readonly shop: Shop;
  readonly centre: SmscProbe;
  readonly world: World;
  /** Payments that their payers dispute. */
  readonly disputed: readonly string[];
}

/**
 * An illegal cell is found by what its victims' payments have in common, distrusted by a person, and enforced at the
 * payment gate; everybody who was on it is listed and told, and one of them asks for a remedy.
 * @returns whether every step held
 */
export async function tellIllegalCell(
  cast: IllegalCellCast,
  deps: ConstructorParameters<typeof Narrator>[1],
): Promise<boolean> {
  const narrator = new Narrator('illegal-cell', deps);
  const { member, world } = cast;
  const tell = (step: keyof typeof ILLEGAL_CELL, line: Omit<Line, 'step' | 'member'>): void =>
    narrator.say({ step, member, ...line });
  const [first, second] = cellsOf(world);
  await clearEarlier(cast, [first, second]);
  const sums = `${world.attaches.length} attaches, ${world.payments.length} payments`;
  tell('records', { status: 'imported', afterMs: 0, text: sums });

  const payer = `+8210${randomInt(10_000_000, 100_000_000)}`;
  await attach(cast, payer, first.cell, narrator.now());
  await untilCleared(cast.shop, payer, narrator.startWatch());
  const paying = narrator.startWatch();
  const paid = await cast.shop.charge(payer, AMOUNT_WON);
  const isPaid = { status: paid, afterMs: paying(), held: paid === 'succeeded' };
  tell('payment', {
    gate: 'payments',
    text: `${AMOUNT_WON} won on ${first.cell}, which is in the inventory`,
    ...isPaid,
  });

  const watching = narrator.startWatch();
  tell('victims', { status: 'disputed', afterMs: 0, text: `${cast.disputed.length} payments` });
  for (const line of await nameCells(cast, [first, second], watching)) tell('named', line);

  const distrusted = narrator.startWatch();
  const body = { cell: first.cell, from: sinceOf(world), reason: first.truth };
  const [done, refusal] = await Promise.all([
    timedAndWitnessed(cast.api.ask<object>('POST', '/v1/cell-distrusts', { body }), cast, distrusted),
    untilRefused(cast, payer, distrusted),
  ]);
  tell('distrust', { status: 'distrusted', afterMs: done.afterMs, text: first.cell });
  tell('refuse', refusal);
  const charged = await cast.shop.charge(payer, AMOUNT_WON);
  const isRefused = { status: charged, afterMs: distrusted(), held: charged === 'refused' };
  tell('refuse', { gate: 'payments', text: 'and so is the payment itself', ...isRefused });

  narrator.say(done.witnessed);
  await tellExposed(cast, second, { narrator, tell });
  return narrator.held;
}

interface Telling {
  readonly narrator: Narrator;
  readonly tell: (step: keyof typeof ILLEGAL_CELL, line: Omit<Line, 'step' | 'member'>) => void;
}

/** From the list of those who were exposed to what they are owed. */
async function tellExposed(cast: IllegalCellCast, second: WorldCell, { narrator, tell }: Telling): Promise<void> {
  const { api, world } = cast;
  const listing = narrator.startWatch();
  const made = await api.ask<ListMade>('POST', '/v1/exposed-lists', {
    body: { title: 'Illegal cells', items: ['imsi'] },
  });
  tell('exposed', {
    status: 'version 1',
    afterMs: listing(),
    text: `${made.list}: ${made.lines} people`,
    held: made.lines > 0,
  });
  const open = { title: 'Illegal cells', what: 'Victims’ payments lead to a cell', knownAt: narrator.now() };
  const { incident } = await api.ask<{ incident: string }>('POST', '/v1/incidents', { body: open });
  const one = await notify(cast, incident, { list: made.list, version: 1 }, narrator);
  tell('notice', { ...one, held: one.told === made.lines, text: `${incident}: ${one.told} people of version 1 told` });

  const distrust = { cell: second.cell, from: sinceOf(world), reason: second.truth };
  const distrusting = narrator.startWatch();
  const stated = api.ask<object>('POST', '/v1/cell-distrusts', { body: distrust });
  const { afterMs, witnessed } = await timedAndWitnessed(stated, cast, distrusting);
  tell('second', { status: 'distrusted', afterMs, text: second.cell });
  narrator.say(witnessed);
  const again = narrator.startWatch();
  const grown = await api.ask<ListMade>('POST', '/v1/exposed-lists', { body: { list: made.list } });
  const text = `${grown.lines} people: ${grown.added} new by ${second.cell}, and of all more is known to be exposed`;
  tell('exposed', { status: 'version 2', afterMs: again(), text, held: grown.added > 0 });
  const two = await notify(cast, incident, { list: made.list, version: 2 }, narrator);
  const more = `${two.told} people told: who is new, and of whom more was exposed than they know`;
  tell('notice', { ...two, held: two.told === grown.added + grown.grown, text: more });

  await checkHerself(cast, incident, { narrator, tell });
  const rights = narrator.startWatch();
  const { totals } = await api.ask<OpenRightsView>('GET', `/v1/incidents/${incident}/open-rights`);
  const left = Object.entries(totals).map(([right, people]) => `${right} ${people}`);
  tell('rights', { status: 'open', afterMs: rights(), text: left.join(', '), held: totals.usim === grown.lines - 1 });
}

interface ListMade {
  readonly list: string;
  readonly version: number;
  readonly lines: number;
  readonly added: number;
  readonly grown: number;
}

/** Two cells with fraud: one that stands in the inventory, so that only its victims betray it, and one that does not. */
function cellsOf({ cells }: World): [WorldCell, WorldCell] {
  const withFraud = cells.filter(({ fraud }) => fraud === true);
  const moved = withFraud.find(({ truth }) => truth === 'moved');
  const unregistered = withFraud.find(({ truth }) => truth === 'unregistered');
  return [moved!, unregistered!];
}

/** What an earlier telling left. */
async function clearEarlier({ api }: IllegalCellCast, cells: readonly WorldCell[]): Promise<void> {
  for (const { cell } of cells) {
    const { distrusts } = await api.ask<{ distrusts: DistrustView[] }>('GET', '/v1/cell-distrusts', {
      query: { cell },
    });
    if (distrusts.some(({ standing }) => standing)) {
      await api.ask('POST', `/v1/cells/${cell}/clear`, { body: {} });
    }
  }
}

/** What an earlier telling distrusted is cleared, and a clearance counts once witnesses have seen it. */
async function untilCleared(shop: Shop, payer: string, elapsedMs: () => number): Promise<void> {
  const ask = async (): Promise<string> =>
    (await shop.risk(payer, AMOUNT_WON)).decision === 'refuse' ? 'distrusted' : 'cleared';
  await askUntil(ask, 'cleared', elapsedMs);
}

function attach({ feed, world }: IllegalCellCast, payer: string, cell: string, at: string): Promise<object> {
  const imsi = world.attaches[0]!.imsi.slice(0, 5) + payer.slice(-10);
  const event = { at, imsi, msisdn: payer.slice(1), cell, event: 'attach' };
  return feed.ask('POST', '/v1/attaches', { body: { events: [event] } });
}

async function nameCells(
  { api, disputed, world }: IllegalCellCast,
  wanted: readonly WorldCell[],
  elapsedMs: () => number,
): Promise<Omit<Line, 'step' | 'member'>[]> {
  const until = new Date(world.options.endMs).toISOString();
  await api.ask('POST', '/v1/cell-watch-runs', { body: { since: sinceOf(world), until, disputed } });
  const { findings } = await api.ask<{ findings: FindingView[] }>('GET', '/v1/cell-findings', {
    query: { limit: '200' },
  });
  return wanted.map(({ cell }) => {
    const found = findings.filter((finding) => finding.cell === cell && finding.confidence === 'high');
    const text = `${cell}: ${found.map(({ rule }) => rule).join(', ')}`;
    return { status: found.length > 0 ? 'named' : 'missed', afterMs: elapsedMs(), held: found.length > 0, text };
  });
}

async function untilRefused(
  { shop }: IllegalCellCast,
  payer: string,
  elapsedMs: () => number,
): Promise<Omit<Line, 'step' | 'member'>> {
  let reasons = '';
  const ask = async (): Promise<string> => {
    const risk = await shop.risk(payer, AMOUNT_WON);
    reasons = risk.reasons;
    return risk.decision;
  };
  const answer = await askUntil(ask, 'refuse', elapsedMs);
  return { gate: 'payments', text: reasons, ...answer, status: answer.status === 'refuse' ? 'refused' : answer.status };
}

/** Attaches a version to the incident, queues its notices, and waits until each of them was sent. */
async function notify(
  { api, centre }: IllegalCellCast,
  incident: string,
  version: { list: string; version: number },
  narrator: Narrator,
): Promise<{ status: string; afterMs: number; told: number }> {
  const elapsedMs = narrator.startWatch();
  const before = centre.texts.length;
  const path = `/v1/incidents/${incident}`;
  const body = { ...version, knownAt: narrator.now() };
  const { added, grown } = await api.ask<{ added: number; grown: number }>('POST', `${path}/lists`, { body });
  await api.ask('POST', `${path}/notices`, { body: { template: NOTICE } });
  while (centre.texts.length < before + added + grown && elapsedMs() < WAIT_MS_MAX) await wait(LOOK_INTERVAL_MS);
  const told = new Set(centre.texts.slice(before).map(({ to }) => to));
  const isOnce = told.size === centre.texts.length - before;
  return { status: isOnce ? 'sent' : 'sent twice', afterMs: elapsedMs(), told: isOnce ? told.size : -1 };
}

async function checkHerself(
  { anybody, centre }: IllegalCellCast,
  incident: string,
  { narrator, tell }: Telling,
): Promise<void> {
  const elapsedMs = narrator.startWatch();
  const isNotice = ({ text }: { text: string | undefined }): boolean => text?.includes('불법 기지국') === true;
  const told = centre.texts.filter(isNotice);
  const { to } = told[randomInt(told.length)]!;
  const line = `0${to.slice(2)}`;
  const { check } = await anybody.ask<{ check: string }>('POST', '/line-checks', { body: { line } });
  const lastText = (): string | undefined => centre.texts.findLast((text) => text.to === to && !isNotice(text))?.text;
  while (lastText() === undefined && elapsedMs() < WAIT_MS_MAX) await wait(LOOK_INTERVAL_MS);
  const code = /[0-9]{6}/.exec(lastText() ?? '')?.[0] ?? '';
  const path = `/line-checks/${check}`;
  const answer = await anybody.ask<{ exposed: boolean; token: string }>('POST', `${path}/answer`, { body: { code } });
  tell('check', {
    status: answer.exposed ? 'exposed' : 'not exposed',
    afterMs: elapsedMs(),
    held: answer.exposed,
    text: 'a code came to her own line; the answer is for her alone',
  });
  const usim = { kind: 'usim', incident, way: 'shop', shop: 'mapo', token: answer.token };
  const { requestState } = await anybody.ask<{ requestState: string }>('POST', `${path}/requests`, { body: usim });
  tell('check', { status: requestState, afterMs: elapsedMs(), text: 'her USIM waits at the shop in Mapo', held: true });
}

function sinceOf({ options }: World): string {
  return new Date(options.endMs - DAYS * DAY_MS).toISOString();
}
