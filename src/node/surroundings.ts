import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Member, readConsortium } from '../membership/consortium.ts';
import type { NodeConfig } from './config.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { readPairingKey } from './keys.ts';
import type { Stops } from './stops.ts';

/** What every part of a node is started with. */
export interface Surroundings {
  readonly config: NodeConfig;
  readonly folder: DataFolder;
  /** In the order of the consortium file: a member's place is its number. */
  readonly members: readonly Member[];
  readonly self: Member;
  readonly selfNumber: number;
  readonly pairingKey: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly stops: Stops;
}

export type NodeFault = { code: 'NODE_NOT_A_MEMBER'; member: string; consortium: string };
export class NodeError extends Fault<NodeFault> {}

/** @throws NodeError, ConsortiumError, NodeKeysError */
export async function readSurroundings(
  config: NodeConfig,
  deps: Pick<Surroundings, 'clock' | 'log' | 'stops'>,
): Promise<Surroundings> {
  const folder = dataFolder(config.dataFolder);
  const { members } = await readConsortium(config.consortium);
  const selfNumber = members.findIndex(({ name }) => name === config.member);
  const self = members[selfNumber];
  if (self === undefined) {
    throw new NodeError({ code: 'NODE_NOT_A_MEMBER', member: config.member, consortium: config.consortium });
  }
  return { config, folder, members, self, selfNumber, pairingKey: await readPairingKey(folder.pairingKey), ...deps };
}
