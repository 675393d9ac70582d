import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Fault } from '../base/fault.ts';
import type { NodeAddresses } from '../node/node.ts';
import type { LaidOutMember } from './lay-out.ts';

export type DemoFault = { code: 'DEMO_NODE_ENDED'; member: string; exitCode: number };
export class DemoError extends Fault<DemoFault> {}

/** A member's node, in a process of its own. */
export interface RunningNode extends LaidOutMember {
  readonly addresses: NodeAddresses;
  readonly process: ChildProcess;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const STOP_MS_MAX = 5_000;

/** Starts every member's node and waits until each says that it is ready. @throws DemoError DEMO_NODE_ENDED */
export async function startNodes(members: readonly LaidOutMember[]): Promise<RunningNode[]> {
  return Promise.all(members.map(startNode));
}

async function startNode(member: LaidOutMember): Promise<RunningNode> {
  const child = spawn(process.execPath, [MAIN, 'node', 'start', member.configFile, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof first !== 'string') {
    throw new DemoError({ code: 'DEMO_NODE_ENDED', member: member.name, exitCode: Number(first) });
  }
  return { ...member, addresses: JSON.parse(first) as NodeAddresses, process: child };
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
