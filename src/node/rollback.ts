import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { LogKey } from '../ledger/note-key.ts';
import { readCheckpoint } from '../ledger/reader.ts';
import { openSource } from '../ledger/tile-source.ts';
import type { Member } from '../membership/consortium.ts';

/** A member that has not answered by then is not waited for: a start must not depend on the others. */
const MIRROR_WAIT_MS_MAX = 2_000;

export type RollbackFault = { code: 'LEDGER_BEHIND_MIRROR'; member: string; ownSize: number; mirrorSize: number };
export class RollbackError extends Fault<RollbackFault> {}

/**
 * Refuses to go on where another member holds more of this member's log than is here, signed with its own key: then the
 * data folder was restored from a backup, signing state and all, and the next append would fork the log.
 * @throws RollbackError
 */
export async function refuseRollback(
  { self, logKey, size }: { self: Member; logKey: LogKey; size: number },
  others: readonly Member[],
  { log }: { log: Log },
): Promise<void> {
  const mirrors = await Promise.all(
    others.map(async ({ name, url }) => ({ name, size: await mirroredSize(`${url}/mirrors/${self.name}`, logKey) })),
  );
  const ahead = mirrors.find((mirror) => mirror.size !== undefined && mirror.size > size);
  if (ahead !== undefined) {
    const facts = { member: ahead.name, ownSize: size, mirrorSize: ahead.size! };
    throw new RollbackError({ code: 'LEDGER_BEHIND_MIRROR', ...facts });
  }
  const answered = mirrors.filter((mirror) => mirror.size !== undefined).length;
  log.info({ answered, members: others.length }, 'no mirror that answered is ahead of the own log');
}

/** Undefined where the member cannot be reached, or serves nothing that our key signed. */
async function mirroredSize(place: string, logKey: LogKey): Promise<number | undefined> {
  try {
    return (await readCheckpoint(openSource(place, { timeoutMs: MIRROR_WAIT_MS_MAX }), logKey)).size;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
