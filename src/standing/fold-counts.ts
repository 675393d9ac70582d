import type { FoldOutcome } from './fold.ts';

export function noCounts(): Record<FoldOutcome, number> {
  return {
    stated: 0,
    quarantined: 0,
    waiting: 0,
    ended: 0,
    ahead: 0,
    anchored: 0,
    broken: 0,
    ineffective: 0,
    overLimit: 0,
    unknown: 0,
    sealed: 0,
    malformed: 0,
    foreign: 0,
  };
}
