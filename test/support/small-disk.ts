import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder, whenOver } from './ledger.ts';

const DISK_SIZE = 4 * 1024 * 1024;
const PAGE_SIZE = 4096;

/** A disk of its own, small enough to be filled. @returns undefined, with the test skipped, where none can be had */
export function smallDisk(t: TestContext): string | undefined {
  const folder = temporaryFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    assert.notEqual(process.env['CI'], 'true', `no small disk can be mounted: ${String(error)}`);
    t.skip('mounting a small disk needs root on Linux');
    return undefined;
  }
  whenOver(t, () => void execFileSync('umount', ['-l', folder]));
  return folder;
}

/** Leaves so many pages free. @returns how to free the rest again */
export function fill(disk: string, pages: number): () => void {
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - pages * PAGE_SIZE)));
  return () => rmSync(ballast);
}
