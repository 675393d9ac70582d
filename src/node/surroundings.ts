import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import { type Fetch, PeerClient } from '../peers/peer-client.ts';
import type { NodeConfig } from './config.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { NodeGovernance } from './governance.ts';
import { readTagKey } from './keys.ts';
import { OwnKeys } from './own-keys.ts';
import { PeerIdentity } from './peer-identity.ts';
import type { Stops } from './stops.ts';

/** What every part of a node is started with. */
export interface Surroundings {
  readonly config: NodeConfig;
  readonly folder: DataFolder;
  readonly governance: NodeGovernance;
  /** As governance has them now, in the order of their numbers. */
  readonly members: readonly Member[];
  /** As governance had it when the node started. */
  readonly self: Member;
  readonly selfNumber: number;
  readonly ownKeys: OwnKeys;
  /** The consortium's tag key. */
  readonly pairingKey: Uint8Array;
  /** How other members are called. */
  readonly fetch: Fetch;
  readonly peers: PeerClient;
  /** What this member shows to the others. */
  readonly identity: PeerIdentity;
  readonly clock: Clock;
  readonly log: Log;
  readonly stops: Stops;
}

export type NodeFault = { code: 'NODE_NOT_A_MEMBER'; member: string; consortium: string };
export class NodeError extends Fault<NodeFault> {}

/** @throws NodeError, NodeGovernanceError, NodeKeysError and what is wrong with the keys or the governance log at hand */
export async function readSurroundings(
  config: NodeConfig,
  deps: Pick<Surroundings, 'clock' | 'log' | 'stops'>,
): Promise<Surroundings> {
  const folder = dataFolder(config.dataFolder);
  const { stops } = deps;
  const identity = await PeerIdentity.open(folder.keys);
  let governance: NodeGovernance | undefined;
  const peers = stops.add(
    new PeerClient({
      own: () => identity.current,
      peers: () => governance?.consortium.members ?? [],
      stores: config.follow.stores,
    }),
    (part) => part.close(),
  );
  const { fetch } = peers;
  governance = stops.add(
    await NodeGovernance.open(
      {
        folder,
        member: config.member,
        genesis: config.genesis ?? folder.genesis,
        from: [
          ...config.governanceFrom,
          ...config.follow.mirrors.map((url) => `${url.replace(/\/+$/, '')}/governance`),
        ],
        mirrors: config.follow.mirrors,
        pollIntervalMs: config.follow.pollIntervalMs,
      },
      { ...deps, fetch, fetchFirst: peers.fetchFromAnybody },
    ),
    (part) => part.close(),
  );
  const { consortium } = governance;
  const self = governance.member(config.member);
  if (self === undefined || self.status === 'removed') {
    throw new NodeError({ code: 'NODE_NOT_A_MEMBER', member: config.member, consortium: consortium.name });
  }
  const ownKeys = stops.add(await OwnKeys.open(folder, self.name, { governance, log: deps.log }), (part) =>
    part.close(),
  );
  const trust = governance;
  return {
    config,
    folder,
    governance: trust,
    get members() {
      return trust.consortium.members;
    },
    self,
    selfNumber: self.number,
    ownKeys,
    pairingKey: await readTagKey(consortium, self.name, folder.root),
    fetch,
    peers,
    identity,
    ...deps,
  };
}
