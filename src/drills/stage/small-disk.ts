import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrillError } from './until.ts';

/** The disk of one member, which can be filled. */
export interface SmallDisk {
  /** How it is filled, for the story. */
  readonly how: string;
  /** Takes the room away, but for so many pages. @param pid of the node that writes there */
  fill(pages: number, pid: number): void;
  free(pid: number): void;
  close(): void;
}

const DISK_SIZE = 64 * 1024 * 1024;
const PAGE_SIZE = 4096;

/** A disk of its own for a folder that is not there yet. @throws DrillError DRILL_NEEDS */
export function smallDisk(folder: string): SmallDisk {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE},mode=0700`, 'tmpfs', folder], { stdio: 'pipe' });
    return mountedDisk(folder);
  } catch {
    return limitedFiles();
  }
}

function mountedDisk(folder: string): SmallDisk {
  const ballast = join(folder, 'ballast');
  return {
    how: 'a small disk of its own',
    fill(pages) {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - pages * PAGE_SIZE)));
      } catch (cause) {
        // The node has taken the last of it meanwhile: it is full all the same.
        if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
      }
    },
    free: () => rmSync(ballast, { force: true }),
    close: () => void execFileSync('umount', ['-l', folder]),
  };
}

/** Without the right to mount: no file of the node may grow beyond so many pages, which it meets as a full disk. */
function limitedFiles(): SmallDisk {
  const limit = (pid: number, octets: number | 'unlimited'): void => {
    try {
      execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${octets}:unlimited`], { stdio: 'pipe' });
    } catch (cause) {
      throw new DrillError({ code: 'DRILL_NEEDS', what: 'mount as root, or prlimit', debian: 'util-linux' }, { cause });
    }
  };
  return {
    how: 'a limit on the size of files',
    fill: (pages, pid) => limit(pid, pages * PAGE_SIZE),
    free: (pid) => limit(pid, 'unlimited'),
    close: () => undefined,
  };
}
