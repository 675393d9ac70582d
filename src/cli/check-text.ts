import type { GateExplanation } from '../portals/dependencies.ts';
import type { DeviceCheckView, EntryView } from '../portals/device-check.ts';
import { printable, timeText } from './text.ts';

/** An answer of the gates in words: the verdict, which check decided, who says so and since when, and how fresh that is. */
export function checkText(view: DeviceCheckView, imsi: string | undefined): string {
  const subscriber = imsi === undefined ? '' : ` with subscriber ${imsi}`;
  const { missingEpoch } = view;
  const unread =
    missingEpoch === undefined
      ? []
      : [
          `Not all is known here: this member holds no key of epoch ${missingEpoch}, and what is stated under it counts ` +
            'for nothing at these gates.',
        ];
  return [`Device ${view.imei}${subscriber}`, ...unread, ...view.gates.map((gate) => gateText(gate, view.entries))]
    .map(printableLines)
    .join('\n\n');
}

function gateText(gate: GateExplanation, entries: readonly EntryView[]): string {
  const { answer, verdict, shadow, decidedBy, steps, statements } = gate;
  const deciding = steps.find(({ decides }) => decides)?.entries ?? [];
  const rehearsed = shadow
    ? [`  The gate only observes (shadow mode): without it the answer would be ${verdict}.`]
    : [];
  return [
    `${gate.gate}: ${answer.toUpperCase()}, decided by: ${decidedBy}`,
    ...rehearsed,
    ...deciding.map(({ member, index }) => `  because ${entryWords(member, index, entries)}`),
    ...statements.map((statement) => `  ${statementWords(statement, entries)}`),
    ...(statements.length === 0 ? ['  Nothing that this member can read is stated about this device.'] : []),
    `  checks in order: ${steps.map(({ name, says, decides }) => `${name}: ${says}${decides ? ' (decides)' : ''}`).join('; ')}`,
  ].join('\n');
}

function entryWords(member: string, index: number, entries: readonly EntryView[]): string {
  const entry = entries.find((known) => known.member === member && known.index === index);
  const place = `entry ${index} of ${member}'s log`;
  if (entry === undefined) return `of ${place}`;
  const { kind, reason, statedAt, occurredAt, reference, releaseWaiting } = entry;
  const since = `since ${timeText(statedAt)}`;
  const happened = occurredAt === undefined ? '' : `, happened ${timeText(occurredAt)}`;
  const filed = reference === undefined ? '' : `, case ${reference} there`;
  const released = releaseWaiting === true ? ' (release stated, waits for witnesses)' : '';
  return `${member} says ${kind}${reason === undefined ? '' : ` (${reason})`} ${since}${happened}${filed}: ${place}${released}`;
}

function statementWords(statement: GateExplanation['statements'][number], entries: readonly EntryView[]): string {
  const { member, index, scope, countsAs, quarantined, stale, logAgeMs } = statement;
  const age =
    logAgeMs === undefined ? 'never verified to be current' : `verified ${(logAgeMs / 1_000).toFixed(1)} s ago`;
  const counts = quarantined
    ? 'it is in quarantine, as beyond its member’s budget, or stated anew of what cannot be read here: it does not ' +
      'count at these gates until it is confirmed'
    : `here it counts as ${countsAs}`;
  const words = entryWords(member, index, entries);
  return `stated (${scope}): ${words}; ${counts}; that log was ${age}${stale ? ', which is too long for the policy' : ''}`;
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
