import { readFile } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { orThrow } from '../../base/fault.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import type { Change } from '../../governance/change.ts';
import type { GovernanceFold } from '../../governance/fold.ts';
import { type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { readGovernance } from '../../governance/governance-reader.ts';
import { newProposal, PROPOSAL_KIND } from '../../governance/proposal.ts';
import { parsePaper, withSignature } from '../../governance/signed-paper.ts';
import type { MemberName } from '../../identifiers/member-name.ts';
import { FolderSource } from '../../ledger/tile-source.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { readMemberKeys } from '../../node/member-keys.ts';
import { REGISTER } from './consortium.ts';
import type { Stage } from './stage.ts';
import { DrillError, until } from './until.ts';

/** The consortium as its keeper has it: entries that still wait for witnesses among them. */
export async function governanceOf(stage: Pick<Stage, 'folder'>): Promise<GovernanceFold> {
  const { governanceLog, genesis } = dataFolder(stage.folder(REGISTER));
  return (await readGovernance({ source: new FolderSource(governanceLog), genesis: await readFile(genesis) })).fold;
}

interface Decision {
  readonly step: string;
  /** What is decided, for the story. */
  readonly text: string;
  /** Those who sign: the first one proposes. */
  readonly signers: readonly string[];
  readonly make: (consortium: GovernedConsortium) => Change | Promise<Change>;
}

/**
 * Members sign a change, the keeper's node takes it, and it comes into force at every node that runs, as their witnesses
 * have seen it. @throws DrillError DRILL_REFUSED
 */
export async function decide(stage: Stage, { step, text, signers, make }: Decision, narrator: Narrator): Promise<Line> {
  const elapsedMs = narrator.startWatch();
  const { consortium, head } = await governanceOf(stage);
  const paper = await signed(stage, { after: head, signers, change: await make(consortium) }, narrator.clock);
  const url = `http://${stage.authority(REGISTER)}/governance/proposals`;
  const answer = await fetch(url, { method: 'POST', body: paper, headers: { 'content-type': 'text/plain' } });
  if (answer.status !== 201) {
    throw new DrillError({
      code: 'DRILL_REFUSED',
      member: REGISTER,
      status: answer.status,
      reason: await answer.text(),
    });
  }
  const isInForce = async (): Promise<true | undefined> => {
    const all = await Promise.all(stage.awake.map((name) => stage.desk(name).health()));
    return all.every((health) => health !== undefined && health.governance.size > head.size) || undefined;
  };
  await until('the decision in force at every node', isInForce, narrator);
  const { threshold } = consortium.policy;
  const how = `signed by ${signers.join(', ')}; ${threshold} were needed`;
  return { step, member: REGISTER, status: 'decided', afterMs: elapsedMs(), text: `${text}: ${how}` };
}

async function signed(
  stage: Stage,
  { signers, after, change }: { signers: readonly string[]; after: GovernanceFold['head']; change: Change },
  clock: Clock,
): Promise<Buffer> {
  const proposedBy = signers[0] as MemberName;
  let paper: Buffer = newProposal({ after, proposedBy, timeMs: clock.nowMs(), change });
  for (const name of signers) {
    const { governance } = await readMemberKeys(stage.folder(name));
    paper = withSignature(orThrow(parsePaper(paper, PROPOSAL_KIND)), governance);
  }
  return paper;
}

/** The public key that a member's log begins with, as governance has it. */
export async function logKeyText(stage: Stage, name: string): Promise<string> {
  return memberNamed((await governanceOf(stage)).consortium, name)!.logKeys[0]!.vkey;
}
