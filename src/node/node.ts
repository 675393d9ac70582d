import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { DeviceDesk } from '../desks/devices/desk.ts';
import { createExplainer } from '../gates/equipment/explainer.ts';
import { EquipmentGate } from '../gates/equipment/gate.ts';
import type { ListeningAddress } from '../gates/equipment/gate-messages.ts';
import { type Consortium, type Member, readConsortium } from '../membership/consortium.ts';
import { createMemberApi, type MemberApi } from '../portals/member-api.ts';
import { ensureSupervisorToken } from '../portals/tokens.ts';
import { readRecords } from '../records/record-reader.ts';
import { openStore, type Store } from '../store/store.ts';
import type { NodeConfig } from './config.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { Followers } from './followers.ts';
import { type Health, healthOf } from './health.ts';
import { readPairingKey } from './keys.ts';
import { createMetrics } from './metrics.ts';
import { OwnLog } from './own-log.ts';
import { StandingKeeper } from './standing-keeper.ts';

/** Where a node can be reached. */
export interface NodeAddresses {
  readonly api: string;
  readonly s13?: string;
  readonly s13Tls?: string;
  readonly n5gEir?: string;
}

export type NodeFault = { code: 'NODE_NOT_A_MEMBER'; member: string; consortium: string };
export class NodeError extends Fault<NodeFault> {}

/** One member's node: its log, the others' logs, standing, the desk, the gates and the API, composed. */
export class MemberNode {
  readonly addresses: NodeAddresses;
  readonly #stops: readonly (() => void | Promise<void>)[];

  private constructor(addresses: NodeAddresses, stops: readonly (() => void | Promise<void>)[]) {
    this.addresses = addresses;
    this.#stops = stops;
  }

  /**
   * Starts a node. What is started is stopped again when a later part cannot start.
   * @throws NodeError, FolderLockError FOLDER_IN_USE, and the faults of each part
   */
  static async start(config: NodeConfig, { clock, log }: { clock: Clock; log: Log }): Promise<MemberNode> {
    const stops: (() => void | Promise<void>)[] = [];
    const stopLater = <T>(part: T, stop: (part: T) => void | Promise<void>): T => {
      stops.unshift(() => stop(part));
      return part;
    };
    try {
      const addresses = await startParts(config, { clock, log, stopLater });
      return new MemberNode(addresses, stops);
    } catch (error) {
      await stopAll(stops);
      throw error;
    }
  }

  /** Stops every part, the last started first: gates tell their peers, appends in hand are finished. */
  async stop(): Promise<void> {
    await stopAll(this.#stops);
  }
}
