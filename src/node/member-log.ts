import { existsSync } from 'node:fs';
import type { Log } from '../base/log.ts';
import { Fault } from '../base/fault.ts';
import { generateLogKey, type LogKey, readSigningKey, writeSigningKey } from '../ledger/note-key.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import { currentLogKey, type Member } from '../governance/consortium.ts';
import type { DataFolder } from './data-folder.ts';

/** Added to the origin of the shared log. */
const OWN_ORIGIN_SUFFIX = '/own';

export type MemberLogFault = { code: 'NODE_KEY_NOT_IN_CONSORTIUM'; member: string };
export class MemberLogError extends Fault<MemberLogFault> {}

/** A log that this member writes: the shared one, which everybody reads, or its own, which nobody else does. */
export class MemberLog {
  readonly sequencer: Sequencer;
  readonly logKey: LogKey;
  readonly #source: FolderSource;

  private constructor(sequencer: Sequencer, logKey: LogKey, folder: string) {
    this.sequencer = sequencer;
    this.logKey = logKey;
    this.#source = new FolderSource(folder);
  }

  /**
   * Takes up the shared log with the key in the data folder.
   * @throws MemberLogError NODE_KEY_NOT_IN_CONSORTIUM when the others would not believe that key; the sequencer's faults
   */
  static async openShared(folder: DataFolder, self: Member, { log }: { log: Log }): Promise<MemberLog> {
    const signingKey = await readSigningKey(folder.logKey);
    if (signingKey.logKey.vkey !== currentLogKey(self)) {
      throw new MemberLogError({ code: 'NODE_KEY_NOT_IN_CONSORTIUM', member: self.name });
    }
    const options = { folder: folder.log, signingFolder: folder.signing, signingKey };
    return new MemberLog(await Sequencer.open(options, { log }), signingKey.logKey, folder.log);
  }

  /** Takes up the member's own log; its key is made at the first start. @throws the sequencer's faults */
  static async openOwn(folder: DataFolder, shared: LogKey, { log }: { log: Log }): Promise<MemberLog> {
    if (!existsSync(folder.ownLogKey)) {
      await writeSigningKey(folder.ownLogKey, generateLogKey(`${shared.name}${OWN_ORIGIN_SUFFIX}`));
    }
    const signingKey = await readSigningKey(folder.ownLogKey);
    const options = { folder: folder.ownLog, signingFolder: folder.ownSigning, signingKey };
    return new MemberLog(await Sequencer.open(options, { log }), signingKey.logKey, folder.ownLog);
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
