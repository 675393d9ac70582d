import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import { DeviceDesk } from '../../src/desks/devices/desk.ts';
import type { MemberLog } from '../../src/desks/decisions/member-log.ts';
import { ALL_IN_FORCE } from './desk.ts';
import { MemoryLog } from './memory-log.ts';
import { generateLogKey, readSigningKey, writeSigningKey } from '../../src/ledger/note-key.ts';
import { readEntries } from '../../src/ledger/reader.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** A desk over a real store and a real log, all in one folder. A key is made where there is none. */
export async function openDesk(
  folder: string,
): Promise<{ desk: DeviceDesk; decisions: Decisions; store: Store; ledger: MemberLog; sequencer: Sequencer }> {
  const keyFile = join(folder, 'key');
  if (!existsSync(keyFile)) await writeSigningKey(keyFile, generateLogKey('log.hanbit.example/shared'));
  const signingKey = await readSigningKey(keyFile);
  const logFolder = join(folder, 'log');
  const options = { folder: logFolder, signingFolder: join(folder, 'signing'), signingKey };
  const sequencer = await Sequencer.open(options, { log: silentLog });
  const ledger: MemberLog = {
    append: (entries) => sequencer.append(entries),
    recover: () => sequencer.recover(),
    get size() {
      return sequencer.size;
    },
    readEntries: (from, to) => readEntries(new FolderSource(logFolder), { size: sequencer.size, from, to }),
  };
  const store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
  const logs = { shared: ledger, own: new MemoryLog() };
  const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock: systemClock, log: silentLog });
  const desk = new DeviceDesk(
    { member: 'hanbit', roles: () => ['operator'], pairingKey: new Uint8Array(32) },
    { decisions, clock: systemClock, readEntry: () => Promise.resolve(undefined), ...ALL_IN_FORCE },
  );
  return { desk, decisions, store, ledger, sequencer };
}
