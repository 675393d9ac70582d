import type { Told } from './story.ts';

const CHAPTERS: Readonly<Record<Told['step'], string>> = {
  attach: 'A phone attaches, at home and abroad',
  report: 'Its owner reports it stolen at one desk',
  refuse: 'Every network refuses it',
  explain: 'Another operator asks why',
  release: 'The phone is found',
  allow: 'Every network lets it in again',
};

/** Tells the story to a person: a chapter a step, a line for each gate with the time it took. */
export function personTeller(write: (text: string) => void, isColoured: boolean): (line: Told) => void {
  let chapter: Told['step'] | undefined;
  const paint = (code: number, text: string): string => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  return (line) => {
    if (line.step !== chapter) {
      chapter = line.step;
      write(`\n${paint(1, CHAPTERS[line.step])}\n`);
    }
    const { member, gate = 'desk', status, afterMs, held, text } = line;
    const colour = !held ? 41 : status === 'blocked' ? 31 : status === 'allowed' ? 32 : 36;
    const time = `${afterMs.toFixed(0).padStart(6)} ms`;
    write(
      `${time}  ${member.padEnd(7)} ${gate.padEnd(8)} ${paint(colour, status.padEnd(13))} ${text}${held ? '' : '  NOT HELD'}\n`,
    );
  };
}

/** One JSON object a line: `step`, `member`, `gate`, `status`, `afterMs`, `held`, `text`. */
export function jsonTeller(write: (text: string) => void): (line: Told) => void {
  return ({ afterMs, ...line }) => write(`${JSON.stringify({ ...line, afterMs: Math.round(afterMs * 10) / 10 })}\n`);
}
