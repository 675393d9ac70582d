import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { Fault, orThrow } from '../../base/fault.ts';
import { createLog } from '../../base/log.ts';
import { applyProposal } from '../../governance/fold.ts';
import { takeOverGovernance } from '../../governance/founding.ts';
import type { GovernedConsortium } from '../../governance/governed.ts';
import { memberNamed } from '../../governance/governed.ts';
import { GovernanceKeeper, type TakenProposal } from '../../governance/keeper.ts';
import { parseProposal, type SignedProposal } from '../../governance/proposal.ts';
import { signaturesOf } from '../../governance/signers.ts';
import type { SigningKey } from '../../ledger/note-key.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { openSource } from '../../ledger/tile-source.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { governanceSigningFolder } from '../../node/member-keys.ts';
import { ApiClient } from '../client.ts';
import { withMemberCalls } from '../member-calls.ts';
import { joinFiles } from './papers.ts';
import { logPlace, type PlaceOptions, readGenesis, readPlace, withPlace } from './place.ts';

interface ApplyOptions extends PlaceOptions {
  readonly url?: string;
  readonly json?: true;
}

export function applyCommand(): Command {
  return withPlace(new Command('apply'))
    .description('Put a signed proposal into the governance log: here where this member keeps it, else at its keeper.')
    .argument('<file...>', 'the proposal, in one file or as several people signed it')
    .option('--url <url>', 'the keeper’s node; the consortium says where without it')
    .option('--json', 'print one JSON object')
    .action(async (files: string[], options: ApplyOptions, command: Command) => {
      const bytes = await joinFiles(files);
      const proposal = orThrow(parseProposal(bytes));
      const { fold } = await readPlace(options, command);
      const isStale = proposal.after.size < fold.head.size;
      if (!isStale) tellSigners(proposal, fold.consortium);
      // What has been taken already is for the keeper to say; all else is refused before it is sent.
      if (!isStale) orThrow(applyProposal(fold.consortium, proposal, fold.head));
      const taken = await give(bytes, { proposal, consortium: fold.consortium, options, command });
      const entry = taken.isNew ? `entry ${taken.index} of the governance log` : `was entry ${taken.index} already`;
      const text = [entry, ...keysWords(proposal)].join('\n');
      process.stdout.write(options.json === true ? `${JSON.stringify(taken)}\n` : `${text}\n`);
    });
}

interface Giving {
  readonly proposal: SignedProposal;
  readonly consortium: GovernedConsortium;
  readonly options: ApplyOptions;
  readonly command: Command;
}

async function give(bytes: Buffer, giving: Giving): Promise<TakenProposal> {
  const { consortium, options } = giving;
  if (options.url === undefined) {
    const taken = await giveHere(bytes, giving);
    if (taken !== undefined) return taken;
  }
  const { change } = giving.proposal;
  // A new keeper writes its own first entry.
  const keeper = change.kind === 'keeper.changed' ? change.member : consortium.keeper;
  const url = options.url ?? memberNamed(consortium, keeper)!.url;
  return withMemberCalls(options.data, (fetch) => {
    const client = new ApiClient({ url, fetch });
    return client.ask<TakenProposal>('POST', '/governance/proposals', { body: bytes, mediaType: 'text/plain' });
  });
}

/** Undefined where this member does not keep the log, or its node is running and holds it. */
async function giveHere(
  bytes: Buffer,
  { proposal: { change }, consortium, options, command }: Giving,
): Promise<TakenProposal | undefined> {
  const { data } = options;
  if (data === undefined) return undefined;
  const { governanceLog: folder, governanceLogKey } = dataFolder(data);
  if (!existsSync(governanceLogKey)) return undefined;
  const signingKey = await readSigningKey(governanceLogKey);
  const parts = await partsOf({ data, folder, signingKey }, options, command);
  const log = createLog({ member: consortium.keeper, level: 'warn' });
  try {
    if (change.kind === 'keeper.changed' && change.log.vkey === signingKey.logKey.vkey) {
      return await takeOverGovernance(bytes, { ...parts, source: openSource(logPlace(options, command)) }, { log });
    }
    if (consortium.logKeys.at(-1)!.vkey !== signingKey.logKey.vkey) return undefined;
    const keeper = await GovernanceKeeper.open(parts, { log });
    try {
      return await keeper.take(bytes);
    } finally {
      await keeper.close();
    }
  } catch (error) {
    if (error instanceof Fault && (error as Fault).facts.code === 'FOLDER_IN_USE') return undefined;
    throw error;
  }
}

async function partsOf(
  { data, folder, signingKey }: { data: string; folder: string; signingKey: SigningKey },
  options: ApplyOptions,
  command: Command,
): Promise<{ folder: string; signingFolder: string; signingKey: SigningKey; genesis: Buffer }> {
  const genesis = await readGenesis(options, command);
  return { folder, signingFolder: governanceSigningFolder(data, signingKey), signingKey, genesis };
}

/** What is written is not in force yet: only a node sees that, and puts its member's keys into their place then. */
function keysWords({ change }: SignedProposal): string[] {
  if (change.kind !== 'member.keys') return [];
  return [`the node of ${change.member} takes its new keys up once this is in force`];
}

function tellSigners(proposal: SignedProposal, consortium: GovernedConsortium): void {
  const signed = signaturesOf(proposal, consortium).filter(({ counts }) => counts);
  const names = signed.map(({ member }) => member.name).join(', ');
  process.stderr.write(`signed by ${names === '' ? 'nobody' : names}; ${consortium.policy.threshold} needed\n`);
}
