/** What a node may run or not. */
interface OptionalSystem {
  readonly system: string;
  /** What turns it on: a place in the node's configuration, or a role of the member. */
  readonly configuration: string;
  /** The first parts of its paths. */
  readonly paths: readonly string[];
}

/** The systems that a node has only where its configuration names them, in the words of docs/operating. */
const OPTIONAL_SYSTEMS: readonly OptionalSystem[] = [
  {
    system: 'cells and records',
    configuration: 'records.archive',
    paths: ['/v1/cells', '/v1/cell-distrusts', '/v1/cell-findings', '/v1/exposed-lists', '/v1/attaches', '/v1/records'],
  },
  { system: 'cell watch', configuration: 'watchers.cells', paths: ['/v1/cell-watch-runs'] },
  {
    system: 'spam watch',
    configuration: 'watchers.spam',
    paths: ['/v1/campaigns', '/v1/spam-reports', '/v1/spam-sightings'],
  },
  {
    system: 'certification desk',
    configuration: 'desks.senders',
    paths: ['/v1/firms', '/v1/applications', '/v1/certificates', '/v1/proposals'],
  },
  {
    system: 'incident desk',
    configuration: 'desks.incidents',
    paths: [
      '/v1/incidents',
      '/v1/incident-clocks',
      '/v1/incident-requests',
      '/v1/line-look-ups',
      '/v1/usim-stock',
      '/line-checks',
      '/notice-checks',
    ],
  },
  {
    system: 'line desk',
    configuration: 'the role `operator`, which governance gives',
    paths: ['/v1/lines', '/v1/held-payments', '/v1/payments'],
  },
  { system: 'exchange', configuration: 'exchange', paths: ['/v1/exchange'] },
  { system: 'pledges', configuration: 'pledges', paths: ['/v1/pledges'] },
  { system: 'pages', configuration: 'pages.enabled', paths: ['/v1/refusals/stream', '/v1/refusals/latest'] },
];

/** The system that would answer at a path, where none of its routes is served. @param served the paths of all routes */
export function systemOff(
  path: string,
  served: Iterable<string>,
): { system: string; configuration: string } | undefined {
  const found = OPTIONAL_SYSTEMS.find(({ paths }) => paths.some((prefix) => isUnder(path, prefix)));
  if (found === undefined) return undefined;
  const prefix = found.paths.find((one) => isUnder(path, one))!;
  for (const url of served) if (isUnder(url, prefix)) return undefined;
  return { system: found.system, configuration: found.configuration };
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
