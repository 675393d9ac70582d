import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { isActive, type Member } from '../governance/consortium.ts';
import { quorumFor } from '../governance/quorum.ts';
import { Cosigning } from '../ledger/cosigning.ts';
import { failureReason } from '../ledger/failure.ts';
import { proveConsistency } from '../ledger/proof.ts';
import { TreeReader } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { originHash } from '../ledger/witness-state.ts';
import { openEntry } from '../standing/opened.ts';
import { encodeStatement, openStatement } from '../statements/codec.ts';
import { Anchors } from './anchors.ts';
import { copiesOf } from './copies.ts';
import { Epochs } from './epochs.ts';
import { Followers } from './followers.ts';
import { basisOf, GovernedStanding } from './governed-standing.ts';
import type { KeptLog } from './kept-logs.ts';
import { MemberLog } from './member-log.ts';
import { type Governing, judgedBy, memberVerifier } from './opener.ts';
import { refuseRollback } from './rollback.ts';
import { StandingKeeper } from './standing-keeper.ts';
import type { Surroundings } from './surroundings.ts';

/** The shared log is current by nature: standing is told so at this interval, and what could not be folded is tried again. */
const LEVEL_INTERVAL_MS = 1_000;

/** Every log on this node's disk, and standing folded from them. */
export interface NodeLogs {
  readonly sharedLog: MemberLog;
  /** The member's own log: the journal that is served to nobody. */
  readonly ownLog: MemberLog;
  /** Gathers the others' cosignatures for the shared log. */
  readonly cosigning: Cosigning;
  readonly anchors: Anchors;
  readonly epochs: Epochs;
  readonly followers: Followers;
  readonly keeper: StandingKeeper;
  readonly governed: GovernedStanding;
  /** An entry of any member's log as this node has verified it, opened; undefined where this member cannot open it. */
  readonly readEntry: (member: string, index: number) => Promise<Uint8Array | undefined>;
}

/** Called with the proof when a member was found to have signed two trees. */
export type OnEquivocation = (member: string, proof: string) => void;

/** Opens the member's logs, follows the others, and brings standing level with all that is on disk. */
export async function openLogs(
  surroundings: Surroundings,
  { onEquivocation }: { onEquivocation: OnEquivocation },
): Promise<NodeLogs> {
  const { folder, governance, members, self, ownKeys, fetch, log, stops } = surroundings;
  const epochs = stops.add(await Epochs.open({ folder, member: self.name }, { governance, ownKeys, log }), (part) =>
    part.close(),
  );
  const sharedLog = stops.add(
    await MemberLog.openShared(folder, self, {
      log,
      logKey: memberVerifier(governance, self.name),
      keyAt: ownKeys.logKeyAt,
    }),
    (part) => part.close(),
  );
  stops.add(holdToSettled(surroundings, sharedLog), (stop) => stop());
  ownKeys.onChanged(() => void renew(sharedLog, log));
  const ownLog = stops.add(
    await MemberLog.openOwn(folder, { log, logKey: ownKeys.ownLogVerifier, key: ownKeys.ownLogKey }),
    (part) => part.close(),
  );
  const others = members.filter(({ name }) => name !== self.name);
  const own = { self, sharedLog, signingFolder: folder.signing };
  await refuseRollback(own, others.filter(isActive), { log, fetch });
  const cosigning = await openCosigning(surroundings, sharedLog);
  let keeper: StandingKeeper | undefined;
  // Before the keeper is there, the mirrors grow all the same: it finds the entries when it opens.
  const followers: Followers = await openFollowers(surroundings, {
    others,
    onEquivocation,
    onNews: async (member) => keeper?.levelWith(member),
    onCurrent: (member, atMs) => keeper?.markFresh(member, { size: followers.state(member).size, atMs }),
  });
  const kept = (member: string): KeptLog =>
    member === self.name
      ? keptOwn(surroundings, { sharedLog, cosigning })
      : keptMirror(surroundings, member, followers);
  const governing: Governing = { consortium: governance.consortium };
  keeper = await openKeeper(surroundings, { governing, epochs, kept });
  keepLevel(keeper, { sharedLog, cosigning }, surroundings);
  // What came while the keeper was opening. Another's damaged mirror is fetched again; the shared log must be whole.
  await keeper.levelWith(self.name);
  const governed = stops.add(
    new GovernedStanding(surroundings, { governing, followers, epochs, keeper, kept }),
    (part) => part.close(),
  );
  const anchors = await openAnchors(surroundings, { sharedLog, ownLog, cosigning });
  const readEntry = async (member: string, index: number): Promise<Uint8Array | undefined> => {
    const entry = await (member === self.name ? sharedLog.entry(index) : followers.entry(member, index));
    return entry && opened(entry, epochs);
  };
  return { sharedLog, ownLog, cosigning, anchors, epochs, followers, keeper, governed, readEntry };
}

