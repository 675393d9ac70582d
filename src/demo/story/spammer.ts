import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '../../cli/client.ts';
import type { ProposalView } from '../../desks/senders/views.ts';
import type { CampaignSummary } from '../../watchers/spam/views.ts';
import { type CertifiedFirm, certificateNow } from '../firms.ts';
import type { FirmLine } from '../message-networks.ts';
import { disguisesOf, newOffer } from '../spam-texts.ts';
import { askUntil, type Line, Narrator, PROMISED_MS } from './narrator.ts';
import { timedAndWitnessed, untilWitnessed, WITNESS_HEADING } from './witnessed.ts';

/** The steps of this chapter, in their order, with their headings. */
export const SPAMMER = {
  certified: 'Three firms are certified to send bulk text',
  send: 'Each sends over every network',
  spam: 'One message goes out over all three, thinly spread, each time in another disguise',
  campaign: 'People report it, and one campaign is seen behind three firms',
  suspend: 'A person approves what is proposed',
  refuse: 'The next text is refused by every network',
  witness: WITNESS_HEADING,
  explain: 'Anybody can ask why, on any node',
} as const;

const ORDINARY = '고객님의 택배가 오늘 도착합니다. 미래택배';
const RECEIVER = '01000000001';
const REPORTS_OF_EACH = 4;
/** Counts of passing texts are sent once a second, and a campaign is looked for as they come. */
const CAMPAIGN_WAIT_MS_MAX = 15_000;
const LOOK_INTERVAL_MS = 100;

export interface SpammerCast {
  readonly certifierName: string;
  /** Where the certifier's node answers anybody. */
  readonly certifierUrl: string;
  /** The certifier's desk. */
  readonly certifier: ApiClient;
  readonly firms: readonly CertifiedFirm[];
  /** Every firm's client at every operator. */
  readonly lines: readonly FirmLine[];
  /** Another member's node, which anybody may ask. */
  readonly asked: { readonly member: string; readonly url: string };
}

/**
 * Three certified firms carry one campaign, each a little of it. Reports and what passed the gates are seen together by
 * fingerprints alone; one approval for each firm, and no network takes another text of theirs.
 * @returns whether every step held
 */
export async function tellSpammer(
  cast: SpammerCast,
  deps: ConstructorParameters<typeof Narrator>[1],
): Promise<boolean> {
  const narrator = new Narrator('spammer', deps);
  const { certifierName, certifier, firms, lines, asked } = cast;
  const certifiersLog = { member: certifierName, url: cast.certifierUrl };
  const started = narrator.startWatch();

  for (const { name, certificate } of firms) {
    narrator.say({ step: 'certified', member: certifierName, status: certificate, afterMs: started(), text: name });
  }
  narrator.say(await untilWitnessed(certifiersLog, started));
  narrator.say(...(await sendOrdinary(lines, narrator.startWatch())));
  const texts = disguisesOf(newOffer());
  const passed = lines.length * texts.length;
  narrator.say(await sendSpam(lines, texts, narrator.startWatch()));

  const reported = narrator.startWatch();
  await reportSpam(cast, texts);
  const { campaign, proposals } = await untilProposed(cast, passed, reported);
  const firmsSeen = campaign?.firms.length ?? 0;
  narrator.say({
    step: 'campaign',
    member: certifierName,
    status: campaign?.campaign ?? 'none',
    afterMs: reported(),
    held: firmsSeen === firms.length && proposals.length === firms.length && campaign?.texts === passed,
    text: `${campaign?.reports ?? 0} reports, ${campaign?.texts ?? 0} texts, ${firmsSeen} firms, ${proposals.length} suspensions proposed`,
  });

  for (const { proposal, certificate } of proposals) {
    const ofFirm = lines.filter(({ firm }) => firm.certificate === certificate);
    const approved = narrator.startWatch();
    // Texts are sent from the moment of the approval on: nothing is added after the fact.
    const [{ afterMs, witnessed }, refusals] = await Promise.all([
      timedAndWitnessed(
        certifier.ask<object>('POST', `/v1/proposals/${proposal}/approve`, { body: {} }),
        certifiersLog,
        approved,
      ),
      Promise.all(ofFirm.map((line) => untilRefused(line, approved))),
    ]);
    const { name } = ofFirm[0]!.firm;
    narrator.say({ step: 'suspend', member: certifierName, status: proposal, afterMs, text: `${name} is suspended` });
    narrator.say(...refusals.sort((one, other) => one.afterMs - other.afterMs));
    narrator.say(witnessed);
  }

  const { certificate, name } = firms[0]!;
  const standing = await certificateNow(certificate, asked.url);
  const entry = standing?.entries.at(-1);
  narrator.say({
    step: 'explain',
    member: asked.member,
    status: standing?.state ?? 'unknown',
    afterMs: 0,
    held: standing?.state === 'suspended' && entry?.member === certifierName,
    text: `${name}: ${standing?.reason ?? '-'}, says entry ${entry?.index} of ${entry?.member}'s log`,
  });
  return narrator.held;
}

