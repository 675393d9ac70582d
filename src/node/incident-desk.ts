import { FilesByHash } from '../base/files-by-hash.ts';
import { readDuties } from '../desks/incidents/duties.ts';
import { IncidentDesk } from '../desks/incidents/desk.ts';
import type { ExposedLine, ExposedLists } from '../desks/incidents/exposed-lines.ts';
import { soundAlarms } from '../desks/incidents/filing.ts';
import { NoticeSender } from '../desks/incidents/notice-sender.ts';
import type { Refund } from '../desks/incidents/refunding.ts';
import { RequestDesk } from '../desks/incidents/request-desk.ts';
import { SelfChecks } from '../desks/incidents/self-check.ts';
import type { IncidentSettings } from '../desks/incidents/settings.ts';
import { incidentRoutes } from '../portals/incidents/incident-routes.ts';
import { selfCheckRoutes } from '../portals/incidents/self-check-routes.ts';
import { requestRoutes } from '../portals/incidents/request-routes.ts';
import { CASE_LETTERS, parseCaseNumber } from '../store/case-number.ts';
import type { ExposedLineRow } from '../store/cells/schema.ts';
import type { Store } from '../store/store.ts';
import type { NodeParts, NodeSystem } from './system.ts';
import { openTextSender, type TextSender } from './text-sender.ts';

/** How often clocks are looked at, and refunds that failed tried again. */
const LOOK_INTERVAL_MS = 10_000;

/** What the desk gets of the node's other systems. */
export interface IncidentNeighbours {
  /** Where the node's own message gate takes texts over HTTP. */
  readonly messagesUrl?: string | undefined;
  /** How a payment is given back. */
  readonly refund?: Refund | undefined;
}

/** The incident desk of an operator; none where the configuration has none. @throws IncidentError, TextSenderError */
export async function startIncidentDesk(
  parts: NodeParts,
  { messagesUrl, refund }: IncidentNeighbours,
): Promise<NodeSystem & { readonly incidents?: IncidentDesk }> {
  const { surroundings, decisions, store } = parts;
  const { folder, clock, log } = surroundings;
  const settings = await readSettings(parts);
  if (settings === undefined) return {};
  const texts = await openTexts(parts, messagesUrl);
  const sender = startSending(parts, settings, texts);
  const desk = new IncidentDesk(settings, {
    decisions,
    exposedLists: exposedListsOf(store),
    files: new FilesByHash(folder.incidentEvidence),
    onNoticesQueued: () => sender?.wake(),
    clock,
  });
  const checks = new SelfChecks(settings, { decisions, sendText: texts?.sendText, clock });
  const requests = new RequestDesk(settings, { decisions, checks, refund, clock, log });
  keepLooking(parts, requests);
  return {
    incidents: desk,
    routes: [incidentRoutes({ desk }), requestRoutes({ desk, requests })],
    publicRoutes: [selfCheckRoutes({ checks, requests })],
  };
}

async function readSettings({ surroundings }: NodeParts): Promise<IncidentSettings | undefined> {
  const { config, self } = surroundings;
  const { incidents } = config.desks;
  if (incidents === undefined) return undefined;
  const { countryCode } = config;
  return { ...incidents, member: self.name, countryCode, duties: await readDuties(incidents.dutiesFile) };
}

async function openTexts({ surroundings }: NodeParts, ownGate: string | undefined): Promise<TextSender | undefined> {
  const { texts } = surroundings.config.desks.incidents!;
  const url = texts?.url ?? ownGate;
  if (texts === undefined || url === undefined) return undefined;
  return openTextSender({ ...texts, url });
}

/** What a former run left queued goes out from the start. */
function startSending(
  { surroundings, store }: NodeParts,
  settings: IncidentSettings,
  texts: TextSender | undefined,
): NoticeSender | undefined {
  if (texts === undefined) return undefined;
  const { clock, log, stops } = surroundings;
  const sender = stops.add(new NoticeSender(settings, { ...texts, store, clock, log }), (part) => part.stop());
  sender.start();
  return sender;
}

/** Clocks sound while nobody looks, and what could not be given back is tried again. */
function keepLooking({ surroundings, decisions }: NodeParts, requests: RequestDesk): void {
  const { log, stops } = surroundings;
  const look = async (): Promise<void> => {
    await soundAlarms(decisions, { log });
    await requests.refundAll();
  };
  let looking: Promise<void> | undefined;
  const start = (): void => {
    looking ??= look()
      .catch((error: unknown) => log.error({ reason: error instanceof Error ? error.name : '-' }, 'no clock was read'))
      .finally(() => (looking = undefined));
  };
  const timer = setInterval(start, LOOK_INTERVAL_MS);
  stops.add(timer, async () => {
    clearInterval(timer);
    await looking;
  });
  start();
}

/** The cells' lists, as the desk reads them. */
function exposedListsOf(store: Store): ExposedLists {
  return {
    linesOf: (list, version) =>
      store.read(async ({ exposedLists }) => {
        const id = parseCaseNumber(list, CASE_LETTERS.exposedList);
        if (id === undefined || (await exposedLists.version(id, version)) === undefined) return undefined;
        return (await exposedLists.linesOf(id, version)).map(exposedLine);
      }),
  };
}

function exposedLine({ msisdn, imsi, items, firstMs, lastMs }: ExposedLineRow): ExposedLine {
  const line = msisdn === '' ? `imsi-${imsi}` : msisdn;
  return { msisdn: line, imsi, items: JSON.parse(items) as string[], firstMs, lastMs };
}
