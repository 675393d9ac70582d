import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import {
  Follower,
  type FollowerDependencies,
  type FollowerOptions,
  type FollowerState,
} from '../../src/ledger/follower.ts';
import type { Sequencer } from '../../src/ledger/sequencer.ts';
import { type LogPlace, logPlace, numberedEntries, openLog, temporaryFolder, whenOver } from './ledger.ts';

/** Nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:1/log';

/** A log, and how it is followed by who does not reach its owner. */
export interface UnreachableLog {
  readonly base: string;
  readonly place: LogPlace;
  readonly log: Sequencer;
  readonly options: FollowerOptions;
}

/** A log of so many entries whose own address answers nobody. */
export async function unreachableLog(t: TestContext, size: number): Promise<UnreachableLog> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, size));
  const options = { folder: join(base, 'mirror'), logKey: place.signingKey.logKey, url: NOWHERE };
  return { base, place, log, options };
}

type Batch = { firstIndex: number; entries: readonly Uint8Array[] };

/** A follower under test, with all that it delivered. */
export interface Followed {
  readonly follower: Follower;
  readonly entries: Buffer[];
  readonly clock: HandClock;
  /** Settles once the follower's state fulfils the condition. It is asked after every look that changed something. */
  until(condition: (state: FollowerState) => boolean): Promise<FollowerState>;
  untilFault(code: string): Promise<FollowerState>;
  /** Settles once the log was found current with at least so many entries delivered, in a look that begins after now. */
  untilCurrent(size: number): Promise<FollowerState>;
}

export async function follow(
  t: TestContext,
  options: FollowerOptions,
  receive: (batch: Batch) => void | Promise<void> = () => undefined,
  more: Pick<FollowerDependencies, 'mirrors' | 'quorums' | 'onWitnessed' | 'onEquivocation'> = {},
): Promise<Followed> {
  const clock = new HandClock();
  const entries: Buffer[] = [];
  const waiting = new Set<() => void>();
  let looks = 0;
  const changed = (): void => {
    // After the state itself has changed.
    setImmediate(() => waiting.forEach((ask) => ask()));
  };
  const dependencies: FollowerDependencies = {
    ...more,
    clock,
    log: { ...silentLog, info: changed, warn: changed, error: changed },
    async onEntries(batch: Batch) {
      await receive(batch);
      const expected = entries.length === 0 ? batch.firstIndex : firstIndex + entries.length;
      assert.equal(batch.firstIndex, expected);
      if (entries.length === 0) ({ firstIndex } = batch);
      entries.push(...batch.entries.map((entry) => Buffer.from(entry)));
      changed();
    },
    onCurrent() {
      looks += 1;
      changed();
    },
    async onWitnessed(witnessed) {
      await more.onWitnessed?.(witnessed);
      changed();
    },
    onEquivocation(proof) {
      more.onEquivocation?.(proof);
      changed();
    },
  };
  let firstIndex = 0;
  const follower = await Follower.open({ pollIntervalMs: 20, backoffMsMax: 20, ...options }, dependencies);
  whenOver(t, () => follower.close());

  const until = (condition: (state: FollowerState) => boolean): Promise<FollowerState> =>
    new Promise((resolve) => {
      const ask = (): void => {
        const state = follower.state();
        if (!condition(state)) return;
        waiting.delete(ask);
        resolve(state);
      };
      waiting.add(ask);
      ask();
    });
  return {
    follower,
    entries,
    clock,
    until,
    untilFault: (code) => until(({ fault }) => fault?.code === code),
    untilCurrent: (size) => {
      const before = looks;
      follower.hint();
      return until(({ fault, deliveredSize }) => {
        // The look that was under way may have seen what was before.
        if (looks === before + 1) follower.hint();
        return looks > before + 1 && fault === undefined && deliveredSize >= size;
      });
    },
  };
}
