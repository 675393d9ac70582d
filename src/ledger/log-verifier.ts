import { Fault, type Parsed } from '../base/fault.ts';
import { type KeyFault, KeyError } from './ed25519-key.ts';
import { type LogKey, parseLogKey } from './note-key.ts';
import type { TreeHead } from './verified-tiles.ts';

/** Verifies the checkpoints of one log: with one key, or with those that it had one after the other. */
export interface LogVerifier {
  /** The log's origin, which all its keys bear as their name. */
  readonly name: string;
  /** The keys that may sign the checkpoint of this size: two while one is exchanged for the next, or none. */
  at(size: number): readonly LogKey[];
  /** Those that could ever sign this size, where they were exchanged: `at` ends a key where governance ended it. */
  readonly everAt?: (size: number) => readonly LogKey[];
  /** Where this log had two histories, and others chose: what was signed of it up to this size counts only as this tree. */
  readonly settled?: TreeHead | undefined;
}

/** A key of a log, and the sizes whose checkpoints it may sign. */
export interface KeySpan {
  readonly vkey: string;
  readonly fromSize: number;
  /** The first size that it may sign no more; no end while undefined. */
  readonly toSize?: number;
  /** The root, in base64, that the tree has before `fromSize`, where that was settled. */
  readonly root?: string;
}

/** The verifier of a log whose key was exchanged. All keys bear one name. @param spans at least one */
export function logVerifierOf(spans: readonly KeySpan[]): Parsed<LogVerifier, KeyFault> {
  const keys: { span: KeySpan; key: LogKey }[] = [];
  for (const span of spans) {
    const key = parseLogKey(span.vkey);
    if (key instanceof Fault) return key;
    keys.push({ span, key });
  }
  const [first] = keys;
  if (first === undefined || keys.some(({ key }) => key.name !== first.key.name)) {
    return new KeyError({ code: 'KEY_MALFORMED', field: 'name' });
  }
  const at = (size: number): readonly LogKey[] => keys.filter(({ span }) => covers(span, size)).map(({ key }) => key);
  const everAt = (size: number): readonly LogKey[] =>
    keys.filter(({ span }, place) => couldSign(size, span, spans.slice(place + 1))).map(({ key }) => key);
  const last = spans.findLast(({ root }) => root !== undefined);
  const settled = last && { size: last.fromSize - 1, root: Buffer.from(last.root!, 'base64') };
  return { name: first.key.name, at, everAt, settled };
}

/** Whether what a checkpoint says is of a history that was given up. */
export function isOverruled({ size, root }: TreeHead, { settled }: LogVerifier): boolean {
  if (settled === undefined || size > settled.size) return false;
  return size < settled.size || !root.equals(settled.root);
}

/**
 * Verifies what was verified when it was taken, and is read again from the own disk: a key that was ended since had
 * signed it all the same. What was settled is another matter, and holds here too.
 */
export function asTaken(logKey: LogVerifier): LogVerifier {
  const { name } = logKey;
  return {
    name,
    at: (size) => logKey.everAt?.(size) ?? logKey.at(size),
    get settled() {
      return logKey.settled;
    },
  };
}

/** There is one empty tree: any key of the log may sign it, as who lost the others can begin no other. */
export function covers({ fromSize, toSize = Infinity }: Omit<KeySpan, 'vkey'>, size: number): boolean {
  return size === 0 || (size >= fromSize && size < toSize);
}

/** A key that is exchanged ends at a size, and it may have signed more before it heard of that; but nothing past what was settled. */
function couldSign(size: number, { fromSize }: KeySpan, later: readonly KeySpan[]): boolean {
  const isSettled = later.some((next) => next.root !== undefined && size >= next.fromSize);
  return size === 0 || (size >= fromSize && !isSettled);
}
