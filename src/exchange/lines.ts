import { createReadStream } from 'node:fs';

/** Octets of one line. No record of a list comes near it. */
export const LINE_SIZE_MAX = 1_024;
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UNPRINTABLE_ASCII = /[^\x20-\x7e\t]/;
const UNPRINTABLE = /(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** One line of a list, without its end. `text` is undefined where it cannot be read, and `fault` says why. */
export interface Line {
  /** From 1. */
  readonly line: number;
  readonly text: string | undefined;
  readonly fault?: 'LIST_CHARACTERS' | 'LIST_VALUE_WRONG';
}

export type Charset = 'ascii' | 'utf-8';

/** The lines of a file, as many at a time as one piece of it holds; blank ones are left out, and counted. */
export async function* readLines(path: string, charset: Charset): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(charset);
  for await (const chunk of createReadStream(path)) yield splitter.push(chunk as Buffer);
  yield splitter.end();
}

/** Cuts octets into lines that end with LF or CR LF. It holds no more of a line than a line may have. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #isUnprintable: RegExp;
  #held: Buffer = Buffer.alloc(0);
  #isTooLong = false;
  #line = 0;

  constructor(charset: Charset) {
    this.#isUnprintable = charset === 'ascii' ? UNPRINTABLE_ASCII : UNPRINTABLE;
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#hold(chunk.subarray(start, end));
      this.#finish(lines);
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
    return lines;
  }

  /** The last line, where nothing ends it. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#held.length > 0 || this.#isTooLong) this.#finish(lines);
    return lines;
  }

  #hold(part: Buffer): void {
    if (this.#isTooLong || part.length === 0) return;
    if (this.#held.length + part.length > LINE_SIZE_MAX + 1) {
      this.#isTooLong = true;
      this.#held = Buffer.alloc(0);
      return;
    }
    // A whole line in one piece is not copied: it is read before the piece is given back.
    this.#held = this.#held.length === 0 ? part : Buffer.concat([this.#held, part]);
  }

  #finish(lines: Line[]): void {
    const line = ++this.#line;
    const text = this.#isTooLong ? undefined : this.#read(this.#held);
    if (this.#isTooLong) lines.push({ line, text: undefined, fault: 'LIST_VALUE_WRONG' });
    else if (text === undefined) lines.push({ line, text, fault: 'LIST_CHARACTERS' });
    else if (text.length > LINE_SIZE_MAX) lines.push({ line, text: undefined, fault: 'LIST_VALUE_WRONG' });
    else if (text.trim() !== '') lines.push({ line, text });
    this.#held = Buffer.alloc(0);
    this.#isTooLong = false;
  }

  #read(octets: Buffer): string | undefined {
    let bytes = octets.at(-1) === CR ? octets.subarray(0, -1) : octets;
    if (this.#line === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    try {
      const text = this.#decoder.decode(bytes);
      return this.#isUnprintable.test(text) ? undefined : text;
    } catch {
      return undefined;
    }
  }
}
