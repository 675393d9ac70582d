import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { asTaken, type LogVerifier } from '../ledger/log-verifier.ts';
import { EMPTY_ROOT } from '../ledger/merkle.ts';
import { readCheckpoint, ReaderError } from '../ledger/reader.ts';
import { isAtSigningPlace, markSigningPlace } from '../ledger/signing-place.ts';
import { openSource } from '../ledger/tile-source.ts';
import type { TreeHead } from '../ledger/verified-tiles.ts';
import { originHash } from '../ledger/witness-state.ts';
import type { Member } from '../governance/consortium.ts';
import type { Fetch } from '../peers/peer-client.ts';
import type { MemberLog } from './member-log.ts';

/** A member that has not answered by then is not waited for: a start must not depend on the others. */
const MIRROR_WAIT_MS_MAX = 2_000;
const HEARD = 'the members that answered hold a beginning of the own log, or all of it';
const UNHEARD = 'no other member has said how far it knows the own log: it was compared with nothing';

export type RollbackFault =
  | { code: 'LEDGER_BEHIND_MIRROR'; member: string; ownSize: number; mirrorSize: number }
  | { code: 'LEDGER_CONTRADICTS_MIRROR'; member: string; ownSize: number; mirrorSize: number }
  | { code: 'LEDGER_MOVED_ALONE'; ownSize: number; asked: number };
export class RollbackError extends Fault<RollbackFault> {}

interface OwnLog {
  readonly self: Member;
  readonly sharedLog: Pick<MemberLog, 'size' | 'logKey' | 'rootAt'>;
  readonly signingFolder: string;
}

/**
 * Refuses to go on where another member holds something of this member's log that is not here, signed with its own key.
 * More of it: the data folder was restored from a backup, signing state and all, and the next append would fork the log.
 * Something else: that has happened already.
 *
 * A start must not depend on the others: on its own disk the node goes on where none of them answers. But where the
 * signing state is not the file that this node has written, the word of one other member is needed.
 * @throws RollbackError
 */
export async function refuseRollback(
  { self, sharedLog, signingFolder }: OwnLog,
  others: readonly Member[],
  { log, fetch }: { log: Log; fetch: Fetch },
): Promise<void> {
  const { size: ownSize, logKey } = sharedLog;
  const heard = await Promise.all(others.map(({ name, url }) => heardFrom({ name, url, self, logKey, fetch })));
  for (const { member, head } of heard.flat()) {
    const facts = { member, ownSize, mirrorSize: head.size };
    if (head.size > ownSize) throw new RollbackError({ code: 'LEDGER_BEHIND_MIRROR', ...facts });
    if (!(await sharedLog.rootAt(head.size)).equals(head.root)) {
      throw new RollbackError({ code: 'LEDGER_CONTRADICTS_MIRROR', ...facts });
    }
  }
  const answered = heard.filter((words) => words.some(({ head }) => head.size > 0 || ownSize === 0)).length;
  log.info({ answered, members: others.length }, answered > 0 ? HEARD : UNHEARD);
  if (isAtSigningPlace(signingFolder)) return;
  const asked = others.length;
  if (asked > 0 && answered === 0) throw new RollbackError({ code: 'LEDGER_MOVED_ALONE', ownSize, asked });
  if (asked === 0)
    log.warn({ ownSize }, 'the signing state was moved or restored, and there is nobody who could be asked');
  await markSigningPlace(signingFolder);
}

/** What a member holds of the own log: what its mirror has, and what its witness cosigned. */
interface Word {
  readonly member: string;
  readonly head: TreeHead;
}

async function heardFrom(asked: {
  name: string;
  url: string;
  self: Member;
  logKey: LogVerifier;
  fetch: Fetch;
}): Promise<readonly Word[]> {
  const { name, url, self, logKey, fetch } = asked;
  const places = [`${url}/mirrors/${self.name}`, `${url}/witness/${originHash(logKey.name)}`];
  const heads = await Promise.all(places.map((place) => headAt(place, { logKey, fetch })));
  return heads.flatMap((head) => (head === undefined ? [] : [{ member: name, head }]));
}

/** Undefined where the member cannot be reached, or serves nothing that our key signed. Who has nothing has no entries. */
async function headAt(
  place: string,
  { logKey, fetch }: { logKey: LogVerifier; fetch: Fetch },
): Promise<TreeHead | undefined> {
  try {
    return await readCheckpoint(openSource(place, { timeoutMs: MIRROR_WAIT_MS_MAX, fetch }), asTaken(logKey));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error instanceof ReaderError && error.facts.code === 'LOG_FILE_MISSING'
      ? { size: 0, root: EMPTY_ROOT }
      : undefined;
  }
}
