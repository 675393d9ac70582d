const WANTED = ['application/json', 'application/*', '*/*'];

/**
 * Whether an Accept header (RFC 9110 clause 12.5.1) lets us answer in JSON. The most specific range that fits decides,
 * and a weight of 0 refuses.
 */
export function acceptsJson(accept: string): boolean {
  const ranges = accept.split(',').map(readRange);
  const fitting = WANTED.map((wanted) => ranges.find(({ range }) => range === wanted)).find(
    (range) => range !== undefined,
  );
  return fitting !== undefined && fitting.weight > 0;
}

function readRange(text: string): { range: string; weight: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { range, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
}

/** Remembers the last header's verdict: a caller sends the same one each time. */
export class AcceptMemory {
  #accept = '*/*';
  #accepts = true;

  accepts(accept: string | undefined): boolean {
    if (accept === undefined || accept === '') return true;
    if (accept !== this.#accept) {
      this.#accepts = acceptsJson(accept);
      this.#accept = accept;
    }
    return this.#accepts;
  }
}
