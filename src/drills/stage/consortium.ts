import type { Example, NodeFile } from '../../demo/lay-out.ts';

export interface ConsortiumOptions {
  /** Operators, each with both equipment gates. Beside them stand a register and a regulator, without a network. */
  readonly operators: readonly string[];
  /** Where each member listens; loopback where it is not named. */
  readonly hosts?: Readonly<Record<string, string>>;
}

export const REGISTER = 'c-eir';
export const REGULATOR = 'gamdok';
export const OPERATORS = ['hanbit', 'narae', 'duru', 'sakura'] as const;

/** The consortium of the drills. Ports are left to be drawn. */
export function drillConsortium({ operators, hosts = {} }: ConsortiumOptions): Example {
  const others = [
    { name: REGISTER, roles: ['register'] },
    { name: REGULATOR, roles: ['regulator'] },
  ];
  const members = [...operators.map((name) => ({ name, roles: ['operator'] })), ...others];
  return {
    consortium: { name: 'drill', members: members.map((member) => ({ ...member, logKey: '', url: '' })) },
    nodes: members.map(({ name, roles }) => nodeFile(name, hosts[name] ?? '127.0.0.1', roles.includes('operator'))),
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
    consortium: '../consortium.json',
    api: { host, port: 0 },
    follow: { pollIntervalMs: 500 },
    ...(hasNetwork && { gates: { equipment: { s13, n5gEir: { host, port: 0 }, policy } } }),
    pages: { enabled: false },
    log: { level: 'warn' },
  };
}
