/** Goes round a list that may change meanwhile, a few at a time: whoever is in it has its turn. */
export class Turns {
  #taken = 0;

  /** The next ones, none of them twice. */
  next<T>(all: readonly T[], countMax: number): T[] {
    return Array.from({ length: Math.min(all.length, countMax) }, () => all[this.#taken++ % all.length]!);
  }
}
