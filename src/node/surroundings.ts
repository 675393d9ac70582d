import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import { type PeerCertificate, readPeerCertificate } from '../peers/certificate.ts';
import { type Fetch, PeerClient } from '../peers/peer-client.ts';
import type { NodeConfig } from './config.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { NodeGovernance } from './governance.ts';
import { readPairingKey } from './keys.ts';
import { adoptNextKeys } from './member-keys.ts';
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
  readonly pairingKey: Uint8Array;
  /** How other members are called. */
  readonly fetch: Fetch;
  /** What this member shows to the others; undefined where it speaks plain HTTP. */
  readonly certificate: PeerCertificate | undefined;
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
  const certificate = await readCertificate(folder);
  let governance: NodeGovernance | undefined;
  const peers = stops.add(
    new PeerClient({ own: () => certificate, peers: () => governance?.consortium.members ?? [] }),
    (part) => part.close(),
  );
  const { fetch } = peers;
  governance = stops.add(
    await NodeGovernance.open(
      {
        folder,
        member: config.member,
        genesis: config.genesis ?? folder.genesis,
        from: config.governanceFrom,
        pollIntervalMs: config.follow.pollIntervalMs,
      },
      { ...deps, fetch },
    ),
    (part) => part.close(),
  );
  const { consortium } = governance;
  const self = governance.member(config.member);
  if (self === undefined || self.status === 'removed') {
    throw new NodeError({ code: 'NODE_NOT_A_MEMBER', member: config.member, consortium: consortium.name });
  }
  await adoptNextKeys(folder.root, self, consortium.ownLogKeys.get(self.name)!);
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
    pairingKey: await readPairingKey(folder.pairingKey),
    fetch,
    certificate,
    ...deps,
  };
}

async function readCertificate({ keys }: DataFolder): Promise<PeerCertificate | undefined> {
  const files = { certificateFile: join(keys, 'tls.pem'), keyFile: join(keys, 'tls.key') };
  return existsSync(files.certificateFile) ? readPeerCertificate(files) : undefined;
}
