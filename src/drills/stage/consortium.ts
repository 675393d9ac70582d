import type { Example, NodeFile } from '../../demo/lay-out.ts';
import type { Budget } from '../../governance/consortium.ts';

/** Who plays. */
export interface Cast {
  /** Operators, each with both equipment gates. Beside them stand a register and a regulator, without a network. */
  readonly operators: readonly string[];
  /** The short drills of a single member do without the regulator: true where it is not said. */
  readonly hasRegulator?: boolean;
  /** Operators that have a node and are no members yet. */
  readonly newcomers?: readonly string[];
}

export interface ConsortiumOptions extends Cast {
  /** Where each member listens; loopback where it is not named. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The least that a member may put in force; that of the demo where it is not named. */
  readonly budgetFloor?: Budget;
}

export const REGISTER = 'c-eir';
export const REGULATOR = 'gamdok';
export const OPERATORS = ['hanbit', 'narae', 'duru', 'sakura'] as const;

/** A member of the drills, with its one role. */
export interface Part {
  readonly name: string;
  readonly roles: readonly [string];
}

/** The members with which a drill begins. */
export function membersOf({ operators, hasRegulator = true }: Cast): Part[] {
  return [
    ...operators.map((name): Part => ({ name, roles: ['operator'] })),
    { name: REGISTER, roles: ['register'] },
    ...(hasRegulator ? [{ name: REGULATOR, roles: ['regulator'] } as const] : []),
  ];
}

/** The consortium of the drills. Ports are left to be drawn. */
export function drillConsortium({
  operators,
  hasRegulator = true,
  newcomers = [],
  hosts = {},
  budgetFloor,
}: ConsortiumOptions): Example {
  const members = membersOf({ operators, hasRegulator });
  return {
    consortium: { name: 'drill', members, ...(budgetFloor && { policy: { budgetFloor } }) },
    nodes: [...members, ...newcomers.map((name) => ({ name, roles: ['operator'] }))].map(({ name, roles }) =>
      nodeFile(name, hosts[name] ?? '127.0.0.1', roles.includes('operator')),
    ),
  };
}

function nodeFile(member: string, host: string, hasNetwork: boolean): NodeFile {
  const s13 = {
    host,
    port: 0,
    originHost: `eir.${member}.example`,
    originRealm: `${member}.example`,
    peers: [{ originHost: `mme1.${member}.example` }],
  };
  const policy = { defaults: { s13: 'allowed', n5gEir: 'allowed' } };
  return {
    member,
    governanceFrom: ['../governance'],
    api: { host, port: 0 },
    follow: { pollIntervalMs: 500 },
    ...(hasNetwork && { gates: { equipment: { s13, n5gEir: { host, port: 0 }, policy } } }),
    // Nobody signs in: a node without pages starts in half the time.
    pages: { enabled: false },
    log: { level: 'warn' },
  };
}
