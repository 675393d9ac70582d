import { signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { generateLogKey } from '../../src/ledger/note-key.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import { consistencyOfLeaves, leavesOf, noteOfLeaves } from './trees.ts';

export const SHARED_ORIGIN = 'log.hanbit.example/shared';
const ownKey = generateLogKey(`${SHARED_ORIGIN}/own`);
const sharedKey = generateLogKey(SHARED_ORIGIN);
const honest = leavesOf('journal', 40);
const rewritten = leavesOf('rewritten journal', 40, honest.slice(0, 2));

/** What a member's own log does between its anchors, and the size that each shows. */
export const OWN_LOGS_BROKEN: readonly (readonly [what: string, anchors: readonly Uint8Array[]])[] = [
  ['rewritten at one size', [anchorAt(3), anchorAt(3, 3, rewritten)]],
  ['rewritten and longer', [anchorAt(3), anchorAt(7, 3, rewritten)]],
  ['longer, without the hashes that show how', [anchorAt(3), anchorAt(7, 0)]],
  ['longer, with the hashes of another size', [anchorAt(3), anchorAt(7, 2)]],
  ['shorter than it was', [anchorAt(3), anchorAt(2, 2)]],
];

/** The anchors of an own log that grows, and was empty at first. */
export const OWN_LOG_GROWING: readonly Uint8Array[] = [
  anchorAt(0),
  anchorAt(1, 0),
  anchorAt(1, 1),
  anchorAt(5, 1),
  anchorAt(8, 5),
  anchorAt(33, 8),
];

/** An anchor with the hashes that prove that the own log continues its first `olderSize` entries. */
export function anchorAt(size: number, olderSize = 0, journal = honest): Uint8Array {
  const leaves = journal.slice(0, size);
  const hashes = consistencyOfLeaves(olderSize, leaves);
  const envelope = { issuer: 'hanbit', timeMs: 1_700_000_000_000 + size, id: Buffer.alloc(16, size + olderSize) };
  return encodeStatement(envelope, {
    kind: 'log.anchored',
    own: noteOfLeaves(leaves, ownKey),
    shared: signCheckpoint({ origin: SHARED_ORIGIN, size: 1, root: Buffer.alloc(32, 1) }, [sharedKey]),
    ...(hashes.length > 0 && { consistency: Buffer.concat(hashes) }),
  });
}
