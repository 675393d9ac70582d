import { closeSync, fsync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LogFile } from './tree-edge.ts';

/** Files that are open at once; what is more is written in turns. */
export const FILES_OPEN_MAX = 32;
/** Folders remembered as flushed; past it the memory starts anew, which costs a few flushes more. */
export const FLUSHED_FOLDERS_MAX = 1024;

const flush = promisify(fsync);

/**
 * The tiles and bundles of one log's folder, written by one process.
 *
 * A file is written under its own name, not aside: until a checkpoint covers it nobody may ask for it, and what a crash
 * leaves torn is written over by the next attempt. So no rename stands between two flushes, and all files and folders of
 * one write are flushed at the same time: one wait for the disk in place of two per file.
 *
 * Creating and writing only touch the system's cache and take some ten microseconds, less than a round through Node's
 * thread pool; the flushes wait for the disk and are asynchronous.
 */
export class LogFiles {
  readonly folder: string;
  // A folder may be known to memory alone, when a process died between making and flushing it. So each counts as not
  // flushed until this process has done it.
  readonly #flushed = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** When it returns, the files survive a power cut. When it throws, some may be there in part. */
  async write(files: readonly LogFile[]): Promise<void> {
    for (let from = 0; from < files.length; from += FILES_OPEN_MAX) {
      await this.#writeTogether(files.slice(from, from + FILES_OPEN_MAX));
    }
  }

  /** @throws the system's error, ENOENT where there is no such file */
  read(path: string): Buffer {
    return readFileSync(join(this.folder, path));
  }

  /** Removes the partial forms of a tile or bundle, given the path of the full one. */
  async removePartials(fullPath: string): Promise<void> {
    const folder = join(this.folder, `${fullPath}.p`);
    this.#flushed.delete(folder);
    await rm(folder, { recursive: true, force: true });
  }

  async #writeTogether(files: readonly LogFile[]): Promise<void> {
    const opened: number[] = [];
    const folders = new Set<string>();
    try {
      for (const { path, bytes } of files) {
        const file = join(this.folder, path);
        this.#prepareFolder(dirname(file), folders);
        const descriptor = openSync(file, 'w');
        opened.push(descriptor);
        writeFileSync(descriptor, bytes);
      }
      for (const folder of folders) opened.push(openSync(folder, 'r'));
      await flushAll(opened);
    } finally {
      for (const descriptor of opened) closeSync(descriptor);
    }
    if (this.#flushed.size > FLUSHED_FOLDERS_MAX) this.#flushed.clear();
    for (const folder of folders) this.#flushed.add(folder);
  }

  /** Makes the folder and lists what must be flushed for it: itself, and each parent that may hold a new name. */
  #prepareFolder(folder: string, folders: Set<string>): void {
    folders.add(folder);
    if (this.#flushed.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    for (let above = folder; above !== this.folder && !this.#flushed.has(above);) {
      above = dirname(above);
      folders.add(above);
    }
  }
}

/** Waits for every flush, also when one fails: a descriptor must not be closed under a flush that still runs. */
async function flushAll(descriptors: readonly number[]): Promise<void> {
  const results = await Promise.allSettled(descriptors.map((descriptor) => flush(descriptor)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
