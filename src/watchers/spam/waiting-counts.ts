import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../../base/durable.ts';
import { SIGHTINGS_PER_REQUEST_MAX, type Sighting } from './sighting.ts';

/** Requests that wait on disk, 64 KiB each at most. Beyond it the oldest give way. */
export const REQUESTS_WAITING_MAX = 2_000;
/** A request that is older may have been taken long ago, and the other side knows its key no more. */
export const REQUEST_AGE_MS_MAX = 23 * 60 * 60 * 1_000;
const REQUEST_FILE = /^([0-9]{15})-[0-9a-f-]{36}\.json$/;

/** A request as it is sent, and sent again: the same octets under the same key. */
export interface WaitingRequest {
  readonly file: string;
  readonly key: string;
  readonly madeMs: number;
}

/** Counts on their way to another node: on disk from before they are sent until they were taken. */
export class WaitingCounts {
  readonly #folder: string;
  #requests: WaitingRequest[];
  #lastMs: number;

  private constructor(folder: string, requests: WaitingRequest[]) {
    this.#folder = folder;
    this.#requests = requests;
    this.#lastMs = requests.at(-1)?.madeMs ?? 0;
  }

  /** Takes up what the last run left. */
  static async open(folder: string): Promise<WaitingCounts> {
    await makeFolderDurably(folder, 0o700);
    const files = (await readdir(folder)).filter((name) => REQUEST_FILE.test(name)).toSorted();
    return new WaitingCounts(folder, files.map(requestOf));
  }

  get size(): number {
    return this.#requests.length;
  }

  /** The request that waits longest. */
  get first(): WaitingRequest | undefined {
    return this.#requests[0];
  }

  /** Puts counts to disk, divided into requests. @returns how many older requests gave way */
  async add(sightings: readonly Sighting[], nowMs: number): Promise<number> {
    for (let start = 0; start < sightings.length; start += SIGHTINGS_PER_REQUEST_MAX) {
      // A clock that was set back changes no order.
      this.#lastMs = Math.max(nowMs, this.#lastMs + 1);
      const file = `${this.#lastMs.toString().padStart(15, '0')}-${randomUUID()}.json`;
      const chunk = sightings.slice(start, start + SIGHTINGS_PER_REQUEST_MAX).map(sightingBody);
      await writeDurably(join(this.#folder, file), JSON.stringify({ sightings: chunk }), 0o600);
      this.#requests.push(requestOf(file));
    }
    const excess = Math.max(0, this.#requests.length - REQUESTS_WAITING_MAX);
    for (let gone = 0; gone < excess; gone++) await this.remove(this.#requests[0]!);
    return excess;
  }

  /** The octets to send. */
  body({ file }: WaitingRequest): Promise<string> {
    return readFile(join(this.#folder, file), 'utf8');
  }

  async remove({ file }: WaitingRequest): Promise<void> {
    await rm(join(this.#folder, file), { force: true });
    this.#requests = this.#requests.filter((request) => request.file !== file);
  }
}

function requestOf(file: string): WaitingRequest {
  return { file, key: file.replace('.json', ''), madeMs: Number(REQUEST_FILE.exec(file)![1]) };
}

function sightingBody({ hourMs, ...sighting }: Sighting): object {
  return { ...sighting, hour: new Date(hourMs).toISOString() };
}
