import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import { FilesByHash } from '../../src/base/files-by-hash.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import { LOOK_UP_LIMITS, type LookUpLimits } from '../../src/desks/decisions/look-ups.ts';
import { IncidentDesk } from '../../src/desks/incidents/desk.ts';
import { readDuties } from '../../src/desks/incidents/duties.ts';
import type { ExposedLine } from '../../src/desks/incidents/exposed-lines.ts';
import {
  NoticeSender,
  type OutgoingText,
  type TextState,
  type TextTaken,
} from '../../src/desks/incidents/notice-sender.ts';
import { RequestDesk } from '../../src/desks/incidents/request-desk.ts';
import { SelfChecks } from '../../src/desks/incidents/self-check.ts';
import type { IncidentSettings } from '../../src/desks/incidents/settings.ts';
import type { Store } from '../../src/store/store.ts';
import { DUTIES_FILE, NOW_MS, SETTINGS } from './incidents-data.ts';
import { MemoryLog } from './memory-log.ts';

export * from './incidents-data.ts';

/** Takes texts as a gate does: each key once. What fails or stays out is the test's to say. */
export class TextsTaken {
  readonly byKey = new Map<string, OutgoingText>();
  readonly states = new Map<string, TextState>();
  /** How often the gate was asked, repetitions included. */
  asked = 0;
  /** Numbers that the gate refuses. */
  readonly refused = new Set<string>();
  /** Numbers of which the gate does not know whether it sent them a text. */
  readonly unknown = new Set<string>();

  readonly send = (message: OutgoingText): Promise<TextTaken> => {
    this.asked++;
    if (this.unknown.has(message.to)) return Promise.resolve('unknown');
    if (this.refused.has(message.to)) return Promise.reject(new Error('not taken'));
    this.byKey.set(message.idempotencyKey, message);
    return Promise.resolve({ messageId: `m-${message.idempotencyKey}` });
  };

  readonly state = (messageId: string): Promise<TextState> => Promise.resolve(this.states.get(messageId) ?? 'waiting');

  /** The last text to a number. */
  to(number: string): string {
    return [...this.byKey.values()].findLast(({ to }) => to === number)?.text ?? '';
  }
}

/** An incident desk of the member `hanbit` with logs in memory. */
export async function incidentsOn(
  store: Store,
  change: Partial<IncidentSettings> = {},
  { lookUpLimits = LOOK_UP_LIMITS }: { lookUpLimits?: LookUpLimits } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-incidents-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new HandClock(NOW_MS);
  const own = new MemoryLog();
  const logs = { shared: new MemoryLog(), own };
  const decisions = new Decisions({ member: 'hanbit', lookUpLimits }, { store, logs, clock, log: silentLog });
  const settings: IncidentSettings = { ...SETTINGS, duties: await readDuties(DUTIES_FILE), ...change };
  const texts = new TextsTaken();
  const lists = new Map<string, readonly ExposedLine[]>();
  const refunds: string[] = [];
  const senderParts = { store, sendText: texts.send, readTextState: texts.state, clock, log: silentLog };
  const sender = new NoticeSender(settings, senderParts);
  const desk = new IncidentDesk(settings, {
    decisions,
    exposedLists: { linesOf: (list, version) => Promise.resolve(lists.get(`${list}:${version}`)) },
    files: new FilesByHash(join(folder, 'evidence')),
    onNoticesQueued: () => undefined,
    clock,
  });
  const checks = new SelfChecks(settings, { decisions, sendText: texts.send, clock });
  const refund = (paymentId: string): Promise<void> => {
    refunds.push(paymentId);
    return refunds.length === 1 && paymentId === 'fails-once' ? Promise.reject(new Error('no')) : Promise.resolve();
  };
  const requests = new RequestDesk(settings, { decisions, checks, refund, clock, log: silentLog });
  return { desk, checks, requests, sender, decisions, clock, own, texts, lists, refunds, settings };
}
