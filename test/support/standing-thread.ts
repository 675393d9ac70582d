/** A gate's thread in the test of concurrent look-ups: it looks up until told to stop, and judges all that it sees. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { Findings } from '../../src/standing/findings.ts';
import type { MemoryChange, StandingMemory } from '../../src/standing/memory.ts';
import { StandingReader } from '../../src/standing/reader.ts';

/** `steady` devices are listed throughout; `restless` ones come and go. */
export interface ThreadOptions {
  readonly memory: StandingMemory;
  readonly port: MessagePort;
  readonly steady: readonly ImeiKey[];
  readonly restless: readonly ImeiKey[];
}

export interface ThreadReport {
  lookUps: number;
  found: number;
  absent: number;
  changes: number;
  /** Findings that no statement ever made, and steady devices that were not found. */
  wrong: number;
}

/** What a statement about a device says, so that a reader can tell a true one from a torn one. */
export function memberFor(key: number, index: number): number {
  return (key * 7 + index * 3) % 1000;
}

export function codeFor(key: number, index: number): number {
  return ((key * 5 + index) % 10) + 16 * (index % 2);
}

if (workerData !== null && parentPort !== null) {
  const { memory, port, steady, restless } = workerData as ThreadOptions;
  parentPort.postMessage(hammer(memory, port, { steady, restless }));
  port.close();
}

function hammer(
  memory: StandingMemory,
  port: MessagePort,
  keys: Pick<ThreadOptions, 'steady' | 'restless'>,
): ThreadReport {
  const reader = new StandingReader(memory);
  const findings = new Findings(memory.members.length);
  const report: ThreadReport = { lookUps: 0, found: 0, absent: 0, changes: 0, wrong: 0 };
  port.postMessage('started');
  for (;;) {
    for (let message = receiveMessageOnPort(port); message !== undefined; message = receiveMessageOnPort(port)) {
      if (message.message === 'stop') return report;
      reader.accept(message.message as MemoryChange);
      report.changes += 1;
    }
    for (const key of keys.steady) if (lookUp(key) === 0) report.wrong += 1;
    for (const key of keys.restless) lookUp(key);
  }

  function lookUp(key: ImeiKey): number {
    const count = reader.find(key, findings);
    report.lookUps += 1;
    if (count === 0) report.absent += 1;
    else report.found += 1;
    for (let at = 0; at < count; at++) {
      const index = findings.index(at);
      const isTrue = findings.member(at) === memberFor(key, index) && findings.code(at) === codeFor(key, index);
      if (!isTrue) report.wrong += 1;
    }
    return count;
  }
}
