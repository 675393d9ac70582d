import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { Followers } from './followers.ts';
import { MemberLog } from './member-log.ts';
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
  readonly followers: Followers;
  readonly keeper: StandingKeeper;
  /** An entry of any member's log as this node has verified it. */
  readonly readEntry: (member: string, index: number) => Promise<Uint8Array | undefined>;
}

/** Opens the member's logs, follows the others, and brings standing level with all that is on disk. */
export async function openLogs(surroundings: Surroundings): Promise<NodeLogs> {
  const { config, folder, members, self, clock, log, stops } = surroundings;
  const sharedLog = stops.add(await MemberLog.openShared(folder, self, { log }), (part) => part.close());
  const ownLog = stops.add(await MemberLog.openOwn(folder, sharedLog.logKey, { log }), (part) => part.close());
  const others = members.filter((member) => member !== self);
  await refuseRollback({ self, sharedLog }, others, { log });
  let keeper: StandingKeeper | undefined;
  const followers = stops.add(
    await Followers.open(
      {
        members: others,
        mirrorsFolder: folder.mirrors,
        pollIntervalMs: config.follow.pollIntervalMs,
      },
      {
        clock,
        log,
        // Before the keeper is there, the mirrors grow all the same: it finds the entries when it opens.
        onGrown: async (member) => keeper?.levelWith(member),
        onCurrent: (member, atMs) => keeper?.markFresh(member, { size: followers.state(member).size, atMs }),
      },
    ),
    (part) => part.close(),
  );
  keeper = await StandingKeeper.open(
    {
      members,
      logs: members.map((member) => ({
        member: member.name,
        folder: member === self ? folder.log : join(folder.mirrors, member.name),
        size: () => (member === self ? sharedLog.size : followers.state(member.name).size),
        entries: (from, to) =>
          member === self ? sharedLog.readEntries(from, to) : followers.entries(member.name, from, to),
      })),
      snapshot: folder.snapshot,
      devicesExpected: config.standing.devicesExpected,
    },
    { log },
  );
  stops.add(keeper, (part) => part.writeSnapshot());
  keepLevel(keeper, sharedLog, surroundings);
  // What came while the keeper was opening. Another's damaged mirror is fetched again; the shared log must be whole.
  await keeper.levelWith(self.name);
  const readEntry = (member: string, index: number): Promise<Uint8Array | undefined> =>
    member === self.name ? sharedLog.entry(index) : followers.entry(member, index);
  return { sharedLog, ownLog, followers, keeper, readEntry };
}

/** The shared log's news goes into standing as the others' does, and standing goes to disk now and then. */
function keepLevel(
  keeper: StandingKeeper,
  sharedLog: MemberLog,
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
  stops.add(setInterval(level, LEVEL_INTERVAL_MS), clearInterval);
  stops.add(setInterval(snapshot, config.standing.snapshotIntervalSeconds * 1_000), clearInterval);
  level();
}
