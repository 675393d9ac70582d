import { createSecretKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { makeAnchoredProof } from '../../src/anchoring/anchored-proof.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import type { MemberLog } from '../../src/desks/decisions/member-log.ts';
import { ProofDesk } from '../../src/desks/proofs/desk.ts';
import { generateWitnessKey, type WitnessSigningKey } from '../../src/ledger/cosignature.ts';
import { WITNESSED_PATH } from '../../src/ledger/layout.ts';
import { generateLogKey, type SigningKey } from '../../src/ledger/note-key.ts';
import { proveConsistency } from '../../src/ledger/proof.ts';
import { readEntries, TreeReader } from '../../src/ledger/reader.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { Anchors } from '../../src/node/anchors.ts';
import { proofRoutes } from '../../src/portals/proofs/proof-routes.ts';
import { makeReceipt } from '../../src/sealing/receipt.ts';
import { openStore } from '../../src/store/store.ts';
import { type ApiUnderTest, apiUnderTest } from './member-api.ts';
import { cosigned } from './cosigned.ts';
import { DESK_NOW_MS } from './desk.ts';

const HOUR_MS = 3_600_000;

/** A member's API with two real logs, a real store and a witness: all that proofs are made of. */
export interface ProofApi {
  readonly api: ApiUnderTest;
  readonly url: string;
  readonly epochKey: KeyObject;
  readonly logKey: SigningKey;
  readonly witness: WitnessSigningKey;
  readonly shared: Sequencer;
  /** Cosigns the newest checkpoint of the shared log, as a quorum of one would. @param laterMs than the clock is */
  cosign(laterMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** @param root a folder that goes with the test */
export async function proofApi(root: string): Promise<ProofApi> {
  const epochKey = createSecretKey(Buffer.alloc(32, 3));
  const logKey = generateLogKey('log.hanbit.example/shared');
  const witness = generateWitnessKey('witness.narae.example');
  const [sharedFolder, ownFolder] = [join(root, 'log'), join(root, 'own-log')];
  const shared = await openSequencer(sharedFolder, join(root, 'signing'), logKey);
  const own = await openSequencer(ownFolder, join(root, 'own-signing'), generateLogKey(`${logKey.name}/own`));
  const store = await openStore({ member: 'hanbit', place: { file: join(root, 'desk.db') } }, { log: silentLog });
  const clock = new HandClock(DESK_NOW_MS);
  const logs = { shared: memberLog(shared, sharedFolder), own: memberLog(own, ownFolder) };
  const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog });
  const sources = { shared: new FolderSource(sharedFolder), own: new FolderSource(ownFolder) };
  const witnessedFile = join(sharedFolder, WITNESSED_PATH);
  const anchors = await Anchors.start({
    member: 'hanbit',
    shared: logs.shared,
    ownNote: () => own.checkpoint.note,
    ownConsistency: (size, olderSize) => proveConsistency(new TreeReader(sources.own, size), olderSize),
    sharedNote: () => shared.checkpoint.note,
    witnessedNote: () => readFile(witnessedFile, 'utf8').catch(() => undefined),
    status: () => 'active',
    intervalMs: () => HOUR_MS,
    clock,
    log: silentLog,
  });
  const sharedKey = logKey.logKey;
  const keyOf = (epoch: number): KeyObject | undefined => (epoch === 1 ? epochKey : undefined);
  const desk = new ProofDesk({
    decisions,
    makeReceipt: (index) => makeReceipt(sources.shared, { index, owner: 'hanbit', logKey: sharedKey, keyOf }),
    makeProof: async (index) => makeAnchoredProof(sources, { index, anchor: await anchors.covering(index), sharedKey }),
    stateAnchor: () => anchors.state(),
  });
  const api = await apiUnderTest({ store, options: { routes: [proofRoutes({ desk })] } });
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const cosign = async (laterMs = 0): Promise<void> => {
    await writeFile(witnessedFile, cosigned(shared.checkpoint.note, witness, clock.nowMs() + laterMs));
  };
  const close = async (): Promise<void> => {
    await api.close();
    await anchors.close();
    decisions.close();
    await store.close();
    await Promise.all([shared.close(), own.close()]);
  };
  return { api, url, epochKey, logKey, witness, shared, cosign, close };
}

function openSequencer(folder: string, signingFolder: string, signingKey: SigningKey): Promise<Sequencer> {
  return Sequencer.open({ folder, signingFolder, signingKey }, { log: silentLog });
}

function memberLog(sequencer: Sequencer, folder: string): MemberLog {
  return {
    append: (entries) => sequencer.append(entries),
    recover: () => sequencer.recover(),
    get size() {
      return sequencer.size;
    },
    readEntries: (from, to) => readEntries(new FolderSource(folder), { size: sequencer.size, from, to }),
  };
}
