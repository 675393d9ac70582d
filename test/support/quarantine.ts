import { silentLog } from '../../src/base/log.ts';
import type { LoggedEntry, LogsSeen } from '../../src/desks/quarantine/logged.ts';
import type { Role } from '../../src/governance/consortium.ts';
import { Standing } from '../../src/standing/standing.ts';
import type { Statement } from '../../src/statements/statement.ts';
import { CELLS } from './books.ts';
import { DESK_NOW_MS } from './desk.ts';
import { imei } from './standing.ts';

/** Two in an hour are in force. */
const BUDGET = { perHour: 2, perDay: 2, perTac: 2 };
export function blockedPhone(at: number): Statement {
  return { kind: 'device.blocked', target: { kind: 'imei', imei: imei(35_000_000 + at, at) }, reason: 'stolen' };
}
export const DISTRUSTED: Statement = {
  kind: 'cell.distrusted',
  cell: CELLS[0]!,
  fromMs: DESK_NOW_MS,
  reason: 'cloned',
};

/** Standing as it is, over entries that need no disk. The desk is the one of `hanbit`. */
export function quarantineLogs(roles: readonly Role[]) {
  const members = [
    { name: 'hanbit', roles, isActive: true },
    { name: 'narae', roles: ['operator'] as const, isActive: true },
    { name: 'gone', roles: ['operator'] as const, isActive: false },
  ];
  const budgets = { floor: () => BUDGET, budgetOf: () => undefined };
  const standing = new Standing({ members }, { log: silentLog, budgets });
  const written = new Map<string, LoggedEntry[]>();
  const state = (member: string, statement: Statement | undefined, timeMs = DESK_NOW_MS): void => {
    const entries = written.get(member) ?? [];
    written.set(member, entries);
    const index = entries.length;
    entries.push({ index, timeMs, statement });
    const isSealed = statement === undefined ? { isSealed: true as const } : {};
    standing.foldOpened(member, index, [{ issuer: member, timeMs, id: new Uint8Array(16), statement, ...isSealed }]);
    standing.settle(member, index + 1);
  };
  const logs: LogsSeen = {
    members: () => members,
    size: (member) => standing.foldedSize(member),
    async *entries(member, from, to) {
      yield* await Promise.resolve(written.get(member)!.slice(from, to));
    },
    async *times(member, from, to) {
      yield* await Promise.resolve(written.get(member)!.slice(from, to));
    },
    quarantined: (member) => standing.quarantine.ranges(member),
    restriction: (member, index, statement) => standing.quarantine.restriction(member, index, statement),
  };
  return { logs, state, standing };
}
