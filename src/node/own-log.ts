import type { Log } from '../base/log.ts';
import { Fault } from '../base/fault.ts';
import { type LogKey, readSigningKey } from '../ledger/note-key.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import type { Member } from '../membership/consortium.ts';
import type { DataFolder } from './data-folder.ts';

export type OwnLogFault = { code: 'NODE_KEY_NOT_IN_CONSORTIUM'; member: string };
export class OwnLogError extends Fault<OwnLogFault> {}

/** This member's own log: written by the desks, read by everybody. */
export class OwnLog {
  readonly sequencer: Sequencer;
  readonly logKey: LogKey;
  readonly #source: FolderSource;

  private constructor(sequencer: Sequencer, logKey: LogKey, folder: string) {
    this.sequencer = sequencer;
    this.logKey = logKey;
    this.#source = new FolderSource(folder);
  }

  /**
   * Takes up the log with the key in the data folder.
   * @throws OwnLogError NODE_KEY_NOT_IN_CONSORTIUM when the others would not believe that key; the sequencer's faults
   */
  static async open(folder: DataFolder, self: Member, { log }: { log: Log }): Promise<OwnLog> {
    const signingKey = await readSigningKey(folder.logKey);
    if (signingKey.logKey.vkey !== self.logKey) {
      throw new OwnLogError({ code: 'NODE_KEY_NOT_IN_CONSORTIUM', member: self.name });
    }
    const options = { folder: folder.log, signingFolder: folder.signing, signingKey };
    return new OwnLog(await Sequencer.open(options, { log }), signingKey.logKey, folder.log);
  }

  get size(): number {
    return this.sequencer.size;
  }

  append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number; size: number }> {
    return this.sequencer.append(entries);
  }

  recover(): Promise<void> {
    return this.sequencer.recover();
  }

  /** The entries from..to-1, verified against what was signed. @throws TreeError; ReaderError; SourceError */
  async *readEntries(from: number, to: number): AsyncGenerator<EntryBatch> {
    yield* (await VerifiedTiles.open(this.#source, this.sequencer.checkpoint)).entries(from, to);
  }

  /** The root that this log had at a size. @throws TreeError; ReaderError; SourceError */
  async rootAt(size: number): Promise<Buffer> {
    return (await VerifiedTiles.open(this.#source, this.sequencer.checkpoint)).rootAt(size);
  }

  async entry(index: number): Promise<Uint8Array | undefined> {
    if (index >= this.size) return undefined;
    for await (const { entries } of this.readEntries(index, index + 1)) return entries[0];
    return undefined;
  }

  close(): Promise<void> {
    return this.sequencer.close();
  }
}
