import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Health } from '../node/health.ts';
import type { NodeAddresses } from '../node/node.ts';
import type { LaidOutMember } from './lay-out.ts';

export type DemoFault =
  | { code: 'DEMO_NODE_ENDED'; member: string; exitCode: number }
  | { code: 'DEMO_NODES_APART'; member: string };
export class DemoError extends Fault<DemoFault> {}

/** A member's node, in a process of its own. */
export interface RunningNode extends LaidOutMember {
  readonly addresses: NodeAddresses;
  readonly process: ChildProcess;
}

/** How a node's process is started where that is not plain. */
export interface Launch {
  /** A program with its words that the node is started through. It must become the node, and not be its parent. */
  readonly through?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its log lines go: an open file, or this process's own standard error. */
  readonly errors?: number | 'inherit';
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const STOP_MS_MAX = 5_000;
const LEVEL_MS_MAX = 30_000;
const LEVEL_INTERVAL_MS = 50;

/** Starts every member's node and waits until each says that it is ready: all, or none. @throws DemoError DEMO_NODE_ENDED */
export async function startNodes(members: readonly LaidOutMember[]): Promise<RunningNode[]> {
  const starts = await Promise.allSettled(members.map(startNode));
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed === undefined) return started;
  // Those that did start would keep this process from ending.
  await stopNodes(started);
  throw failed.reason;
}

async function startNode(member: LaidOutMember): Promise<RunningNode> {
  const { process: child, ready } = spawnNode(member);
  return { ...member, addresses: await ready, process: child };
}

/** Starts a member's node. `ready` settles when it says where it listens. @throws DemoError DEMO_NODE_ENDED, by `ready` */
export function spawnNode(
  member: LaidOutMember,
  { through = [], environment = {}, errors = 'inherit' }: Launch = {},
): { process: ChildProcess; ready: Promise<NodeAddresses> } {
  const [program, ...words] = [...through, process.execPath, MAIN, 'node', 'start', member.configFile, '--json'];
  const child = spawn(program, words, {
    env: { ...process.env, ...environment },
    // The channel is never spoken on: it ends when this process does, however it does, and the node with it.
    stdio: ['ignore', 'pipe', errors, 'ipc'],
  });
  return { process: child, ready: untilReady(child, member.name) };
}

async function untilReady(child: ChildProcess, member: string): Promise<NodeAddresses> {
  const lines = createInterface({ input: child.stdout! });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof first !== 'string') throw new DemoError({ code: 'DEMO_NODE_ENDED', member, exitCode: Number(first) });
  return JSON.parse(first) as NodeAddresses;
}

/** Waits until every node has found every other member's log to be current. @throws DemoError DEMO_NODES_APART */
export async function untilLevel(nodes: readonly RunningNode[], { clock }: { clock: Clock }): Promise<void> {
  const deadline = clock.steadyMs() + LEVEL_MS_MAX;
  for (const { name, addresses } of nodes) {
    while (!(await followsAll(addresses.api))) {
      if (clock.steadyMs() > deadline) throw new DemoError({ code: 'DEMO_NODES_APART', member: name });
      await wait(LEVEL_INTERVAL_MS);
    }
  }
}

async function followsAll(api: string): Promise<boolean> {
  const { logs } = (await (await fetch(`${api}/healthz`)).json()) as Health;
  return logs.every(({ ageSeconds }) => ageSeconds !== undefined);
}

/** Asks every node to stop, and ends those that do not within 5 s. */
export async function stopNodes(nodes: readonly RunningNode[]): Promise<void> {
  await Promise.all(
    nodes.map(async ({ process: child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(deadline);
    }),
  );
}
