import type { Clock } from '../../base/clock.ts';
import type { CheckRecord } from '../../records/record.ts';
import { ANSWER_NAMES } from './answer.ts';
import { type Sighting, sightedImei } from './check.ts';

/** What is kept of a device that was refused or tracked, or in shadow mode would have been. */
export function recordOf(sighting: Sighting, clock: Clock): CheckRecord {
  return {
    timeMs: clock.nowMs(),
    gate: sighting.gate,
    imei: sightedImei(sighting),
    imsi: sighting.imsi,
    answer: ANSWER_NAMES[sighting.answer],
    shadow: sighting.shadow,
    entries: sighting.entries.map(({ member, index }) => [member, index] as const),
    caller: sighting.caller,
    ...(sighting.decidedBy !== undefined && { decidedBy: sighting.decidedBy }),
  };
}
