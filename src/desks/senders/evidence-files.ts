import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeFolderDurably, moveDurably, UNFINISHED_SUFFIX } from '../../base/durable.ts';
import { SenderDeskError } from './sender-fault.ts';

/** Octets of one file. */
export const EVIDENCE_SIZE_MAX = 20 * 1024 * 1024;
/** Files that come in at one time. */
export const UPLOADS_MAX = 8;
/** Of them from one firm or person, so that nobody keeps all others waiting. */
export const UPLOADS_PER_HOLDER_MAX = 2;
/** Octets that stay free on the disk: the member's logs stand on it too. */
export const FREE_SIZE_MIN = 1024 * 1024 * 1024;
/** Octets at the beginning of a file that tell what it is. */
export const HEAD_SIZE = 16;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** A file that is on the disk, whole. */
export interface KeptFile {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** Its first octets, `HEAD_SIZE` at most. */
  readonly head: Buffer;
}

/**
 * The files that firms hand in, each under its hash. What comes in is written aside and moved into place when it is
 * whole and flushed: a crash leaves only what the next start takes away.
 */
export class EvidenceFiles {
  readonly #folder: string;
  readonly #freeSizeMin: number;
  /** Who sends each file that is on its way in. */
  readonly #uploads: string[] = [];

  private constructor(folder: string, freeSizeMin: number) {
    this.#folder = folder;
    this.#freeSizeMin = freeSizeMin;
  }

  /** Makes the folder where there is none, and takes away what an earlier process left half. */
  static async open(folder: string, { freeSizeMin = FREE_SIZE_MIN } = {}): Promise<EvidenceFiles> {
    await makeFolderDurably(folder, PRIVATE_FOLDER);
    for (const name of await readdir(folder)) {
      if (name.endsWith(UNFINISHED_SUFFIX)) await rm(join(folder, name));
    }
    return new EvidenceFiles(folder, freeSizeMin);
  }

  /**
   * Keeps what a stream brings, durably, unless `refuse` throws at its first octets.
   * @param holder who sends it
   * @throws SenderDeskError EVIDENCE_BUSY, EVIDENCE_NO_ROOM, EVIDENCE_FILE_TOO_LARGE, EVIDENCE_FILE_EMPTY; EVIDENCE_CUT where the
   * stream breaks off
   */
  async keep(stream: Readable, holder: string, refuse: (head: Buffer) => void): Promise<KeptFile> {
    const own = this.#uploads.filter((other) => other === holder).length;
    if (this.#uploads.length >= UPLOADS_MAX || own >= UPLOADS_PER_HOLDER_MAX) {
      throw new SenderDeskError({ code: 'EVIDENCE_BUSY', uploadsMax: UPLOADS_MAX });
    }
    this.#uploads.push(holder);
    // A stream may break before anybody reads from it; whoever then does learns of it.
    stream.on('error', () => undefined);
    const aside = join(this.#folder, randomUUID() + UNFINISHED_SUFFIX);
    try {
      await this.#refuseFull();
      const kept = await writeAside(stream, aside);
      refuse(kept.head);
      await moveDurably(aside, join(this.#folder, kept.sha256));
      return kept;
    } finally {
      this.#uploads.splice(this.#uploads.indexOf(holder), 1);
      await rm(aside, { force: true });
    }
  }

  async #refuseFull(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    const isFull = bavail * bsize < this.#freeSizeMin + EVIDENCE_SIZE_MAX * UPLOADS_MAX;
    if (isFull) throw new SenderDeskError({ code: 'EVIDENCE_NO_ROOM' });
  }

  /** The octets of a file, as they are handed out. @throws SenderDeskError EVIDENCE_DAMAGED where it is not there whole */
  async read(sha256: string, size: number): Promise<Readable> {
    assert(SHA256_HEX.test(sha256));
    const path = join(this.#folder, sha256);
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== size) throw new SenderDeskError({ code: 'EVIDENCE_DAMAGED' });
    return createReadStream(path);
  }
}

async function writeAside(stream: Readable, path: string): Promise<KeptFile> {
  const hash = createHash('sha256');
  let size = 0;
  let head: Buffer = Buffer.alloc(0);
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    for await (const chunk of chunksOf(stream)) {
      size += chunk.length;
      if (size > EVIDENCE_SIZE_MAX) {
        throw new SenderDeskError({ code: 'EVIDENCE_FILE_TOO_LARGE', sizeMax: EVIDENCE_SIZE_MAX });
      }
      if (head.length < HEAD_SIZE) head = Buffer.concat([head, chunk]).subarray(0, HEAD_SIZE);
      hash.update(chunk);
      await file.appendFile(chunk);
    }
    if (size === 0) throw new SenderDeskError({ code: 'EVIDENCE_FILE_EMPTY' });
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), size, head };
}

/** The sender's fault is told apart from the disk's. */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const next = await chunks.next().catch((cause: unknown) => {
      throw new SenderDeskError({ code: 'EVIDENCE_CUT' }, { cause });
    });
    if (next.done === true) return;
    yield next.value;
  }
}
