import type { NodeParts, NodeSystem } from './system.ts';

/** The systems beside devices, in the order of their start: a system may rest on those above it. */
export async function startSystems(_parts: NodeParts): Promise<NodeSystem[]> {
  return [];
}
