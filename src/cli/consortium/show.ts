import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { Fault, orThrow } from '../../base/fault.ts';
import type { Member } from '../../governance/consortium.ts';
import { decodePaperEntry, FOUNDED_KIND } from '../../governance/entry.ts';
import { GovernanceFold } from '../../governance/fold.ts';
import { type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { parseProposal } from '../../governance/proposal.ts';
import { governanceQuorums } from '../../governance/quorum.ts';
import { signaturesOf } from '../../governance/signers.ts';
import { VerifiedTiles } from '../../ledger/verified-tiles.ts';
import { openSource } from '../../ledger/tile-source.ts';
import { answer } from '../checked.ts';
import { counted, printable, table } from '../text.ts';
import { logPlace, type PlaceOptions, readInForceAt, readPlace, withPlace } from './place.ts';
import { type EpochUse, restatingSeen } from './epoch-use.ts';
import { budgetWords, changeWords, policyWords } from './words.ts';

interface ShowOptions extends PlaceOptions {
  readonly json?: true;
}

export function showCommand(): Command {
  return withPlace(new Command('show'))
    .description('Show the consortium: members, keys, epochs, budgets, policy, and who signed what.')
    .option('--json', 'print one JSON object')
    .action(async (options: ShowOptions, command: Command) => {
      const { fold, checkpoint, inForce } = await readInForceAt(options, command);
      const tiles = await VerifiedTiles.open(openSource(logPlace(options, command)), checkpoint);
      const shown = { fold, inForce, decisions: await decisionsOf(tiles) };
      const uses = options.data === undefined ? [] : await usesOf(fold.consortium, options.data);
      const text =
        options.json === true
          ? JSON.stringify({ ...viewOf(shown), restating: uses })
          : [showText(shown), ...useLines(uses)].join('\n');
      process.stdout.write(`${text}\n`);
    });
}

export function verifyCommand(): Command {
  return withPlace(new Command('verify'))
    .description('Verify the whole governance log from the genesis checkpoint, from its files alone.')
    .argument('[log]', 'its folder or URL; as --governance')
    .option('--json', 'print one JSON object')
    .action(async (log: string | undefined, options: ShowOptions, command: Command) => {
      const given = log === undefined ? options : { ...options, governance: log };
      await answer(options.json, async () => {
        const { fold, checkpoint } = await readPlace(given, command);
        const { name, origin, keeper, members } = fold.consortium;
        const facts = {
          origin,
          consortium: name,
          size: checkpoint.size,
          rootHex: checkpoint.root.toString('hex'),
          keeper,
          members: members.length,
          ignored: fold.ignoredCount,
        };
        const lines = [
          `ok: ${printable(origin)}`,
          `    ${counted(facts.size, 'entry', 'entries')}, kept by ${keeper}, ${fold.ignoredCount} of them without effect`,
          `    root ${facts.rootHex}`,
        ];
        return { facts, lines };
      });
    });
}

interface EpochUses {
  readonly epoch: number;
  readonly members: readonly ({ readonly member: string } & EpochUse)[];
}

/** How far the members are with stating anew, for each epoch that may be ended: as the node of this folder sees it. */
async function usesOf({ epochs }: GovernedConsortium, root: string): Promise<EpochUses[]> {
  const open = epochs.filter(({ isEnded }) => !isEnded).slice(0, -1);
  const uses: EpochUses[] = [];
  for (const { number } of open) {
    const seen = (await restatingSeen(root, number)) ?? new Map<string, EpochUse>();
    uses.push({ epoch: number, members: [...seen].map(([member, use]) => ({ member, ...use })) });
  }
  return uses;
}

function useLines(uses: readonly EpochUses[]): string[] {
  return uses.flatMap(({ epoch, members }) => {
    if (members.length === 0) return ['', `epoch ${epoch}: this member’s node does not say what rests on it`];
    const rows = members.map(({ member, inForce, undecided, unreadable, size }) => {
      const isDone = inForce + undecided + unreadable === 0;
      return [member, `${inForce}`, `${undecided}`, `${unreadable}`, `${size}`, isDone ? 'done' : 'not yet'];
    });
    return ['', table([`epoch ${epoch}`, 'in force', 'undecided', 'unreadable', 'of log size', 'stated anew'], rows)];
  });
}

interface Shown {
  /** As of the newest entry. */
  readonly fold: GovernanceFold;
  /** What a quorum has cosigned of it. */
  readonly inForce: GovernanceFold | undefined;
  readonly decisions: readonly Decision[];
}

interface Decision {
  readonly index: number;
  readonly kind: string;
  readonly what: string;
  readonly signedBy: readonly string[];
  /** Why it has no effect. */
  readonly fault?: string;
}

/** Everything in the log, with who signed it, judged as at its time. */
async function decisionsOf(tiles: VerifiedTiles): Promise<Decision[]> {
  const decisions: Decision[] = [];
  let fold: GovernanceFold | undefined;
  for await (const { entries } of tiles.entries(0, tiles.head.size)) {
    for (const entry of entries) {
      if (fold === undefined) {
        fold = orThrow(GovernanceFold.begin(entry));
        decisions.push(foundingOf(fold.consortium));
        continue;
      }
      const { consortium, head } = fold;
      const fault = fold.take(entry);
      decisions.push({
        index: head.size,
        ...decisionOf(entry, consortium),
        ...(fault !== undefined && { fault: fault.facts.code }),
      });
    }
  }
  return decisions;
}

function foundingOf({ name, members }: GovernedConsortium): Decision {
  const signedBy = members.map((member) => member.name);
  return { index: 0, kind: FOUNDED_KIND, what: `${name} is founded.`, signedBy };
}

function decisionOf(entry: Uint8Array, before: GovernedConsortium): Omit<Decision, 'index'> {
  const read = decodePaperEntry(entry);
  const proposal = read instanceof Fault ? read : parseProposal(read.paper);
  if (proposal instanceof Fault) return { kind: 'unknown', what: '', signedBy: [] };
  const right = signaturesOf(proposal, before).filter(({ isRight }) => isRight);
  return {
    kind: proposal.change.kind,
    what: changeWords(proposal.change)[0]!.replace(/:$/, ''),
    signedBy: right.map(({ member }) => member.name),
  };
}

/** Whose cosignatures bring the newest entries into force: those of any one of these groups. */
function waitingFor({ fold, inForce }: Shown): readonly { witnesses: readonly string[]; threshold: number }[] {
  if (inForce === undefined || inForce.head.size === fold.head.size) return [];
  const groups = governanceQuorums(fold.consortium, inForce.consortium).map(({ witnesses, threshold }) => ({
    threshold,
    witnesses: witnesses.map(({ name }) => name),
  }));
  return [...new Map(groups.map((group) => [JSON.stringify(group), group])).values()];
}

function waitingLines(shown: Shown): string[] {
  const last = shown.fold.head.size - 1;
  // What the founders signed needs no witness.
  if (last === 0) return [];
  if (shown.inForce === undefined) {
    return ['no quorum of witnesses is found beside this copy: it cannot say which entries are in force'];
  }
  const first = shown.inForce.head.size;
  if (first > last) return [];
  const which = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
  const whom = waitingFor(shown).map(({ witnesses, threshold }) => `by ${threshold} of ${witnesses.join(', ')}`);
  return [`not in force yet: ${which}, until cosigned ${whom.join('; or ')}`];
}

function viewOf(shown: Shown): object {
  const { fold, inForce, decisions } = shown;
  const { consortium, ignoredCount, head } = fold;
  const { name, size, origin, keeper, logKeys, members, epochs, policy, ownLogKeys } = consortium;
  return {
    name,
    size,
    ...(inForce !== undefined && { inForceSize: inForce.head.size, waitingFor: waitingFor(shown) }),
    root: head.root.toString('base64'),
    origin,
    keeper,
    logKeys,
    members: members.map((member) => ({ ...member, ownLogKey: ownLogKeys.get(member.name) })),
    epochs: epochs.map(({ wraps, restated, ...epoch }) => ({
      ...epoch,
      wrappedFor: [...wraps.keys()],
      ...(restated && { restated: Object.fromEntries(restated) }),
    })),
    policy,
    ignored: ignoredCount,
    decisions,
  };
}

function showText(shown: Shown): string {
  const { fold, inForce, decisions } = shown;
  const { consortium, ignoredCount } = fold;
  const { name, size, origin, keeper, members, epochs, policy, ownLogKeys } = consortium;
  return [
    printable(`${name}: ${counted(size, 'entry', 'entries')} of ${origin}, kept by ${keeper}`),
    ...waitingLines(shown),
    ...policyWords(policy),
    '',
    table(
      ['member', 'status', 'roles', 'address', 'budget'],
      members.map((member) => memberRow(member, inForce?.consortium)),
    ),
    '',
    ...members.flatMap((member) => keyLines(member, ownLogKeys.get(member.name)!)),
    '',
    table(
      ['epoch', 'is', 'wrapped for'],
      epochs.map(({ number, isEnded, wraps }) => [
        `${number}`,
        isEnded ? 'ended' : 'open',
        [...wraps.keys()].join(', '),
      ]),
    ),
    '',
    table(
      ['entry', 'decision', 'signed by'],
      decisions.map((decision) => decisionRow(decision, inForce?.head.size)),
    ),
    ...(ignoredCount === 0
      ? []
      : ['', `${counted(ignoredCount, 'entry has', 'entries have')} no effect: the keeper wrote what is not valid.`]),
  ].join('\n');
}

function memberRow(member: Member, inForce: GovernedConsortium | undefined): string[] {
  const { name, status, roles, url, budget } = member;
  const isNews = inForce !== undefined && !isDeepStrictEqual(member, memberNamed(inForce, name));
  const mark = isNews ? ', not all in force yet' : '';
  return [name, `${status}${mark}`, roles.join(', '), url, budget === undefined ? 'learned' : budgetWords(budget)];
}

function keyLines(member: Member, ownLogKey: string): string[] {
  const { name, logKeys, witnessKeys, governanceKey, sealingKey, certificates, endsAtSize } = member;
  return [
    ...logKeys.map(
      ({ vkey, fromSize, toSize }) =>
        `${name} log, from ${fromSize}${toSize === undefined ? '' : ` below ${toSize}`}: ${vkey}`,
    ),
    `${name} own log: ${ownLogKey}`,
    ...witnessKeys.map((vkey) => `${name} witness: ${vkey}`),
    `${name} voice: ${governanceKey}`,
    `${name} sealing key: ${sealingKey}`,
    ...certificates.map((digest) => `${name} certificate: ${digest}`),
    ...(endsAtSize === undefined ? [] : [`${name} counts below entry ${endsAtSize} of its log`]),
  ].map(printable);
}

function decisionRow({ index, what, signedBy, fault }: Decision, inForceSize = Infinity): string[] {
  const words = index < inForceSize ? what : `not in force yet: ${what}`;
  return [`${index}`, fault === undefined ? words : `without effect: ${fault}`, signedBy.join(', ')];
}
