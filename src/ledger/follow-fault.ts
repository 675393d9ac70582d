import { Fault } from '../base/fault.ts';
import { failureReason } from './failure.ts';
import { CHECKPOINT_PATH } from './layout.ts';
import { MirrorError } from './mirror.ts';
import { ReaderError } from './reader.ts';
import { SourceError } from './tile-source.ts';

/** What keeps a follower from its log. */
export type FollowFault =
  | { code: 'FOLLOW_FORKED'; heldSize: number; offeredSize?: number }
  | { code: 'FOLLOW_SHRUNK'; heldSize: number; offeredSize: number }
  | { code: 'FOLLOW_GARBAGE'; reason: string }
  | { code: 'FOLLOW_NOTHING_THERE' }
  | { code: 'FOLLOW_UNREACHABLE'; reason: string }
  | { code: 'FOLLOW_FAILED'; reason: string };
export class FollowError extends Fault<FollowFault> {}

export function isForked(error: unknown): boolean {
  return error instanceof MirrorError && error.facts.code === 'MIRROR_FORKED';
}

/** Whether the log's own address does not give it, and others may. */
export function isElsewhere({ code }: FollowFault): boolean {
  return code === 'FOLLOW_UNREACHABLE' || code === 'FOLLOW_NOTHING_THERE' || code === 'FOLLOW_GARBAGE';
}

/** What stands in a follower's state for a failure. */
export function followFaultOf(error: unknown): FollowFault {
  if (error instanceof FollowError) return error.facts;
  const reason = failureReason(error);
  if (error instanceof MirrorError || !(error instanceof Fault)) return { code: 'FOLLOW_FAILED', reason };
  // A file that a checkpoint promises is another thing.
  if (error instanceof ReaderError && error.facts.code === 'LOG_FILE_MISSING' && error.facts.path === CHECKPOINT_PATH) {
    return { code: 'FOLLOW_NOTHING_THERE' };
  }
  const isAway = error instanceof SourceError && error.facts.code !== 'SOURCE_TOO_LARGE';
  return { code: isAway ? 'FOLLOW_UNREACHABLE' : 'FOLLOW_GARBAGE', reason };
}
