import { join } from 'node:path';
import { SenderDeskError } from '../desks/senders/sender-fault.ts';
import type { SenderDesk } from '../desks/senders/desk.ts';
import type { PassedText } from '../records/passed-text.ts';
import { spamRoutes } from '../portals/spam/spam-routes.ts';
import type { ProposeSuspension } from '../watchers/spam/proposals.ts';
import { SightingsSender } from '../watchers/spam/sightings-sender.ts';
import { SpamLine } from '../watchers/spam/spam-line.ts';
import type { NodeParts, NodeSystem } from './system.ts';

export interface SpamWatchParts {
  /** The message gate, where the node has one: what it lets through is counted. */
  readonly passed: { onPassed(listener: (texts: readonly PassedText[]) => void): () => void } | undefined;
  /** The certification desk. */
  readonly propose: ProposeSuspension;
}

/** The spam watch: counts what passes this node's gate, or finds campaigns in what all nodes count, or both. */
export async function startSpamWatch(
  parts: NodeParts,
  { passed, propose }: SpamWatchParts,
): Promise<NodeSystem & { readonly spam?: SpamLine }> {
  await countPassing(parts, passed);
  const { config, clock, log, stops } = parts.surroundings;
  const rules = config.watchers?.spam?.campaigns;
  if (rules === undefined) return {};
  const findFirm = (originator: string): string | undefined => firmOf(parts, originator);
  const spam = await SpamLine.open(rules, { decisions: parts.decisions, findFirm, propose, clock, log });
  stops.add(spam, (part) => part.close());
  return { spam, routes: [spamRoutes({ spam })] };
}

async function countPassing({ surroundings }: NodeParts, passed: SpamWatchParts['passed']): Promise<void> {
  const { config, folder, clock, log, stops } = surroundings;
  const target = config.watchers?.spam?.sendTo;
  if (target === undefined || passed === undefined) return;
  const options = { ...target, folder: join(folder.root, 'spam-sightings') };
  const sender = await SightingsSender.open(options, { clock, log });
  stops.add(sender, (part) => part.close());
  stops.add(
    passed.onPassed((texts) => sender.count(texts)),
    (stop) => stop(),
  );
}

/** The certificate in force that bears this originator code. */
function firmOf({ logs }: NodeParts, originator: string): string | undefined {
  for (const sender of logs.keeper.standing.books.senders.all()) {
    if (sender.originator === originator && sender.state !== 'cancelled') return sender.certificate;
  }
  return undefined;
}

/** What the desk says of a firm that need not, or cannot, be suspended. */
const NOT_DUE = ['CERTIFICATE_UNKNOWN', 'STEP_ILLEGAL'];

/** Puts proposals before this node's certification desk; without one, campaigns are only shown. */
export function proposeTo(senders: Pick<SenderDesk, 'propose'> | undefined): ProposeSuspension {
  return async ({ certificate, campaign, evidence }) => {
    if (senders === undefined) return 'not-due';
    const proposal = { certificate, action: 'suspend', reason: 'spam', source: 'spam-watcher' };
    try {
      await senders.propose({ ...proposal, evidence: { campaign, ...evidence } });
      return 'proposed';
    } catch (cause) {
      if (cause instanceof SenderDeskError && NOT_DUE.includes(cause.facts.code)) return 'not-due';
      throw cause;
    }
  };
}