/** The statement of an entry in the form that needs no key; undefined where it holds none that we can read. */
function opened(entry: Uint8Array, { keys }: Epochs): Uint8Array | undefined {
  const stated = openEntry(entry, (bytes) => openStatement(bytes, keys.keyOf));
  return stated?.statement && encodeStatement(stated, stated.statement);
}

/**
 * Where the consortium settles on another history of this member's log than the one that is here, not a word is signed
 * any more: it would be the second fork. What was settled before a start, the signing state is measured by.
 */
function holdToSettled({ governance }: Surroundings, { sequencer, logKey }: MemberLog): () => void {
  let before = logKey.settled?.root;
  return governance.onChanged(() => {
    const { settled } = logKey;
    if (settled === undefined || before?.equals(settled.root) === true) return;
    before = settled.root;
    const { size, root } = sequencer.checkpoint;
    if (size !== settled.size || !root.equals(settled.root)) sequencer.stopSigning('CHECKPOINT_OVERRULED');
  });
}

/** The log may have gone past the last size of its old key while the members were signing. */
async function renew({ sequencer }: MemberLog, log: Log): Promise<void> {
  try {
    await sequencer.renew();
  } catch (error) {
    log.error({ reason: failureReason(error) }, 'the newest checkpoint could not be signed anew with the next key');
  }
}

async function openCosigning(
  { folder, governance, self, clock, log, stops }: Surroundings,
  { sequencer }: MemberLog,
): Promise<Cosigning> {
  const cosigning = await Cosigning.open(
    { folder: folder.log, logKey: memberVerifier(governance, self.name) },
    {
      clock,
      log,
      checkpoints: sequencer,
      peers: () => [governance.peersFor(self.name)],
      onForked: ({ code }) => sequencer.stopSigning(code),
    },
  );
  stops.add(cosigning, (part) => part.close());
  stops.add(
    governance.onChanged(() => cosigning.reconsider()),
    (stop) => stop(),
  );
  return cosigning;
}

async function openFollowers(
  { config, folder, governance, self, fetch, clock, log, stops }: Surroundings,
  parts: {
    others: readonly Member[];
    onEquivocation: OnEquivocation;
    onNews: (member: string) => Promise<void>;
    onCurrent: (member: string, atMs: number) => void;
  },
): Promise<Followers> {
  const { others: members, onEquivocation, onNews, onCurrent } = parts;
  const followers = await Followers.open(
    { members, mirrorsFolder: folder.mirrors, pollIntervalMs: config.follow.pollIntervalMs },
    {
      clock,
      log,
      fetch,
      memberNow: (name) => governance.member(name)!,
      mirrorsOf: (name) =>
        copiesOf(`mirrors/${name}`, { governance, but: [self.name, name], mirrors: config.follow.mirrors }),
      witnessesOf: (name, origin) =>
        governance.peersFor(name).witnesses.map(({ url }) => `${url}/${originHash(origin)}`),
      quorum: (name) => quorumFor(governance.consortium, name),
      onGrown: onNews,
      onWitnessed: onNews,
      onCurrent,
      onEquivocation,
    },
  );
  stops.add(followers, (part) => part.close());
  // What was no quorum may be one today, and the other way round.
  stops.add(
    governance.onChanged(() => followers.hint()),
    (stop) => stop(),
  );
  return followers;
}

