import { randomBytes } from 'node:crypto';
import { silentLog } from '../../base/log.ts';
import { ENTRY_ID_SIZE } from '../../ledger/entry.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { Sequencer } from '../../ledger/sequencer.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { EpochKeys } from '../../sealing/epoch-keys.ts';
import type { EpochKey } from '../../sealing/seal.ts';
import { sealStatement } from '../../statements/codec.ts';
import type { Statement } from '../../statements/statement.ts';

/** Entries of one append. */
const APPEND_COUNT = 4_096;

/** A statement as whoever holds the keys writes it: of whatever time he likes. */
export interface Written {
  readonly timeMs: number;
  readonly statement: Statement;
  readonly continues?: number;
}

/**
 * Writes a log with a member's own log key and epoch key, past its desk: as the desk would, but faster; or as whoever
 * stole them does.
 */
export class Pen {
  readonly sequencer: Sequencer;
  readonly #member: string;
  readonly #epochKey: EpochKey;

  private constructor(sequencer: Sequencer, member: string, epochKey: EpochKey) {
    this.sequencer = sequencer;
    this.#member = member;
    this.#epochKey = epochKey;
  }

  /**
   * @param root the member's data folder, whose keys are taken
   * @param place the log that is written: the member's own, whose node must not run then, or a copy of it
   */
  static async open(
    { root, member }: { root: string; member: string },
    place: { readonly log: string; readonly signing: string } = dataFolder(root),
  ): Promise<Pen> {
    const { logKey, epochKeys } = dataFolder(root);
    const keys = await EpochKeys.open(epochKeys);
    const epoch = keys.epochs.at(-1)!;
    const signingKey = await readSigningKey(logKey);
    const options = { folder: place.log, signingFolder: place.signing, signingKey };
    return new Pen(await Sequencer.open(options, { log: silentLog }), member, { epoch, key: keys.keyOf(epoch)! });
  }

  /** @returns the index of the first one */
  async write(count: number, statementAt: (place: number) => Written): Promise<number> {
    const { size } = this.sequencer;
    for (let first = 0; first < count; first += APPEND_COUNT) {
      const length = Math.min(APPEND_COUNT, count - first);
      const entries = Array.from({ length }, (_, place) => this.#sealed(statementAt(first + place)));
      await this.sequencer.append(entries);
    }
    return size;
  }

  close(): Promise<void> {
    return this.sequencer.close();
  }

  #sealed({ timeMs, statement, continues }: Written): Uint8Array {
    const envelope = { issuer: this.#member, timeMs, id: randomBytes(ENTRY_ID_SIZE) };
    return sealStatement(envelope, statement, this.#epochKey, continues);
  }
}
