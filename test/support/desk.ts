import assert from 'node:assert/strict';
import { HandClock } from '../../src/base/clock.ts';
import { Fault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions, type DeskRequest } from '../../src/desks/decisions/decision.ts';
import { DeviceDesk, type DeviceDeskDependencies, type DeviceDeskOptions } from '../../src/desks/devices/desk.ts';
import type { ReportForm } from '../../src/desks/devices/forms.ts';
import type { EntryStanding } from '../../src/standing/held-statements.ts';
import type { Store } from '../../src/store/store.ts';
import { MemoryLog } from './memory-log.ts';

export const DESK_NOW_MS = Date.UTC(2026, 10, 22, 9);
export const AGENT: DeskRequest = { actor: 'desk-1', role: 'agent' };
export const SUPERVISOR: DeskRequest = { actor: 'chief', role: 'supervisor' };
/** A right IMEI of 15 digits, and a second one. */
export const IMEI = '352099001761481';
export const IMEI_OTHER = '490154203237518';

/** What the logs say of own entries where nothing is the matter with them. */
export const ALL_IN_FORCE: Pick<DeviceDeskDependencies, 'pastOf' | 'standingOf' | 'level'> = {
  pastOf: () => undefined,
  standingOf: (index) => ({ index, isQuarantined: false, isReleaseWaiting: false, struckBy: [] }),
  level: () => Promise.resolve(),
};

/** A report with everything filled in. */
export const FORM: ReportForm = {
  devices: [IMEI],
  reason: 'stolen',
  occurredAt: '2026-11-22T17:30:00+09:00',
  place: 'Seoul Station',
  policeReference: 'P-77',
  requester: { name: 'Kim Boram', contact: '+82 10-1234-5678', relation: 'owner', rightChecked: 'identity card' },
};

/** A desk of the member `hanbit` with a log in memory. */
export function deskOn(store: Store, options: Partial<DeviceDeskOptions> = {}) {
  const log = new MemoryLog();
  const others = new Map<string, Uint8Array>();
  /** Indexes of own entries that a regulator has ended. */
  const overruled = new Set<number>();
  /** Indexes of own entries that the logs hold no more. */
  const lapsed = new Set<number>();
  /** How own entries stand otherwise than simply in force. */
  const standings = new Map<number, Partial<EntryStanding>>();
  const clock = new HandClock(DESK_NOW_MS);
  const own = new MemoryLog();
  const open = (): { desk: DeviceDesk; decisions: Decisions } => {
    const logs = { shared: log, own };
    const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog });
    const desk = new DeviceDesk(
      { member: 'hanbit', roles: () => ['operator'], pairingKey: new Uint8Array(32).fill(7), ...options },
      {
        decisions,
        clock,
        readEntry: (member, index) => Promise.resolve(others.get(`${member}:${index}`)),
        ...ALL_IN_FORCE,
        pastOf: ({ index }) => (lapsed.has(index) ? 'lapsed' : overruled.has(index) ? 'overruled' : undefined),
        standingOf: (index) => ({ ...ALL_IN_FORCE.standingOf(index), ...standings.get(index) }),
      },
    );
    return { desk, decisions };
  };
  return { ...open(), log, own, clock, others, overruled, lapsed, standings, open };
}

/** For `assert.rejects`: a fault with exactly these facts. */
export function refused(facts: { code: string; [fact: string]: unknown }): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.deepEqual({ ...thrown.facts }, facts);
    return true;
  };
}
