import { Fault } from '../base/fault.ts';
import type { Origin } from './origin.ts';

/** The file itself cannot be had, and no run will have it: the files after it do not wait. */
const OF_THE_FILE = ['EXCHANGE_SERVER_REFUSED', 'EXCHANGE_FILE_TOO_LARGE'];
/** The connection broke at it, which may be chance: the files after it wait for one more run. */
const OF_THE_CONNECTION = ['EXCHANGE_TRANSFER_FAILED', 'EXCHANGE_UNREACHABLE'];

/** What is to be done about a file that could not be fetched. */
export interface Unfetched {
  readonly code: string;
  /** It did not fail so at the run before, or it is another file by now. */
  readonly isNews: boolean;
  /** The files after it are fetched without it. Otherwise they wait, as they may build on it. */
  readonly isPassedOver: boolean;
}

/** Which files could not be fetched at the last look at each folder, and why. */
export class UnfetchedFiles {
  readonly #folders = new Map<string, ReadonlyMap<string, string>>();

  /** Begins another look at a folder: what is not said anew is forgotten. */
  look(folder: string): { failed(file: Pick<Origin, 'name' | 'remote'>, cause: unknown): Unfetched } {
    const before = this.#folders.get(folder);
    const now = new Map<string, string>();
    this.#folders.set(folder, now);
    return {
      failed({ name, remote }, cause) {
        const code = cause instanceof Fault ? (cause as Fault).facts.code : 'INTERNAL';
        const said = `${remote} ${code}`;
        now.set(name, said);
        const isNews = before?.get(name) !== said;
        const isPassedOver = OF_THE_FILE.includes(code) || (OF_THE_CONNECTION.includes(code) && !isNews);
        return { code, isNews, isPassedOver };
      },
    };
  }
}
