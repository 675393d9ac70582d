import { BOOTSTRAP } from './bootstrap.ts';
import { CLOCK } from './clock.ts';
import { DISK_FULL } from './disk-full.ts';
import type { Drill } from './drill.ts';
import { GARBAGE } from './garbage.ts';
import { KILL } from './kill.ts';
import { PARTITION } from './partition.ts';
import { ROLLBACK } from './rollback.ts';
import { SPLIT_VIEW } from './split-view.ts';
import { SLOW } from './slow.ts';
import { STOLEN_KEY } from './stolen-key.ts';

/** Every drill, in the order in which they are listed and played. */
export const DRILLS: readonly Drill[] = [
  KILL,
  PARTITION,
  STOLEN_KEY,
  SPLIT_VIEW,
  ROLLBACK,
  GARBAGE,
  SLOW,
  DISK_FULL,
  CLOCK,
  BOOTSTRAP,
];
