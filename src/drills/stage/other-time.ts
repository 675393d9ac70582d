import { globSync, writeFileSync } from 'node:fs';
import type { Launch } from '../../demo/processes.ts';
import { DrillError } from './until.ts';

/**
 * The wall clock of one node's process, which can be set while it runs. libfaketime stands between the process and the
 * system's clock, in all its threads; steady time is left alone, as it is when a machine's clock is set.
 */
export class OtherTime {
  readonly #library: string;
  readonly #file: string;

  /** @param file where the offset stands @throws DrillError DRILL_NEEDS */
  constructor(file: string) {
    const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
    if (library === undefined) throw new DrillError({ code: 'DRILL_NEEDS', what: 'libfaketime', debian: 'faketime' });
    this.#library = library;
    this.#file = file;
    this.set(0);
  }

  get launch(): Launch {
    return {
      environment: {
        LD_PRELOAD: this.#library,
        FAKETIME_TIMESTAMP_FILE: this.#file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        NO_FAKE_STAT: '1',
      },
    };
  }

  /** Sets the clock ahead of the system's, or behind it. It jumps at once. */
  set(seconds: number): void {
    writeFileSync(this.#file, seconds < 0 ? `${seconds}\n` : `+${seconds}\n`);
  }
}
