import Value from 'typebox/value';
import type { Clock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { Decisions } from '../desks/decisions/decision.ts';
import type { LineKeeper } from '../desks/lines/line-keeper.ts';
import { DeviceDesk } from '../desks/devices/desk.ts';
import { type GateName, GATES } from '../gates/equipment/answer.ts';
import { EquipmentPolicy } from '../gates/equipment/config.ts';
import { createExplainer } from '../gates/equipment/explainer.ts';
import { EquipmentGate } from '../gates/equipment/gate.ts';
import type { ListeningAddress } from '../gates/equipment/gate-messages.ts';
import type { Role } from '../governance/consortium.ts';
import type { MemberView, StandingDigest } from '../portals/dependencies.ts';
import { createMemberApi } from '../portals/member-api.ts';
import { RefusedRequests } from '../portals/refused-requests.ts';
import { ensureSupervisorToken } from '../portals/tokens.ts';
import type { PublisherState } from '../publishing/publisher.ts';
import { readRecords } from '../records/record-reader.ts';
import type { Store } from '../store/store.ts';
import type { NodeConfig } from './config.ts';
import type { Epochs } from './epochs.ts';
import { healthOf, type LogHealth } from './health.ts';
import { type NodeLogs, openLogs } from './logs.ts';
import { openLines } from './line-desk.ts';
import { createMetrics } from './metrics.ts';
import { openNodeStore } from './node-store.ts';
import { namedAsNow } from './older-statements.ts';
import { type Restating, startRestating } from './restating.ts';
import { Stops } from './stops.ts';
import { GOVERNANCE_LOG, NodeAccusations } from './accusations.ts';
import type { Followers } from './followers.ts';
import { compareViews, type MemberRoutes, openWitness } from './witnessing.ts';
import { startPublishing } from './publishing.ts';
import { keepCallersCertificate, openPeerListener, requireCertificate } from './peers.ts';
import { ownStatements } from './own-statements.ts';
import type { NodeParts, NodeSystem } from './system.ts';
import { startSystems } from './systems.ts';
import { readSurroundings, type Surroundings } from './surroundings.ts';

/** Where a node can be reached, by what answers there. `api` is always among them. */
export interface NodeAddresses {
  readonly api: string;
  readonly s13?: string;
  readonly s13Tls?: string;
  readonly n5gEir?: string;
  readonly [name: string]: string | undefined;
}

/** What the API explains where a member has no gate of its own. */
const DEFAULT_POLICY = Value.Default(EquipmentPolicy, {}) as EquipmentPolicy;

/** One member's node: its log, the others' logs, standing, the desk, the gates and the API. */
export class MemberNode {
  readonly addresses: NodeAddresses;
  readonly #stops: Stops;
  readonly #log: Log;

  private constructor(addresses: NodeAddresses, stops: Stops, log: Log) {
    this.addresses = addresses;
    this.#stops = stops;
    this.#log = log;
  }

  /** @throws NodeError, FolderLockError FOLDER_IN_USE, and the faults of each part */
  static async start(config: NodeConfig, deps: { clock: Clock; log: Log }): Promise<MemberNode> {
    const stops = new Stops();
    try {
      return new MemberNode(await startParts(config, { ...deps, stops }), stops, deps.log);
    } catch (error) {
      await stops.run(deps.log);
      throw error;
    }
  }

  /** Stops every part: gates tell their peers, appends in hand are finished. */
  stop(): Promise<void> {
    return this.#stops.run(this.#log);
  }
}

/** Nobody is answered before standing is level with everything on disk. */
async function startParts(
  config: NodeConfig,
  deps: Pick<Surroundings, 'clock' | 'log' | 'stops'>,
): Promise<NodeAddresses> {
  const surroundings = await readSurroundings(config, deps);
  deps.stops.add(lockFolder(surroundings.folder.root), (lock) => lock.release());
  requireCertificate(surroundings);
  const { governance } = surroundings;
  let followers: Followers | undefined;
  const accusations = new NodeAccusations(surroundings, () => followers);
  const witness = await openWitness(surroundings, { followers: () => followers, accusations });
  await accusations.askAll();
  const logs = await openLogs(surroundings, {
    onEquivocation: (member, proof) => accusations.passOn(member, proof),
  });
  followers = logs.followers;
  const { store, decisions } = await openDecisions(surroundings, logs);
  const lines = await openLines(surroundings, store);
  const gate = await openGate(surroundings, logs, lines);
  const parts = { surroundings, logs, store, decisions, lines };
  const desk = openDeviceDesk(parts);
  const restating = startRestating(surroundings, logs);
  const systems: NodeSystem[] = [...(await startSystems(parts)), peopleSide(config, witness), restating];
  const published = await startPublishing(surroundings, logs);
  const api = await openApi(parts, { gate, desk, systems, restating, published, accusations });
  const peers = await openPeerListener(surroundings, {
    routes: [...witness.closed, ...witness.open],
    subscribe: (listener) => subscribeTo(logs, listener),
  });
  keepCallersCertificate(surroundings);
  await governance.start({ onEquivocation: (proof) => accusations.passOn(GOVERNANCE_LOG, proof) });
  compareViews(surroundings, { followers, accusations });
  const added = systems.map(({ addresses }) => addresses ?? {});
  return Object.assign({ api, ...(peers && { peers }) }, gateAddresses(gate), ...added) as NodeAddresses;
}

/** What of the members' routes stands on the people's port: all of it where members have no listener of their own. */
function peopleSide({ peers }: NodeConfig, { closed, open }: MemberRoutes): NodeSystem {
  if (peers === undefined) return { publicRoutes: [...closed, ...open] };
  return { publicRoutes: peers.openLog ? open : [] };
}

async function openGate(
  surroundings: Surroundings,
  { keeper }: NodeLogs,
  lines: LineKeeper | undefined,
): Promise<EquipmentGate | undefined> {
  const { config, folder, members, selfNumber, pairingKey, clock, log, stops } = surroundings;
  const { equipment } = config.gates;
  if (equipment === undefined) return undefined;
  const gate = await EquipmentGate.start(
    { config: equipment, members, memberNumber: selfNumber, pairingKey, recordsFolder: folder.records },
    { standing: keeper.standing, bindings: lines?.bindings, clock, log },
  );
  return stops.add(gate, (part) => part.stop());
}

async function openDecisions(
  { config, folder, self, clock, log, stops }: Surroundings,
  { sharedLog, ownLog, epochs, keeper }: NodeLogs,
): Promise<{ store: Store; decisions: Decisions }> {
  const store = stops.add(await openNodeStore(config, { log }), (part) => part.close());
  const logs = { shared: sharedLog, own: ownLog };
  const encode: Epochs['seal'] = (envelope, statement) =>
    epochs.seal(envelope, namedAsNow(statement, { member: self.name, standing: keeper.standing }));
  const decisions = stops.add(
    new Decisions({ member: self.name, lookUpLimits: config.desks.lookUps }, { store, logs, clock, log, encode }),
    (part) => part.close(),
  );
  const finished = await decisions.resume();
  if (finished > 0) log.info({ finished }, 'decisions of the last run were carried into the log');
  await ensureSupervisorToken(folder.tokens, { store, clock });
  return { store, decisions };
}

function openDeviceDesk(parts: NodeParts): DeviceDesk {
  const { surroundings, logs, decisions } = parts;
  const { governance, self, pairingKey, clock } = surroundings;
  return new DeviceDesk(
    { member: self.name, roles: () => governance.member(self.name)!.roles, pairingKey },
    {
      decisions,
      clock,
      readEntry: logs.readEntry,
      ...ownStatements(parts),
      level: () => logs.keeper.level(),
    },
  );
}

async function openApi(
  { surroundings, logs, store, decisions, lines }: NodeParts,
  {
    gate,
    desk,
    systems,
    restating,
    published,
    accusations,
  }: {
    gate: EquipmentGate | undefined;
    desk: DeviceDesk;
    systems: readonly NodeSystem[];
    restating: Restating;
    published: () => readonly PublisherState[];
    accusations: NodeAccusations;
  },
): Promise<string> {
  const { sharedLog, cosigning, epochs, followers, keeper, governed, readEntry } = logs;
  const { config, folder, governance, members, self, selfNumber, pairingKey, clock, log, stops } = surroundings;
  const health = () =>
    healthOf({
      governance,
      self: self.name,
      sharedLog,
      cosigning,
      followers,
      standing: keeper.standing,
      governed,
      gate,
      restating,
      epochs,
      published,
      accusations,
      clock,
    });
  const refused = new RefusedRequests();
  const metrics = createMetrics({ health, keeper, gate, refused: () => refused.counts });
  for (const { registerMetrics } of systems) registerMetrics?.(metrics);
  const sessions = systems.find((system) => system.sessions !== undefined)?.sessions;
  const explainer = createExplainer(
    { policy: config.gates.equipment?.policy ?? DEFAULT_POLICY, members, memberNumber: selfNumber, pairingKey },
    { standing: keeper.standing.openReader(), ...(lines && { bindings: lines.bindings.openReader() }), clock },
  );
  keeper.standing.onMemoryChanged((change) => explainer.accept(change));
  const api = await createMemberApi(
    {
      member: self.name,
      gates: GATES,
      logFolder: folder.log,
      mirrorsFolder: folder.mirrors,
      openLog: config.peers?.openLog ?? true,
      openHints: config.peers === undefined,
      trustedProxies: config.api.trustedProxies,
      routes: systems.flatMap(({ routes = [] }) => routes),
      publicRoutes: systems.flatMap(({ publicRoutes = [] }) => publicRoutes),
    },
    {
      desk,
      decisions,
      store,
      clock,
      log,
      readEntry,
      isReleaseWaiting: (member, index) => keeper.standing.held.isReleaseWaiting(member, index),
      missingEpoch: () => logs.epochs.missing,
      explain: (name, key, imsi) => explainer.explain(name as GateName, key, imsi),
      readRefusals: (query) => readRecords({ folder: folder.records, ...query }),
      ...(sessions !== undefined && { sessions }),
      refused,
      members: () => health().logs.map((log) => memberView(log, governance.member(log.name)!.roles)),
      subscribe: (listener) => subscribeTo(logs, listener),
      standingDigest: () => standingDigest(logs),
      health: () => ({ ...health() }),
      metrics: () => metrics.metrics(),
    },
  );
  stops.add(api, (part) => part.close());
  const { host, port } = config.api;
  return api.listen({ host, port });
}

/** Hints go out when the log has grown, and again when witnesses have seen it. */
function subscribeTo({ sharedLog, cosigning }: NodeLogs, listener: (size: number) => void): () => void {
  const stops = [
    sharedLog.sequencer.onPublished(({ size }) => listener(size)),
    cosigning.onWitnessed(({ size }) => listener(size)),
  ];
  return () => stops.forEach((stop) => stop());
}

/** All at one moment: nothing is folded between them. */
function standingDigest({ keeper: { standing }, governed }: NodeLogs): StandingDigest {
  const logs = standing.members.map(({ name }) => ({
    member: name,
    size: standing.foldedSize(name),
    settledSize: standing.settledSize(name),
  }));
  return { governance: governed.size, logs, sha256: standing.digest() };
}

function gateAddresses(gate: EquipmentGate | undefined): Record<string, string> {
  const { s13, s13Tls, n5gEir } = gate?.addresses ?? {};
  return {
    ...(s13 && { s13: addressText(s13) }),
    ...(s13Tls && { s13Tls: addressText(s13Tls) }),
    ...(n5gEir && { n5gEir: addressText(n5gEir) }),
  };
}

function addressText({ host, port }: ListeningAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function memberView({ name, size, verifiedAtMs, fault }: LogHealth, roles: readonly Role[]): MemberView {
  return {
    name,
    roles,
    size,
    ...(verifiedAtMs !== undefined && { verifiedAtMs }),
    ...(fault !== undefined && { faultCode: fault }),
  };
}
