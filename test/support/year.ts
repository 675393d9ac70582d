import { systemClock } from '../../src/base/clock.ts';

/** The year that a node on the real clock puts into the numbers it gives out. */
export const YEAR = new Date(systemClock.nowMs()).getUTCFullYear();
