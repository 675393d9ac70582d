import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { type LaidOutMember, layOutConsortium, type NodeFile } from '../../demo/lay-out.ts';
import { type NetworkElement, openElements } from '../../demo/network-element.ts';
import { type Launch, type RunningNode, spawnNode } from '../../demo/processes.ts';
import type { NodeAddresses } from '../../node/node.ts';
import { type ConsortiumOptions, drillConsortium } from './consortium.ts';
import { DrillDesk } from './desk.ts';
import { untilLevel } from './level.ts';
import { Uplink } from './uplink.ts';

export interface StageOptions extends ConsortiumOptions {
  readonly folder: string;
  /** Gives every node a way out of its own, which the drill can cut and spoil. */
  readonly hasUplinks?: boolean;
}

/** A member of the stage, with its node's process if it has one. */
interface Player extends LaidOutMember {
  readonly desk: DrillDesk;
  readonly uplink: Uplink | undefined;
  life?: Life;
}

/** One run of a node. */
interface Life {
  readonly process: ChildProcess;
  readonly ready: Promise<NodeAddresses>;
  readonly isAsked: { end: boolean };
  /** Where what it says begins, in octets of all that the node has said. */
  readonly saidFrom: number;
}

const STOP_MS_MAX = 10_000;

/** Where a drill is played: the members, each a node of its own that can be started, stopped, killed and paused. */
export class Stage {
  readonly #players: ReadonlyMap<string, Player>;
  readonly #folder: string;
  readonly #founders: readonly string[];
  readonly #endings: string[] = [];
  readonly #clock: Clock;

