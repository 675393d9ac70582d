import { Fault } from '../base/fault.ts';
import { type Entry, isSealed } from '../ledger/entry.ts';
import { TreeChain } from '../ledger/tree-chain.ts';
import { readStatement } from '../statements/codec.ts';
import type { Statement } from '../statements/statement.ts';
import { ownTreeIn } from './anchored-proof.ts';

export type AnchorChainFault = { code: 'LOG_ANCHORS_BROKEN'; index: number; anchors: number };
export class AnchorChainError extends Fault<AnchorChainFault> {}

/** The anchors of a shared log, whoever reads it: what its owner shows of the own log may only grow. */
export class AnchorChain {
  readonly #chain = new TreeChain();
  readonly #origin: string;
  /** How many were read. */
  count = 0;

  /** @param origin of the shared log */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Takes an entry of the log; they come in their order, and most are no anchors. */
  take(entry: Entry, index: number): void {
    if (entry.kind !== 'log.anchored' || isSealed(entry)) return;
    const statement = statementIn(entry);
    const tree = statement?.kind === 'log.anchored' ? ownTreeIn(statement, this.#origin) : undefined;
    if (statement?.kind !== 'log.anchored' || tree === undefined) return;
    this.count += 1;
    this.#chain.take(tree, { consistency: statement.consistency ?? new Uint8Array(), at: index });
  }

  /** @throws AnchorChainError where one does not continue the one before it */
  check(): void {
    const { brokenAt: index } = this.#chain;
    if (index !== undefined) throw new AnchorChainError({ code: 'LOG_ANCHORS_BROKEN', index, anchors: this.count });
  }
}

/** What is no statement of its kind counts for nobody. */
function statementIn({ kind, version, body }: Exclude<Entry, { sealed: unknown }>): Statement | undefined {
  try {
    return readStatement(kind, version, body);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
