import type { Figure } from './figure.ts';

/** Prints a part's figures as a table that fits a terminal. */
export function printFigures(part: string, figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.name,
    `${readable(figure.value)} ${figure.unit}`,
    figure.cpuMicrosPerOperation === undefined ? '' : `${readable(figure.cpuMicrosPerOperation)} µs`,
    figure.baseline === undefined ? '' : `${figure.baseline.name}: ${readable(figure.baseline.value)}${cpuOf(figure)}`,
    figure.ratio === undefined ? '' : readable(figure.ratio),
    [figure.target, figure.met === undefined ? undefined : figure.met ? 'met' : 'NOT MET'].filter(Boolean).join(': '),
  ]);
  const table = [['figure', 'value', 'CPU each', 'baseline', 'ratio', 'target'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  process.stdout.write(`\n${part}\n`);
  for (const row of table) {
    process.stdout.write(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
  for (const { name, note } of figures) {
    if (note !== undefined) process.stdout.write(`  ${name}: ${note}\n`);
  }
}

function cpuOf({ baseline }: Figure): string {
  const cpu = baseline?.cpuMicrosPerOperation;
  return cpu === undefined ? '' : ` (${readable(cpu)} µs)`;
}

function readable(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}
