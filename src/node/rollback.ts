import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { SignedCheckpoint } from '../ledger/checkpoint.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { readCheckpoint } from '../ledger/reader.ts';
import { openSource } from '../ledger/tile-source.ts';
import type { Member } from '../governance/consortium.ts';
import type { Fetch } from '../peers/peer-client.ts';
import type { MemberLog } from './member-log.ts';

/** A member that has not answered by then is not waited for: a start must not depend on the others. */
const MIRROR_WAIT_MS_MAX = 2_000;

export type RollbackFault =
  | { code: 'LEDGER_BEHIND_MIRROR'; member: string; ownSize: number; mirrorSize: number }
  | { code: 'LEDGER_CONTRADICTS_MIRROR'; member: string; ownSize: number; mirrorSize: number };
export class RollbackError extends Fault<RollbackFault> {}

/**
 * Refuses to go on where another member holds something of this member's log that is not here, signed with its own key.
 * More of it: the data folder was restored from a backup, signing state and all, and the next append would fork the log.
 * Something else: that has happened already.
 * @throws RollbackError
 */
export async function refuseRollback(
  { self, sharedLog }: { self: Member; sharedLog: MemberLog },
  others: readonly Member[],
  { log, fetch }: { log: Log; fetch: Fetch },
): Promise<void> {
  const ownSize = sharedLog.size;
  const answers = await Promise.all(
    others.map(async ({ name, url }) => {
      return { member: name, held: await mirrored(`${url}/mirrors/${self.name}`, { logKey: sharedLog.logKey, fetch }) };
    }),
  );
  for (const { member, held } of answers) {
    if (held === undefined) continue;
    const facts = { member, ownSize, mirrorSize: held.size };
    if (held.size > ownSize) throw new RollbackError({ code: 'LEDGER_BEHIND_MIRROR', ...facts });
    if (!(await sharedLog.rootAt(held.size)).equals(held.root)) {
      throw new RollbackError({ code: 'LEDGER_CONTRADICTS_MIRROR', ...facts });
    }
  }
  const answered = answers.filter(({ held }) => held !== undefined).length;
  log.info({ answered, members: others.length }, 'every mirror that answered continues into the own log');
}

/** Undefined where the member cannot be reached, or serves nothing that our key signed. */
async function mirrored(
  place: string,
  { logKey, fetch }: { logKey: LogVerifier; fetch: Fetch },
): Promise<SignedCheckpoint | undefined> {
  try {
    return await readCheckpoint(openSource(place, { timeoutMs: MIRROR_WAIT_MS_MAX, fetch }), logKey);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
