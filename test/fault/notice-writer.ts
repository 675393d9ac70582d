/**
 * The process that `notice-kill.test.ts` kills: an incident desk that queues notices in two batches and carries them to
 * a gate over HTTP. Whatever an earlier life left, it goes on from there; it ends by itself once everybody is told.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { FilesByHash } from '../../src/base/files-by-hash.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import { IncidentDesk } from '../../src/desks/incidents/desk.ts';
import { NoticeSender } from '../../src/desks/incidents/notice-sender.ts';
import { openTextSender } from '../../src/node/text-sender.ts';
import { openStore } from '../../src/store/store.ts';
import { KNOWN_AT, linesOf, OPEN_FORM, SETTINGS, SUPERVISOR, TEMPLATE } from '../support/incidents-data.ts';
import { MemoryLog } from '../support/memory-log.ts';

const [folder, url, first, second] = process.argv.slice(2) as [string, string, string, string];
const LIST = 'E-2026-000001';
/** Waits between attempts pass a thousand times faster than the clock on the wall. */
const HASTE = 1_000;
const startMs = Date.now();
const clock: Clock = { nowMs: () => startMs + (Date.now() - startMs) * HASTE, steadyMs: () => performance.now() };

writeSync(1, 'begin\n');
const store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
const logs = { shared: new MemoryLog(), own: new MemoryLog() };
const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog });
const settings = { ...SETTINGS, duties: [] };
const texts = await openTextSender({ url, keyFile: join(folder, 'gate.key') });
const sender = new NoticeSender(settings, { ...texts, store, clock, log: silentLog });
const versions = [linesOf(0, Number(first)), linesOf(0, Number(first) + Number(second))];
const desk = new IncidentDesk(settings, {
  decisions,
  exposedLists: { linesOf: (_list, version) => Promise.resolve(versions[version - 1]) },
  files: new FilesByHash(join(folder, 'evidence')),
  onNoticesQueued: () => undefined,
  clock,
});

const incident = await openedOnce();
for (const version of [1, 2]) {
  await once('LIST_ATTACHED_ALREADY', 'LIST_VERSION_BEHIND', () =>
    desk.attach(incident, { list: LIST, version, knownAt: KNOWN_AT }, SUPERVISOR),
  );
  await once('NOTICE_NOBODY_LEFT', '', () => desk.notify(incident, { template: TEMPLATE }, SUPERVISOR));
  await sendAll();
}
writeSync(1, 'done\n');
await store.close();

async function openedOnce(): Promise<string> {
  const { incidents } = (await desk.list({})) as { incidents: { incident: string }[] };
  return incidents[0]?.incident ?? (await desk.open(OPEN_FORM, SUPERVISOR)).incident;
}

/** What an earlier life has done already is refused, and that is as well. */
async function once(done: string, behind: string, work: () => Promise<object>): Promise<void> {
  await work().catch((error: Error) => {
    if (error.message !== done && error.message !== behind) throw error;
  });
}

async function sendAll(): Promise<void> {
  for (let isLeft = true; isLeft;) {
    await sender.run();
    const progress = await store.read(({ incidents }) => incidents.notices.inStates(incidentId(), ['queued'], 1));
    isLeft = progress.length > 0;
  }
}

function incidentId(): number {
  const [, year, serial] = incident.split('-');
  return Number(year) * 1_000_000_000 + Number(serial);
}
