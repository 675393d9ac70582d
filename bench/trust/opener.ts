import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { orThrow } from '../../src/base/fault.ts';
import { decodeBundle, encodeBundle } from '../../src/ledger/bundle.ts';
import { encodeStatement, openStatement } from '../../src/statements/codec.ts';
import { EPOCH, sealedBlock } from './statements.ts';

/** What a thread is asked: to make a bundle of sealed statements, or to open one. `at` is handed back with the answer. */
export type OpenerTask = { at: number } & (
  | { seal: { issuer: string; from: number; count: number } }
  | { open: Uint8Array<ArrayBuffer> }
);

/** Made or opened statements, as a bundle; opened ones are plain entries, which standing folds as they are. */
export interface OpenerAnswer {
  readonly at: number;
  readonly bundle: Uint8Array<ArrayBuffer>;
}

assert(parentPort !== null);
const port = parentPort;
port.on('message', (task: OpenerTask) => {
  // A copy, so that its memory can change hands.
  const bundle = Uint8Array.from('seal' in task ? sealedBundle(task.seal) : openedBundle(task.open));
  port.postMessage({ at: task.at, bundle } satisfies OpenerAnswer, [bundle.buffer]);
});

function sealedBundle({ issuer, from, count }: { issuer: string; from: number; count: number }): Buffer {
  return encodeBundle(Array.from({ length: count }, (_, place) => sealedBlock(issuer, from + place)));
}

function openedBundle(sealed: Uint8Array<ArrayBuffer>): Buffer {
  const entries = orThrow(decodeBundle(Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)));
  return encodeBundle(
    entries.map((entry) => {
      const { statement, ...envelope } = openStatement(entry, () => EPOCH.key);
      assert(statement !== undefined);
      return encodeStatement(envelope, statement);
    }),
  );
}
