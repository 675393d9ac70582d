import { readFileSync } from 'node:fs';

/** A file of test/vectors/ledger, parsed. Its shape is the caller's word. */
export function ledgerVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/ledger/${name}`, import.meta.url), 'utf8')) as T;
}
