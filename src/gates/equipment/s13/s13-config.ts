import type { EquipmentGateConfig } from '../config.ts';

/** The S13 part of a node's configuration. */
export type S13Config = NonNullable<EquipmentGateConfig['s13']>;
