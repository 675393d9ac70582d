const SCHEMES = ['http', 'https', 'hxxp', 'hxxps'];
/** Letters of a top-level domain, at least; `2.5` and `A.M` are no hosts. */
const TOP_LEVEL_LENGTH_MIN = 2;

/**
 * Where a web address that begins at `start` ends, or `start` where none begins. Hosts are ASCII here: Korean that is
 * glued to an address ends it. `text` is in lower case and `start` at the beginning of a word.
 */
export function addressEnd(text: string, start: number): number {
  const wordEnd = endOfWord(text, start);
  if (text.startsWith('://', wordEnd) && SCHEMES.includes(text.slice(start, wordEnd))) return endOfPath(text, wordEnd);
  if (!isHost(text, start, wordEnd)) return start;
  const next = text.charCodeAt(wordEnd);
  return next === SLASH || next === COLON || next === QUESTION || next === HASH ? endOfPath(text, wordEnd) : wordEnd;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const HASH = 0x23;

/** Where the word ends that begins at `start`: a word is what a host is written with. */
export function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length && isWordUnit(text.charCodeAt(end))) end++;
  return end;
}

/** Letters and digits of ASCII in lower case, dot and hyphen. */
export function isWordUnit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === DOT || unit === HYPHEN;
}

/** Labels with dots between, the last of letters: trailing dots end a sentence and no host. */
function isHost(text: string, start: number, wordEnd: number): boolean {
  let end = wordEnd;
  while (end > start && text.charCodeAt(end - 1) === DOT) end--;
  let letter = end;
  while (letter > start && isLetter(text.charCodeAt(letter - 1))) letter--;
  if (end - letter < TOP_LEVEL_LENGTH_MIN || letter - 2 < start) return false;
  return text.charCodeAt(letter - 1) === DOT && text.charCodeAt(letter - 2) !== DOT;
}

function isLetter(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

/** Visible ASCII, but for what closes a quotation or a bracket. */
function endOfPath(text: string, start: number): number {
  let end = start;
  while (end < text.length && isPathUnit(text.charCodeAt(end))) end++;
  return end;
}

const CLOSING = new Set(`"'<>()[]{}`.split('').map((closing) => closing.charCodeAt(0)));

function isPathUnit(unit: number): boolean {
  return unit > 0x20 && unit < 0x7f && !CLOSING.has(unit);
}
