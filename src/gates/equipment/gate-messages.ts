import type { LineBindingsMemory } from '../../standing/line-bindings.ts';
import type { MemoryChange, StandingMemory } from '../../standing/memory.ts';
import type { FromGateThread } from '../gate-thread.ts';
import type { EquipmentGateConfig } from './config.ts';
import type { PolicyMember } from './policy.ts';

/** Where a gate can be reached. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

/** What of a node's gates is open. */
export interface GateAddresses {
  readonly s13?: ListeningAddress;
  readonly s13Tls?: ListeningAddress;
  readonly n5gEir?: ListeningAddress;
}

/** What a thread is started with. Everything in it can be cloned; the memory is shared. */
export interface GateThreadData {
  readonly thread: number;
  readonly config: EquipmentGateConfig;
  readonly members: readonly PolicyMember[];
  readonly ownMember: number;
  readonly pairingKey: Uint8Array;
  readonly recordsFolder: string;
  readonly memory: StandingMemory;
  readonly bindings?: LineBindingsMemory;
  readonly counters: SharedArrayBuffer;
}

export type ToThread =
  | { kind: 'memory'; change: MemoryChange }
  | { kind: 'bindings'; memory: LineBindingsMemory }
  | { kind: 'stop' };

export type FromThread = FromGateThread<GateAddresses>;
