import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HandClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { GateThread, GateThreadError, RESTARTS_MAX } from './gate-thread.ts';

/** A thread that listens and then does what it is told to by the name of its records folder. */
const THREAD = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.on('message', ({ kind }) => {
    if (kind === 'memory') throw new Error('no');
    if (kind === 'stop') parentPort.close();
  });
  if (workerData.recordsFolder === 'refused') {
    parentPort.postMessage({ kind: 'failed', facts: { code: 'N5G_EIR_LISTEN_FAILED', port: 1 } });
    parentPort.close();
  } else {
    parentPort.postMessage({ kind: 'listening', addresses: { s13: { host: 'h', port: 1 } } });
  }
  if (workerData.recordsFolder === 'crashing') process.exit(3);
`;
const script = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`);

function start(recordsFolder: string, log: Log = silentLog, onDied = () => {}) {
  const data = { thread: 0, config: {}, members: [], ownMember: 0, pairingKey: new Uint8Array(), recordsFolder };
  return GateThread.start(
    { script, thread: 0, data: () => ({ ...data, counters: new SharedArrayBuffer(0) }) },
    { tellNews: () => () => {}, clock: new HandClock(), log, onDied },
  );
}

describe('a gate thread', () => {
  it('starts, says where it listens, and stops', async () => {
    const { thread, addresses } = await start('well');
    assert.deepEqual(addresses, { s13: { host: 'h', port: 1 } });
    assert.equal(thread.isRunning, true);
    await thread.stop();
    assert.equal(thread.isRunning, false);
  });

  it('that cannot listen says why', async () => {
    await assert.rejects(start('refused'), (error) => {
      assert(error instanceof GateThreadError);
      assert.deepEqual(error.facts, { code: 'N5G_EIR_LISTEN_FAILED', port: 1 });
      return true;
    });
  });

  it('that dies is started again so many times, and then stays down, and both are said', async () => {
    const said: string[] = [];
    let died = 0;
    const { promise: isLost, resolve } = Promise.withResolvers<void>();
    const error = (facts: object) => {
      const { code } = facts as { code: string };
      said.push(code);
      if (code === 'GATE_THREAD_LOST') resolve();
    };
    const { thread } = await start('crashing', { ...silentLog, error }, () => (died += 1));
    await isLost;
    assert.equal(thread.isRunning, false);
    assert.deepEqual(said, [...Array.from({ length: RESTARTS_MAX }, () => 'GATE_THREAD_CRASHED'), 'GATE_THREAD_LOST']);
    assert.equal(died, RESTARTS_MAX + 1);
    await thread.stop();
  });
});