function sendOrdinary(lines: readonly FirmLine[], elapsedMs: () => number): Promise<Line[]> {
  return Promise.all(
    lines.map(async (line) => {
      // A firm that was certified or let back a moment ago is waited for: what permits waits for the witnesses.
      const send = async (): Promise<string> => (await line.send(RECEIVER, ORDINARY)).status;
      const answer = await askUntil(send, 'accepted', elapsedMs, Infinity);
      return {
        step: 'send',
        member: line.member,
        gate: 'SMPP',
        text: `${line.firm.name}: a parcel arrives`,
        ...answer,
      };
    }),
  );
}

async function sendSpam(lines: readonly FirmLine[], texts: readonly string[], elapsedMs: () => number): Promise<Line> {
  let accepted = 0;
  for (const [place, line] of lines.entries()) {
    for (const turn of texts.keys()) {
      const { status } = await line.send(RECEIVER, texts[(place + turn) % texts.length]!);
      if (status === 'accepted') accepted++;
    }
  }
  const sent = lines.length * texts.length;
  const text = `${accepted} of ${sent} texts passed: nothing is known against their senders yet`;
  const gates = new Set(lines.map(({ member }) => member)).size;
  return {
    step: 'spam',
    member: `${gates} gates`,
    gate: 'SMPP',
    status: 'accepted',
    afterMs: elapsedMs(),
    held: accepted === sent,
    text,
  };
}

async function reportSpam({ certifier, firms }: SpammerCast, texts: readonly string[]): Promise<void> {
  const reports = firms.flatMap(({ certificate }, place) =>
    Array.from({ length: REPORTS_OF_EACH }, (_, turn) => ({
      text: texts[(place + turn) % texts.length]!,
      certificate,
      kind: 'loan',
    })),
  );
  await certifier.ask('POST', '/v1/spam-reports', { body: { reports } });
}

/** Waits until a suspension is proposed for every firm, and the gates have sent the counts of what had passed. */
async function untilProposed(
  { certifier, firms }: SpammerCast,
  passed: number,
  elapsedMs: () => number,
): Promise<{ campaign: CampaignSummary | undefined; proposals: ProposalView[] }> {
  for (;;) {
    const { proposals } = await certifier.ask<{ proposals: ProposalView[] }>('GET', '/v1/proposals', {
      query: { state: 'open' },
    });
    const wanted = proposals.filter(({ certificate }) => firms.some((firm) => firm.certificate === certificate));
    const { campaigns } = await certifier.ask<{ campaigns: CampaignSummary[] }>('GET', '/v1/campaigns');
    const isWhole = wanted.length >= firms.length && (campaigns[0]?.texts ?? 0) >= passed;
    if (isWhole || elapsedMs() > CAMPAIGN_WAIT_MS_MAX) return { campaign: campaigns[0], proposals: wanted };
    await wait(LOOK_INTERVAL_MS);
  }
}

async function untilRefused(line: FirmLine, elapsedMs: () => number): Promise<Line> {
  let says = '';
  const ask = async (): Promise<string> => {
    const answer = await line.send(RECEIVER, ORDINARY);
    says = answer.says;
    return answer.status;
  };
  const answer = await askUntil(ask, 'refused', elapsedMs);
  const held = answer.held && answer.afterMs < PROMISED_MS;
  return {
    step: 'refuse',
    member: line.member,
    gate: 'SMPP',
    text: says === '' ? 'the line is cut, and the next bind refused' : says,
    ...answer,
    held,
  };
}