  private constructor(
    players: readonly Player[],
    { founders, folder, clock }: { founders: readonly string[]; folder: string; clock: Clock },
  ) {
    this.#players = new Map(players.map((player) => [player.name, player]));
    this.#founders = founders;
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Lays out keys and configurations. No node runs yet. */
  static async layOut(
    { folder, hasUplinks = false, ...consortium }: StageOptions,
    { clock }: { clock: Clock },
  ): Promise<Stage> {
    const place = join(folder, 'members');
    const founders = await layOutConsortium(drillConsortium(consortium), place, { clock, log: silentLog });
    const newcomers = (consortium.newcomers ?? []).map((name) => newcomerAt(place, name));
    const members = [...founders, ...(await Promise.all(newcomers))];
    await mkdir(join(folder, 'lines'), { recursive: true });
    const players = await Promise.all(
      members.map(async (member): Promise<Player> => {
        const { name, folder, node } = member;
        const url = `http://${node.api.host}:${node.api.port}`;
        const uplink = hasUplinks ? await Uplink.open() : undefined;
        return { ...member, desk: new DrillDesk({ member: name, url, folder }), uplink };
      }),
    );
    return new Stage(players, { founders: founders.map(({ name }) => name), folder, clock });
  }

  get names(): readonly string[] {
    return [...this.#players.keys()];
  }

  /** Those whose node runs. */
  get awake(): readonly string[] {
    return this.names.filter((name) => this.#player(name).life !== undefined);
  }

  /** Nodes that ended though nobody had asked them to, with what they said. */
  get endings(): readonly string[] {
    return this.#endings;
  }

  desk(name: string): DrillDesk {
    return this.#player(name).desk;
  }

  /** The data folder of a member. */
  folder(name: string): string {
    return this.#player(name).folder;
  }

  /** The process of a member's node, for what the system knows of it. */
  pid(name: string): number {
    return this.#life(name).process.pid!;
  }

  /** What a member asks others for goes through here. */
  uplink(name: string): Uplink {
    const { uplink } = this.#player(name);
    assert(uplink !== undefined, 'the stage has uplinks');
    return uplink;
  }

  /** Host and port of a member's API, as its uplinks and its peers know it. */
  authority(name: string): string {
    const { host, port } = this.#player(name).node.api;
    return `${host}:${port}`;
  }

  /** Changes the configuration with which a node starts the next time. */
  async configure(name: string, change: Partial<NodeFile>): Promise<void> {
    const { node, configFile } = this.#player(name);
    await writeFile(configFile, JSON.stringify({ ...node, ...change }));
  }

  /** Starts a node, and waits for nothing. */
  spawn(name: string, launch: Launch = {}): void {
    const player = this.#player(name);
    assert(player.life === undefined, 'a member has one node');
    const lines = openSync(this.#linesFile(name), 'a');
    const saidFrom = fstatSync(lines).size;
    const environment = { ...player.uplink?.environment, ...launch.environment };
    const { process: child, ready } = spawnNode(player, { ...launch, environment, errors: lines });
    closeSync(lines);
    ready.catch(() => undefined);
    const isAsked = { end: false };
    player.life = { process: child, ready, isAsked, saidFrom };
    child.once('exit', (code) => {
      delete player.life;
      if (!isAsked.end) this.#endings.push(`${name} ended by itself with ${code}`);
    });
  }

  /** @throws DemoError DEMO_NODE_ENDED where it cannot start */
  async start(name: string, launch: Launch = {}): Promise<void> {
    this.spawn(name, launch);
    await this.ready(name);
  }

  /** Starts every founder's node, and waits until all know each other's logs. */
  async startAll(launchOf: (name: string) => Launch = () => ({})): Promise<void> {
    await Promise.all(this.#founders.map((name) => this.start(name, launchOf(name))));
    await untilLevel(this, { clock: this.#clock });
  }

  /** Settles when the node that was started says that it is ready. @throws DemoError DEMO_NODE_ENDED, told why before */
  async ready(name: string): Promise<NodeAddresses> {
    const { ready, saidFrom, isAsked } = this.#life(name);
    return ready.catch(async (cause: unknown) => {
      // One that the drill itself has ended has nothing to explain.
      if (!isAsked.end) process.stderr.write(await this.#saidSince(name, saidFrom));
      throw cause;
    });
  }

  /** Starts a node that must refuse to start. @returns the code it gave, or undefined where it started all the same */
  async refusal(name: string): Promise<string | undefined> {
    this.spawn(name);
    const life = this.#life(name);
    life.isAsked.end = true;
    const ended = once(life.process, 'exit');
    const started = await Promise.race([life.ready.then(() => true), ended.then(() => false)]).catch(() => false);
    if (started) return undefined;
    if (life.process.exitCode === null) await ended;
    return /^([A-Z][A-Z_]+) /m.exec(await this.#saidSince(name, life.saidFrom))?.[1] ?? 'no code';
  }

  /** Ends a node as a power cut ends it. */
  kill(name: string): Promise<void> {
    return this.#end(name, 'SIGKILL');
  }

  /** Asks a node to stop. */
  stop(name: string): Promise<void> {
    return this.#end(name, 'SIGTERM');
  }

  /** Holds a node's process, and lets it go on: as a machine that hangs. */
  pause(name: string): void {
    this.#life(name).process.kill('SIGSTOP');
  }

  resume(name: string): void {
    this.#life(name).process.kill('SIGCONT');
  }

  /** Network elements before the equipment gates of some members. Who opens them closes them. */
  async elements(names: readonly string[]): Promise<NetworkElement[]> {
    const nodes = await Promise.all(
      names.map(async (name): Promise<RunningNode> => {
        const player = this.#player(name);
        return { ...player, addresses: await this.ready(name), process: this.#life(name).process };
      }),
    );
    return openElements(nodes);
  }

  /** What a node said on standard error, in all its lives. */
  async said(name: string): Promise<string> {
    return readFile(this.#linesFile(name), 'utf8').catch(() => '');
  }

  async close(): Promise<void> {
    await Promise.all(this.awake.map((name) => this.stop(name)));
    await Promise.all([...this.#players.values()].map(async ({ uplink }) => uplink?.close()));
  }

  async #end(name: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { life } = this.#player(name);
    if (life === undefined) return;
    life.isAsked.end = true;
    const ended = once(life.process, 'exit');
    life.process.kill('SIGCONT');
    life.process.kill(signal);
    const deadline = setTimeout(() => life.process.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(deadline);
  }

  async #saidSince(name: string, from: number): Promise<string> {
    const said = await readFile(this.#linesFile(name));
    return said.subarray(from).toString();
  }

  #player(name: string): Player {
    const player = this.#players.get(name);
    assert(player !== undefined, 'a member of the stage');
    return player;
  }

  #life(name: string): Life {
    const { life } = this.#player(name);
    assert(life !== undefined, `the node of ${name} runs`);
    return life;
  }

  #linesFile(name: string): string {
    return join(this.#folder, 'lines', `${name}.jsonl`);
  }
}

/** Who is no member is laid out all the same: a folder with a configuration. */
async function newcomerAt(place: string, name: string): Promise<LaidOutMember> {
  const folder = join(place, name);
  const configFile = join(folder, 'node.json');
  return { name, folder, configFile, node: JSON.parse(await readFile(configFile, 'utf8')) as NodeFile };
}
