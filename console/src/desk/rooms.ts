import { useMay, useSite } from '../session/session.ts';

/** The rooms of the console: what it takes to enter, and the system without which there is none. */
const ROOMS = [
  { name: 'home', path: '/console', action: 'sessions.read', system: undefined },
  { name: 'phones', path: '/console/phones', action: 'cases.read', system: undefined },
  { name: 'requests', path: '/console/phones/requests', action: 'requests.read', system: undefined },
  { name: 'senders', path: '/console/senders', action: 'applications.read', system: 'senders' },
  { name: 'campaigns', path: '/console/campaigns', action: 'campaigns.read', system: 'campaigns' },
  { name: 'cells', path: '/console/cells', action: 'cells.read', system: 'cells' },
  { name: 'exposed', path: '/console/exposed', action: 'exposed.read', system: 'exposed-lists' },
  { name: 'incidents', path: '/console/incidents', action: 'incidents.read', system: 'incidents' },
  { name: 'quarantine', path: '/console/quarantine', action: 'quarantine.read', system: undefined },
  { name: 'feed', path: '/console/feed', action: 'refusals.read', system: undefined },
  { name: 'look-ups', path: '/console/look-ups', action: 'look-ups.read', system: undefined },
] as const;
export type Room = (typeof ROOMS)[number];

/** Those that this person may enter at this node. */
export function useRooms(): readonly Room[] {
  const systems: readonly string[] = useSite()?.systems ?? [];
  const may = useMay();
  return ROOMS.filter(({ action, system }) => may(action) && (system === undefined || systems.includes(system)));
}
