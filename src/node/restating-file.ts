import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import { writeDurably } from '../base/durable.ts';
import type { OlderCount } from './older-statements.ts';

/** In the data folder: how far the members are with stating anew, as this member's node sees it. */
const FILE = 'restating.json';

const Count = Type.Integer({ minimum: 0 });
const Seen = Type.Object({
  atMs: Type.Integer(),
  epoch: Count,
  members: Type.Record(
    Type.String(),
    Type.Object({
      size: Count,
      inForce: Type.Record(Type.String(), Count),
      undecided: Count,
      unreadable: Count,
      restatedBelow: Count,
    }),
  ),
});

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

/** What the node of this data folder saw last; nothing where it has not looked, or its file is not of this version. */
export async function readRestating(root: string): Promise<RestatingSeen | undefined> {
  try {
    const seen: unknown = JSON.parse(await readFile(join(root, FILE), 'utf8'));
    return Value.Check(Seen, seen) ? seen : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
