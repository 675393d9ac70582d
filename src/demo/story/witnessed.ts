import { setTimeout as wait } from 'node:timers/promises';
import { orThrow } from '../../base/fault.ts';
import { parseCheckpoint } from '../../ledger/checkpoint.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../../ledger/layout.ts';
import { NOTE_SIZE_MAX, parseNote } from '../../ledger/note.ts';
import { openSource, type TileSource } from '../../ledger/tile-source.ts';
import { type Line, timed } from './narrator.ts';

const WAIT_MS_MAX = 10_000;
const ASK_INTERVAL_MS = 5;
/** The name of a member's witness key begins so. */
const WITNESS = /^witness\.([^.]+)\./;

/** Over the lines of this step, in every chapter. */
export const WITNESS_HEADING = 'A quorum of the other members has seen it, and signed that it did';

/** A member's log, where its node serves it. */
interface ServedLog {
  readonly member: string;
  readonly url: string;
}

/**
 * What a desk answered, with the time, and how long it took from the same moment until a quorum had cosigned the log with
 * what was stated in it.
 */
export async function timedAndWitnessed<T extends object>(
  work: Promise<T>,
  log: ServedLog,
  elapsedMs: () => number,
): Promise<T & { readonly afterMs: number; readonly witnessed: Line }> {
  const done = await timed(work, elapsedMs);
  return { ...done, witnessed: await untilWitnessed(log, elapsedMs) };
}

/** Waits until a quorum has cosigned a member's log as far as it is now. @returns who did, as a line of the story */
export async function untilWitnessed({ member, url }: ServedLog, elapsedMs: () => number): Promise<Line> {
  const log = openSource(`${url}/log`);
  const { size } = (await readSigned(log, CHECKPOINT_PATH))!;
  for (;;) {
    const witnessed = await readSigned(log, WITNESSED_PATH);
    const held = witnessed !== undefined && witnessed.size >= size;
    const afterMs = elapsedMs();
    if (held || afterMs > WAIT_MS_MAX) {
      const status = held ? 'witnessed' : 'unseen';
      const text = `${member}'s log up to entry ${size - 1}: signed by ${witnessed?.witnesses.join(', ') ?? 'nobody'}`;
      return { step: 'witness', member, gate: 'log', status, afterMs, held, text };
    }
    await wait(ASK_INTERVAL_MS);
  }
}

/** A checkpoint as it is served. Nothing is verified: this tells a story, and the nodes verify for themselves. */
async function readSigned(
  log: TileSource,
  path: string,
): Promise<{ readonly size: number; readonly witnesses: readonly string[] } | undefined> {
  const bytes = await log.read(path, NOTE_SIZE_MAX);
  if (bytes === undefined) return undefined;
  const { text, signatures } = orThrow(parseNote(bytes));
  const witnesses = signatures.flatMap(({ name }) => WITNESS.exec(name)?.[1] ?? []);
  return { size: orThrow(parseCheckpoint(text)).size, witnesses };
}
