import { Fault } from '../base/fault.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { LogVerifier } from './log-verifier.ts';
import { isSameKey, type NoteSignature, signatureLine } from './note.ts';
import { fittingLines, type openWitnessed, openWitnessedByAny, type Quorum, QuorumError } from './quorum.ts';

/** Checkpoints of which cosignatures are gathered at a time: of more, the smallest is let go. */
export const GATHERED_MAX = 64;

interface Gathered {
  readonly size: number;
  /** Verified when they were taken. */
  readonly lines: readonly NoteSignature[];
}

/**
 * The cosignatures of a log's checkpoints as they are found here and there. A copy has those that the log's owner had when
 * it was copied, a witness has its own: together they may be a quorum that none of them has, and that the owner, who is
 * gone, gathers no more.
 */
export class GatheredCosignatures {
  readonly #logKey: LogVerifier;
  readonly #byText = new Map<string, Gathered>();

  constructor(logKey: LogVerifier) {
    this.#logKey = logKey;
  }

  /** Opens a checkpoint with all the cosignatures that were found of it until now. A wrong one spoils only its own note. */
  open(bytes: Uint8Array, quorums: readonly Quorum[]): ReturnType<typeof openWitnessed> {
    const opened = openWitnessedByAny(bytes, this.#logKey, quorums);
    if (!(opened instanceof QuorumError)) return opened;
    const keys = quorums.flatMap(({ witnesses }) => witnesses).flatMap((witness) => witness.keys);
    const found = openCheckpoint(bytes, this.#logKey, keys);
    if (found instanceof Fault) return found;
    const text = found.note.slice(0, found.note.lastIndexOf('\n\n') + 2);
    const known = this.#byText.get(text)?.lines ?? [];
    const lines = [...known, ...found.signatures.filter((line) => !known.some((one) => isSameKey(one, line)))];
    this.#keep(text, { size: found.size, lines });
    const ownLine = found.signatures.find(({ name }) => name === this.#logKey.name)!;
    const note = text + [ownLine, ...fittingLines(lines, quorums)].map(signatureLine).join('');
    return openWitnessedByAny(Buffer.from(note), this.#logKey, quorums);
  }

  #keep(text: string, gathered: Gathered): void {
    this.#byText.set(text, gathered);
    if (this.#byText.size <= GATHERED_MAX) return;
    const [smallest] = [...this.#byText].reduce((one, other) => (other[1].size < one[1].size ? other : one));
    this.#byText.delete(smallest);
  }
}
