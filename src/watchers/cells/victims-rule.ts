import type { PaymentCells, Span } from '../../records/archive/cell-evidence.ts';
import { type CellCharge, explainAway } from './explain-away.ts';
import type { CellFinding, Confidence } from './finding.ts';

/** Powers of ten beyond what is accused at all, from which a charge is strong. */
const STRONG_MARGIN = 3;

/** *Victims → cells*: on which cells were those whose payments are disputed, shortly before, beyond chance. */
export function victimsFindings(
  evidence: PaymentCells,
  { sinceMs, untilMs, windowMinutes }: Span & { windowMinutes: number },
): CellFinding[] {
  return explainAway(evidence).map((charge, place) => ({
    rule: 'before-disputed-payments',
    cell: charge.cell,
    reason: charge.form === 'none' ? 'unregistered' : 'other',
    confidence: confidenceOf(charge),
    firstMs: sinceMs,
    lastMs: untilMs,
    evidence: {
      victims: charge.victims,
      victimsKnown: evidence.victims,
      lines: charge.lines,
      linesPaying: evidence.lines,
      log10Chance: rounded(charge.log10Chance),
      prior: charge.prior,
      margin: rounded(charge.margin),
      inventory: charge.form,
      explainedAs: place + 1,
      windowMinutes,
    },
  }));
}

/** A macro cell that carries so many victims may carry the guilty one's cover: somebody has to look. */
function confidenceOf({ form, margin }: CellCharge): Confidence {
  if (form === 'macro') return 'low';
  return margin >= STRONG_MARGIN ? 'high' : 'medium';
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
