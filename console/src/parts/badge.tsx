import type { ReactNode } from 'react';

export type BadgeTone = 'good' | 'bad' | 'wait' | 'calm';

/** A state in a word. The word says it; the colour only repeats it. */
export function Badge({ tone, children }: { tone: BadgeTone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
