import type { EntryName } from '../../statements/statement.ts';
import type { Catalogue, Pledge } from './catalogue.ts';
import { pledgesIn } from './catalogue.ts';
import { measure, type Measured, type Measures } from './measures.ts';
import type { Quarter } from './quarter.ts';

/** A log as it stood when the report was made: whoever has the log can find out whether that is true. */
export interface LogState {
  readonly log: string;
  readonly size: number;
  /** Hexadecimal, at that size. */
  readonly root: string;
}

/** How a measure stands against what was promised. */
export type Verdict = 'kept' | 'not kept' | 'no figure promised' | 'no figure';

export interface PledgeReport {
  readonly title: string;
  readonly note?: string;
  readonly member: string;
  readonly quarter: string;
  readonly utcOffset: string;
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  /** False where the quarter is not over: the figures are those up to `madeAt`. */
  readonly isWhole: boolean;
  readonly pledges: readonly (Pledge & {
    readonly measured?: Measured;
    readonly verdict: Verdict;
    readonly isOverdue: boolean;
  })[];
  readonly logs: readonly LogState[];
}

/** The report, and what makes it hard to change afterwards. */
export interface SealedReport {
  readonly quarter: string;
  /** The report as JSON: the very octets (UTF-8) that are sealed. */
  readonly json: string;
  readonly markdown: string;
  readonly sha256: string;
  /** The entry in the member's own log. */
  readonly entry: EntryName;
}

/** Computes a quarter's report from the running system. */
export async function makeReport(
  { catalogue, member, quarter, nowMs }: { catalogue: Catalogue; member: string; quarter: Quarter; nowMs: number },
  { measures, logs }: { measures: Measures; logs: readonly LogState[] },
): Promise<PledgeReport> {
  const span = { fromMs: quarter.fromMs, toMs: Math.min(quarter.toMs, nowMs) };
  const pledges = [];
  for (const pledge of pledgesIn(catalogue, quarter)) {
    const measured = pledge.measure && (await measure(measures, pledge.measure.name, span));
    const isOverdue = pledge.due !== undefined && Date.parse(`${pledge.due}T23:59:59${quarter.utcOffset}`) < nowMs;
    pledges.push({ ...pledge, ...(measured && { measured }), verdict: verdictOf(pledge, measured), isOverdue });
  }
  return {
    title: catalogue.title,
    ...(catalogue.note !== undefined && { note: catalogue.note }),
    member,
    quarter: quarter.name,
    utcOffset: quarter.utcOffset,
    from: quarter.first,
    to: quarter.last,
    madeAt: new Date(nowMs).toISOString(),
    isWhole: nowMs >= quarter.toMs,
    pledges,
    logs,
  };
}

function verdictOf({ measure: promised }: Pledge, measured: Measured | undefined): Verdict {
  if (measured?.state !== 'measured' || promised === undefined) return 'no figure';
  const { atMost, atLeast } = promised;
  if (atMost === undefined && atLeast === undefined) return 'no figure promised';
  const { value } = measured;
  return value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity) ? 'kept' : 'not kept';
}

/** The report for people. */
export function reportMarkdown(report: PledgeReport, sealed: { sha256: string }): string {
  const { title, note, member, quarter, from, to, utcOffset, madeAt, isWhole, pledges, logs } = report;
  const lines = [
    `# ${cell(title)}: ${quarter}`,
    '',
    `Member \`${member}\`, ${from} to ${to} (UTC${utcOffset}), made ${madeAt}.`,
    ...(isWhole ? [] : ['', '**The quarter is not over: the figures are those up to that moment.**']),
    ...(note === undefined ? [] : ['', cell(note)]),
    '',
    '| pledge | owner | due | measure | promised | standing |',
    '|---|---|---|---|---|---|',
    ...pledges.map(
      (pledge) =>
        `| ${cell(pledge.promise)} | ${cell(pledge.owner)} | ${pledge.due ?? ''}${pledge.isOverdue ? ' (past)' : ''} | ${figure(pledge.measured)} | ${promised(pledge)} | ${pledge.verdict} |`,
    ),
    '',
    ...pledges.flatMap(details),
    '## What it rests on',
    '',
    '| log | entries | root |',
    '|---|---|---|',
    ...logs.map(({ log, size, root }) => `| ${log} | ${size} | \`${root}\` |`),
    '',
    `The report as JSON has the SHA-256 \`${sealed.sha256}\`, which is sealed in the member’s own log.`,
    '',
  ];
  return lines.join('\n');
}

function details({ id, measured, evidence, source }: PledgeReport['pledges'][number]): string[] {
  const lines = [
    ...(source === undefined ? [] : [`- source: ${cell(source)}`]),
    ...(measured === undefined ? ['- no measure: judged by its evidence'] : measuredLines(measured)),
    ...evidence.map(
      ({ what, reference, sha256, on }) =>
        `- evidence: ${cell([what, on, reference].filter((part) => part !== undefined).join(', '))}${sha256 === undefined ? '' : ` \`${sha256}\``}`,
    ),
  ];
  return [`### ${id}`, '', ...lines, ''];
}

function measuredLines(measured: Measured): string[] {
  if (measured.state !== 'measured') return [`- ${measured.state}: ${cell(measured.why)}`];
  const counts = Object.entries(measured.counts).map(([name, count]) => `${name} ${count}`);
  return [`- ${figure(measured)} (${counts.join(', ')})`, `- means: ${cell(measured.means)}`];
}

function figure(measured: Measured | undefined): string {
  if (measured === undefined) return 'none';
  return measured.state === 'measured' ? `${measured.value} ${measured.unit}` : measured.state;
}

function promised({ measure }: Pledge): string {
  const { atMost, atLeast } = measure ?? {};
  const bounds = [
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
  ];
  return bounds.join(', ');
}

/** A text within a table or a line: it ends neither. */
function cell(text: string): string {
  return text.replaceAll(/[\\|`<>[\]*_#]/g, (mark) => `\\${mark}`).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
