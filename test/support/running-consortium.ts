import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { layOutOperators } from './consortium.ts';
import { ConsortiumCommands } from './consortium-commands.ts';

export interface RunningConsortium {
  readonly folder: string;
  readonly members: LaidOutMember[];
  readonly nodes: RunningNode[];
  /** The first member keeps the governance log. */
  readonly commands: ConsortiumCommands;
  /** Stops these nodes, as some come and go in a test, and removes all. */
  close(this: void, running: readonly RunningNode[]): Promise<void>;
}

/** Operators whose nodes run and are level with each other. */
export async function runOperators(
  names: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<RunningConsortium> {
  const { folder, members, remove } = await layOutOperators(names, more);
  const commands = new ConsortiumCommands({ folder, keeper: names[0]! });
  const nodes = await startNodes(members);
  await untilLevel(nodes, { clock: systemClock });
  const close = async (running: readonly RunningNode[]): Promise<void> => {
    commands.close();
    await stopNodes(running);
    await remove();
  };
  return { folder, members, nodes, commands, close };
}