async function openKeeper(
  { config, folder, log, stops }: Surroundings,
  { governing, epochs, kept }: { governing: Governing; epochs: Epochs; kept: (member: string) => KeptLog },
): Promise<StandingKeeper> {
  const { members } = governing.consortium;
  const keeper = await StandingKeeper.open(
    {
      members,
      logs: members.map(({ name }) => kept(name)),
      snapshot: folder.snapshot,
      basis: basisOf(governing.consortium, epochs.closed),
      devicesExpected: config.standing.devicesExpected,
    },
    judgedBy(governing, { epochs, log }),
  );
  return stops.add(keeper, (part) => part.writeSnapshot());
}

function keptOwn(
  { folder, self }: Surroundings,
  { sharedLog, cosigning }: { sharedLog: MemberLog; cosigning: Cosigning },
): KeptLog {
  return {
    member: self.name,
    folder: folder.log,
    size: () => sharedLog.size,
    witnessedSize: () => Math.max(cosigning.witnessed?.size ?? 0, sharedLog.logKey.settled?.size ?? 0),
    entries: (from, to) => sharedLog.readEntries(from, to),
  };
}

function keptMirror({ folder }: Surroundings, member: string, followers: Followers): KeptLog {
  return {
    member,
    folder: join(folder.mirrors, member),
    size: () => followers.state(member).size,
    witnessedSize: () => followers.state(member).witnessedSize,
    entries: (from, to) => followers.entries(member, from, to),
  };
}

async function openAnchors(
  { governance, self, folder, clock, log, stops }: Surroundings,
  { sharedLog, ownLog, cosigning }: { sharedLog: MemberLog; ownLog: MemberLog; cosigning: Cosigning },
): Promise<Anchors> {
  const anchors = await Anchors.start({
    member: self.name,
    shared: sharedLog,
    ownNote: () => ownLog.sequencer.checkpoint.note,
    ownConsistency: (size, olderSize) =>
      proveConsistency(new TreeReader(new FolderSource(folder.ownLog), size), olderSize),
    sharedNote: () => sharedLog.sequencer.checkpoint.note,
    witnessedNote: async () => cosigning.witnessed?.note,
    status: () => governance.member(self.name)!.status,
    intervalMs: () => governance.consortium.policy.anchorIntervalSeconds * 1_000,
    clock,
    log,
  });
  return stops.add(anchors, (part) => part.close());
}

/** The shared log's news goes into standing as the others' does, and standing goes to disk now and then. */
function keepLevel(
  keeper: StandingKeeper,
  { sharedLog, cosigning }: { sharedLog: MemberLog; cosigning: Cosigning },
  { config, self, clock, log, stops }: Surroundings,
): void {
  const tell = (what: string) => (error: unknown) =>
    log.error({ reason: error instanceof Fault ? (error as Fault).facts.code : String(error) }, what);
  const beLevel = async (): Promise<void> => {
    const current = { size: sharedLog.size, atMs: clock.nowMs() };
    await keeper.level();
    keeper.markFresh(self.name, current);
  };
  const level = (): void => void beLevel().catch(tell('standing could not be brought level'));
  const snapshot = (): void => void keeper.writeSnapshot().catch(tell('no snapshot was written'));
  stops.add(sharedLog.sequencer.onPublished(level), (stop) => stop());
  stops.add(cosigning.onWitnessed(level), (stop) => stop());
  stops.add(setInterval(level, LEVEL_INTERVAL_MS), clearInterval);
  stops.add(setInterval(snapshot, config.standing.snapshotIntervalSeconds * 1_000), clearInterval);
  level();
}
