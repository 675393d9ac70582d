import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import type { RunningNode } from '../../src/demo/processes.ts';
import type { Health } from '../../src/node/health.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { deskOf } from './consortium.ts';

const WAIT_MS_MAX = 30_000;
const LOOK_INTERVAL_MS = 50;

/** Waits until a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = systemClock.steadyMs() + WAIT_MS_MAX;
  while (!(await holds())) {
    assert.ok(systemClock.steadyMs() < deadline, 'it did not come to hold in time');
    await wait(LOOK_INTERVAL_MS);
  }
}

export async function healthOf({ addresses }: Pick<RunningNode, 'addresses'>): Promise<Health> {
  return (await (await fetch(`${addresses.api}/healthz`)).json()) as Health;
}

/** Waits until a node's gate answers so of a device. */
export async function untilAnswer({ addresses }: RunningNode, imei: string, wanted: string): Promise<void> {
  const probe = await N5gEirProbe.connect({ apiRoot: `http://${addresses.n5gEir}` });
  try {
    await until(async () => (await probe.check({ pei: `imei-${imei}` })).status === wanted);
  } finally {
    await probe.close();
  }
}

/** Reports a device stolen at a node's desk. @returns the number of the case */
export async function reportStolen(node: RunningNode, imei: string): Promise<string> {
  const desk = await deskOf(node);
  const body = { devices: [imei], reason: 'stolen' };
  return (await desk.ask<{ case: string }>('POST', '/v1/device-cases', { body })).case;
}
