/** Numbers that look random and are the same for the same seed. */
export class Chance {
  #state: number;

  /** @param seed a whole number from 0 */
  constructor(seed: number) {
    // Never 0, and far apart for seeds that are neighbours.
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
    for (let warmUp = 0; warmUp < 8; warmUp++) this.share();
  }

  /** From 0 to below 1: George Marsaglia's "Xorshift RNGs" (2003), with 32 bits. */
  share(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  /** One of these, each as likely. */
  oneOf<T>(values: readonly T[]): T {
    return values[Math.floor(this.share() * values.length)]!;
  }

  /** Log-normal with this median; `sigma` is that of the logarithm. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.share())) * Math.cos(2 * Math.PI * this.share());
    return median * Math.exp(sigma * normal);
  }
}
