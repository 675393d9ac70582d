import { EntryError } from '../ledger/entry.ts';
import type { TreeHead } from '../ledger/tree-chain.ts';
import { StatementError } from '../statements/statement-fault.ts';
import type { Stated } from '../statements/codec.ts';
import type { Statement } from '../statements/statement.ts';

/** A statement as it was opened for standing, by whoever has the keys. */
export interface Opened extends Stated {
  /** Of a `log.anchored` that was verified: when a quorum of witnesses had seen the checkpoint in it, in ms since 1970. */
  readonly witnessedAtMs?: number;
  /** Of a `log.anchored`: the tree of the own log that it shows. */
  readonly ownTree?: TreeHead;
  /** It is sealed under an epoch whose key this node will have: the log is taken no further until then. */
  readonly isKeyExpected?: true;
}

/** One that says something that this node knows. */
export type OpenedStatement = Opened & { readonly statement: Statement };

/** Opens an entry's octets. @throws EntryError, StatementError where they are no entry or no statement */
export type Opener = (bytes: Uint8Array) => Opened;

/** Undefined where the octets are no entry, or no statement. */
export function openEntry(bytes: Uint8Array, open: Opener): Opened | undefined {
  try {
    return open(bytes);
  } catch (error) {
    if (error instanceof EntryError || error instanceof StatementError) return undefined;
    throw error;
  }
}
