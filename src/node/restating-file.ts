import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import type { OlderCount } from './older-statements.ts';

/** In the data folder: how far the members are with stating anew, as this member's node sees it. */
const FILE = 'restating.json';

export interface RestatingSeen {
  /** When the node looked, in ms since 1970. */
  readonly atMs: number;
  /** The epoch that was the newest then. */
  readonly epoch: number;
  readonly members: Readonly<Record<string, OlderCount>>;
}

export function writeRestating(root: string, seen: RestatingSeen): Promise<void> {
  return writeDurably(join(root, FILE), `${JSON.stringify(seen)}\n`);
}

/** What the node of this data folder saw last; nothing where it has not looked. It is this member's own word. */
export async function readRestating(root: string): Promise<RestatingSeen | undefined> {
  try {
    return JSON.parse(await readFile(join(root, FILE), 'utf8')) as RestatingSeen;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
