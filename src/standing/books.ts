import { createHash } from 'node:crypto';
import type { Role } from '../governance/consortium.ts';
import { decodeStatement, type Stated } from '../statements/codec.ts';
import type { CellStatement } from '../statements/cell-statement.ts';
import type { SenderStatement } from '../statements/sender-statement.ts';
import type { Statement } from '../statements/statement.ts';
import { CellBook } from './cells.ts';
import type { FoldOutcome } from './fold.ts';
import { SenderBook } from './senders.ts';

/** An entry of a member's log that is not about devices, as it stands there. */
export interface BookEntry {
  readonly member: string;
  readonly index: number;
  readonly bytes: Uint8Array;
}

export type BookStatement = SenderStatement | CellStatement;

export function isBookStatement(statement: Statement): statement is BookStatement {
  return !/^(device|gate)\./.test(statement.kind);
}

/**
 * How senders and cells stand: few enough to be kept as their entries. Whoever needs them elsewhere, as a thread with a
 * gate does, takes the entries and folds them again.
 */
export class Books {
  readonly senders = new SenderBook();
  readonly cells = new CellBook();
  readonly #roles: ReadonlyMap<string, readonly Role[]>;
  readonly #entries = new Map<string, BookEntry[]>();

  constructor(members: readonly { readonly name: string; readonly roles: readonly Role[] }[]) {
    this.#roles = new Map(members.map(({ name, roles }) => [name, roles]));
  }

  /** Takes a verified entry; those of one log come in its order, each once. */
  fold(entry: BookEntry, { timeMs, statement }: Stated & { readonly statement: BookStatement }): FoldOutcome {
    const { member, index } = entry;
    const kept = this.#entries.get(member);
    if (kept === undefined) this.#entries.set(member, [entry]);
    else kept.push(entry);
    const stating = { entry: { member, index }, timeMs, roles: this.#roles.get(member) ?? [] };
    return statement.kind === 'cell.distrusted' || statement.kind === 'cell.cleared'
      ? this.cells.fold(statement, stating)
      : this.senders.fold(statement, stating);
  }

  /** Takes an entry that other books have kept. */
  accept(entry: BookEntry): void {
    const stated = decodeStatement(entry.bytes);
    if (stated.statement !== undefined && isBookStatement(stated.statement)) {
      this.fold(entry, { ...stated, statement: stated.statement });
    }
  }

  /** All entries, log by log in the order of the members' names. */
  *entries(): Generator<BookEntry> {
    for (const member of [...this.#entries.keys()].sort()) yield* this.#entries.get(member)!;
  }

  /** SHA-256 over all entries: equal where the books are equal. */
  digest(): Buffer {
    const hash = createHash('sha256');
    for (const { member, index, bytes } of this.entries()) {
      hash.update(JSON.stringify([member, index, bytes.length])).update(bytes);
    }
    return hash.digest();
  }
}
