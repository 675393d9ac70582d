import type { PassedText } from '../../records/passed-text.ts';

/** Texts that are told together, and how long the first waits for others. */
const BATCH_MAX = 1_000;
const BATCH_MS_MAX = 100;
/** Batches on their way to the main thread that it has not taken yet. What comes beyond is dropped and counted. */
export const BATCHES_OPEN_MAX = 64;

export interface PassedTextsParts {
  readonly post: (texts: readonly PassedText[]) => void;
  readonly count: (event: 'told' | 'dropped', texts: number) => void;
}

/** Gathers passing texts for those who look for campaigns. No text waits for it. */
export class PassedTexts {
  readonly #parts: PassedTextsParts;
  #gathered: PassedText[] = [];
  #timer: NodeJS.Timeout | undefined;
  #open = 0;

  constructor(parts: PassedTextsParts) {
    this.#parts = parts;
  }

  add(text: PassedText): void {
    this.#gathered.push(text);
    if (this.#gathered.length >= BATCH_MAX) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS_MAX);
  }

  /** To be called when the main thread took a batch. */
  taken(): void {
    this.#open -= 1;
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const texts = this.#gathered;
    if (texts.length === 0) return;
    this.#gathered = [];
    if (this.#open >= BATCHES_OPEN_MAX) {
      this.#parts.count('dropped', texts.length);
      return;
    }
    this.#open += 1;
    this.#parts.count('told', texts.length);
    this.#parts.post(texts);
  }
}
