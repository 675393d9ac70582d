import type { Tell } from './narrator.ts';
import { ILLEGAL_CELL } from './illegal-cell.ts';
import { SPAMMER } from './spammer.ts';
import { STOLEN_PHONE } from './stolen-phone.ts';

/** The heading of each step, by chapter. */
export type Headings = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const STORY_HEADINGS: Headings = {
  'stolen-phone': STOLEN_PHONE,
  spammer: SPAMMER,
  'illegal-cell': ILLEGAL_CELL,
};
const GOOD = ['allowed', 'accepted', 'certified', 'succeeded'];
const REFUSED = ['blocked', 'refused', 'suspended', 'distrusted'];
/** Where the texts begin, behind time, member, gate and status. */
const TEXT_COLUMN = 42;
const COLOURS = { broken: 41, refused: 31, good: 32, other: 36 } as const;

/** Tells the story to a person: a heading a step, a line for each gate with the time it took. */
export function personTeller(
  write: (text: string) => void,
  options: { headings: Headings; isColoured: boolean; columns?: number | undefined },
): Tell {
  const { headings, isColoured, columns = Infinity } = options;
  let heading: string | undefined;
  const paint = (code: number, text: string): string => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  return ({ chapter, step, member, gate = 'desk', status, afterMs, held, text }) => {
    const next = headings[chapter]?.[step] ?? step;
    if (next !== heading) write(`\n${paint(1, next)}\n`);
    heading = next;
    const time = `${afterMs.toFixed(0).padStart(6)} ms`;
    const shown = paint(colourOf(status, held), status.padEnd(13));
    const lines = folded(held ? text : `${text}  NOT HELD`, columns - TEXT_COLUMN).join(`\n${' '.repeat(TEXT_COLUMN)}`);
    write(`${time}  ${member.padEnd(7)} ${gate.padEnd(8)} ${shown} ${lines}\n`);
  };
}

/** A text in lines of at most so many characters, broken between words. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** One JSON object a line: `chapter`, `step`, `member`, `gate`, `status`, `afterMs`, `held`, `text`. */
export function jsonTeller(write: (text: string) => void): Tell {
  return ({ afterMs, ...line }) => write(`${JSON.stringify({ ...line, afterMs: Math.round(afterMs * 10) / 10 })}\n`);
}

function colourOf(status: string, held: boolean): number {
  if (!held) return COLOURS.broken;
  if (REFUSED.includes(status)) return COLOURS.refused;
  return GOOD.includes(status) ? COLOURS.good : COLOURS.other;
}
