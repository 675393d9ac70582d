import type { CellForm, PaymentCells } from '../../records/archive/cell-evidence.ts';
import { log10Tail } from './hypergeometric.ts';

/** The chance of accusing any innocent cell, were there no illegal one and the prior right. */
const ALPHA = 0.01;
/** Victims without whom no cell is accused, whatever the chance. */
const VICTIMS_MIN = 2;

/**
 * What is held for or against a cell before any victim is counted, in powers of ten: an operator's macro cell stands on
 * its mast with thousands under it; a cell that no inventory has is odd by itself.
 */
export const PRIORS: Readonly<Record<CellForm, number>> = { none: 3, femto: 0, macro: -3 };

/** Why a cell is accused, in numbers. */
export interface CellCharge {
  readonly cell: string;
  readonly form: CellForm;
  /** Lines on it shortly before they paid, and the victims among them whom no cell before it explains. */
  readonly lines: number;
  readonly victims: number;
  /** log₁₀ of the chance of so many victims, if the cell had nothing to do with it. */
  readonly log10Chance: number;
  /** Powers of ten from inventory. */
  readonly prior: number;
  /** The sum of both, beyond what is accused at all. */
  readonly margin: number;
}

/** Cells whose victims are too many for chance, each cell by itself: it accuses the neighbourhood with the guilty. */
export function plainCharges(evidence: PaymentCells): CellCharge[] {
  const victims = new Set(evidence.visits.map(({ victim }) => victim));
  return chargesAmong(evidence, victims, { usesPrior: false }).filter(isAccused);
}

/**
 * The fewest cells that explain the victims: the one with the strongest charge first; then its victims count for no other
 * cell, and the next is looked for among those left.
 */
export function explainAway(evidence: PaymentCells): CellCharge[] {
  const unexplained = new Set(evidence.visits.map(({ victim }) => victim));
  const accused: CellCharge[] = [];
  for (;;) {
    const [strongest] = chargesAmong(evidence, unexplained, { usesPrior: true });
    if (strongest === undefined || !isAccused(strongest)) return accused;
    accused.push(strongest);
    for (const { victim, cell } of evidence.visits) {
      if (cell === strongest.cell) unexplained.delete(victim);
    }
  }
}

function isAccused({ margin, victims }: CellCharge): boolean {
  return margin >= 0 && victims >= VICTIMS_MIN;
}

/** The charge against each cell that a victim left was on, the strongest first. */
function chargesAmong(
  { lines, victims: allVictims, cells, cellsSeen, visits }: PaymentCells,
  unexplained: ReadonlySet<number>,
  { usesPrior }: { usesPrior: boolean },
): CellCharge[] {
  const left = new Map<string, number>();
  const gone = new Map<string, number>();
  for (const { cell, victim } of visits) {
    const counts = unexplained.has(victim) ? left : gone;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const explained = new Set(visits.map(({ victim }) => victim)).size - unexplained.size;
  const population = lines - explained;
  const marked = allVictims - explained;
  const needed = -Math.log10(ALPHA / Math.max(1, cellsSeen));
  return cells
    .filter(({ cell }) => left.has(cell))
    .map(({ cell, form, lines: all }) => {
      const drawn = all - (gone.get(cell) ?? 0);
      const victims = left.get(cell)!;
      const log10Chance = log10Tail({ population, marked, drawn }, victims);
      const prior = usesPrior ? PRIORS[form] : 0;
      return { cell, form, lines: drawn, victims, log10Chance, prior, margin: prior - log10Chance - needed };
    })
    .sort((one, other) => other.margin - one.margin || (one.cell < other.cell ? -1 : 1));
}
