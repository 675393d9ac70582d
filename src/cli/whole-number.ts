import { InvalidArgumentError } from 'commander';
import { parseSize } from '../ledger/checkpoint.ts';

/** An index, a size or a count on a command line, as a log writes it: `Number` alone, at a node too, takes 1e1 and 0x7. */
export function readWhole(text: string): number {
  const whole = parseSize(text);
  if (whole === undefined) throw new InvalidArgumentError('a whole number is written as 0, 1, 2, …');
  return whole;
}
