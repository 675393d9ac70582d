import type { Log } from '../base/log.ts';
import { Fault } from '../base/fault.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { readSigningKey, type SigningKey } from '../ledger/note-key.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import type { Member } from '../governance/consortium.ts';
import type { DataFolder } from './data-folder.ts';

export type MemberLogFault = { code: 'NODE_KEY_NOT_IN_CONSORTIUM'; member: string };
export class MemberLogError extends Fault<MemberLogFault> {}

/** A log that this member writes: the shared one, which everybody reads, or its own, which nobody else does. */
export class MemberLog {
  readonly sequencer: Sequencer;
  readonly logKey: LogVerifier;
  readonly #source: FolderSource;

  private constructor(sequencer: Sequencer, logKey: LogVerifier, folder: string) {
    this.sequencer = sequencer;
    this.logKey = logKey;
    this.#source = new FolderSource(folder);
  }

  /**
   * Takes up the shared log with whichever of the member's keys may sign it next, then and later.
   * @throws MemberLogError NODE_KEY_NOT_IN_CONSORTIUM when the others would not believe the key; the sequencer's faults
   */
  static async openShared(
    folder: DataFolder,
    self: Member,
    { log, logKey, keyAt }: { log: Log; logKey: LogVerifier; keyAt: (size: number) => SigningKey | undefined },
  ): Promise<MemberLog> {
    const signingKey = await readSigningKey(folder.logKey);
    const options = { folder: folder.log, signingFolder: folder.signing, signingKey, logKey, signingKeyAt: keyAt };
    if (!self.logKeys.some(({ vkey }) => vkey === signingKey.logKey.vkey)) throw notInConsortium(self);
    const sequencer = await Sequencer.open(options, { log });
    if (keyAt(sequencer.size + 1) !== undefined) return new MemberLog(sequencer, logKey, folder.log);
    await sequencer.close();
    throw notInConsortium(self);
  }

  /** Takes up the member's own log with its newest key, then and later. @throws the sequencer's faults */
  static async openOwn(
    folder: DataFolder,
    { log, logKey, key }: { log: Log; logKey: LogVerifier; key: () => SigningKey },
  ): Promise<MemberLog> {
    const { ownLog, ownSigning: signingFolder } = folder;
    const options = { folder: ownLog, signingFolder, signingKey: key(), logKey, signingKeyAt: key };
    return new MemberLog(await Sequencer.open(options, { log }), logKey, ownLog);
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

function notInConsortium({ name }: Member): MemberLogError {
  return new MemberLogError({ code: 'NODE_KEY_NOT_IN_CONSORTIUM', member: name });
}
