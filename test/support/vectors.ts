import { readFileSync } from 'node:fs';

/** A file of test/vectors/ledger, parsed. What it holds is for the caller to say. */
export function ledgerVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/ledger/${name}`, import.meta.url), 'utf8'));
}
