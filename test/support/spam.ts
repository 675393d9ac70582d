import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions, type DeskRequest } from '../../src/desks/decisions/decision.ts';
import type { Store } from '../../src/store/store.ts';
import type { CampaignRules } from '../../src/watchers/spam/config.ts';
import type { SuspensionProposal } from '../../src/watchers/spam/proposals.ts';
import { SpamLine } from '../../src/watchers/spam/spam-line.ts';
import { MemoryLog } from './memory-log.ts';

export const SPAM_NOW_MS = Date.UTC(2026, 10, 22, 9, 30);
export const REPORTER: DeskRequest = { actor: 'desk-1', role: 'agent' };
export const FEED: DeskRequest = { actor: 'feed-hanbit', role: 'feed' };
export const RULES: CampaignRules = { windowHours: 72, reportsMin: 3, firmTextsMin: 1, evidenceDays: 90 };
/** Originator codes and the firms that bear them. */
export const FIRMS: Readonly<Record<string, string>> = { '301200001': 'KS-2026-000001', '301200002': 'KS-2026-000002' };

/** The spam watch of a certifier, with a desk that notes what it is told. */
export async function spamOn(store: Store, rules: Partial<CampaignRules> = {}) {
  const clock = new HandClock(SPAM_NOW_MS);
  const logs = { shared: new MemoryLog(), own: new MemoryLog() };
  const decisions = new Decisions({ member: 'injeung' }, { store, logs, clock, log: silentLog });
  const proposals: SuspensionProposal[] = [];
  /** What the desk does with the next proposals, in place of taking them. */
  const desk: { answer: () => 'proposed' | 'not-due' } = { answer: () => 'proposed' };
  const open = (): Promise<SpamLine> =>
    SpamLine.open(
      { ...RULES, ...rules },
      {
        decisions,
        clock,
        log: silentLog,
        findFirm: (originator) => FIRMS[originator],
        propose: async (proposal) => {
          const answer = desk.answer();
          if (answer === 'proposed') proposals.push(proposal);
          return answer;
        },
      },
    );
  return { spam: await open(), open, clock, decisions, proposals, desk };
}
