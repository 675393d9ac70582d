/**
 * The process that `desk-kill.test.ts` kills: a desk with its store and its log, where several people report, correct
 * and release without end. It says on its standard output, a line each, what was acknowledged.
 */
import { randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { DeskRequest } from '../../src/desks/decisions/decision.ts';
import type { DeviceDesk } from '../../src/desks/devices/desk.ts';
import { openDesk } from '../support/real-desk.ts';

const [folder] = process.argv.slice(2) as [string];
const PEOPLE = 6;
const REQUEST: DeskRequest = { actor: 'desk-1', role: 'supervisor' };

say('begin');
const { desk, decisions } = await openDesk(folder);
say(`resumed ${await decisions.resume()}`);
await Promise.all(Array.from({ length: PEOPLE }, () => workForEver(desk)));

async function workForEver(desk: DeviceDesk): Promise<never> {
  for (;;) {
    const devices = [randomImei(), randomImei()];
    const { case: number, entries } = await desk.report({ devices, reason: 'stolen' }, REQUEST);
    say(`reported ${number} ${entries.map(({ entry }) => entry.index).join(' ')}`);
    const change = randomInt(4);
    if (change === 0) {
      const correction = { devices: [{ wrong: devices[0]!, right: randomImei() }] };
      const { entries } = await desk.correct(number, correction, REQUEST);
      say(`corrected ${number} ${entries.map(({ entry }) => entry.index).join(' ')}`);
    }
    if (change === 1) {
      const { entries } = await desk.release(number, { reason: 'recovered' }, REQUEST);
      say(`released ${number} ${entries.map(({ entry }) => entry.index).join(' ')}`);
    }
  }
}

/** Of a registered model, so that the desk finds nothing to ask about: no test equipment, no serial of zeros. */
function randomImei(): string {
  return `35${randomInt(1, 1_000_000).toString().padStart(6, '0')}${randomInt(1, 999_999).toString().padStart(6, '0')}`;
}

/** Written at once and in one piece: what was said before the kill is in the pipe. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
