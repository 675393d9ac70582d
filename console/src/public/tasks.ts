import { useSite } from '../session/session.ts';

/** What anybody can do here, and the system without which it is not there. */
const TASKS = [
  { name: 'phone', path: '/phone', system: undefined },
  { name: 'report', path: '/report', system: undefined },
  { name: 'firm', path: '/firm', system: 'certificates' },
  { name: 'line', path: '/line', system: 'line-checks' },
] as const;
export type PublicTask = (typeof TASKS)[number];

/** Those of this node: what is switched off is not shown. */
export function usePublicTasks(): readonly PublicTask[] {
  const systems = useSite()?.systems ?? [];
  return TASKS.filter(({ system }) => system === undefined || systems.includes(system));
}
