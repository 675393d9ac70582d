import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { DeskRequest } from '../../src/desks/devices/decision.ts';
import { DeviceDesk, type DeviceDeskOptions } from '../../src/desks/devices/desk.ts';
import type { Store } from '../../src/store/store.ts';
import { MemoryLog } from './memory-log.ts';

export const DESK_NOW_MS = Date.UTC(2026, 10, 22, 9);
export const AGENT: DeskRequest = { actor: 'desk-1', role: 'agent' };
export const SUPERVISOR: DeskRequest = { actor: 'chief', role: 'supervisor' };
/** A right IMEI of 15 digits, and a second one. */
export const IMEI = '352099001761481';
export const IMEI_OTHER = '490154203237518';

/** A desk of the member `hanbit` with a log in memory. */
export function deskOn(store: Store, options: Partial<DeviceDeskOptions> = {}) {
  const log = new MemoryLog();
  const others = new Map<string, Uint8Array>();
  const clock = new HandClock(DESK_NOW_MS);
  const open = (): DeviceDesk =>
    new DeviceDesk(
      { member: 'hanbit', roles: ['operator'], pairingKey: new Uint8Array(32).fill(7), ...options },
      {
        store,
        ledger: log,
        clock,
        log: silentLog,
        readEntry: (member, index) => Promise.resolve(others.get(`${member}:${index}`)),
      },
    );
  return { desk: open(), log, clock, others, open };
}
