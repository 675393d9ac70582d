/** What a fault says of itself: a stable code from docs/errors.md and flat facts, fit for a log line. */
export type Facts = { readonly code: string } & { readonly [fact: string]: string | number | boolean | undefined };

/**
 * An expected failure: a stable code and the facts that explain it.
 * Facts hold sizes, positions and limits, never a person's number or name. Programmer errors use `assert`.
 */
export class Fault<T extends Facts = Facts> extends Error {
  readonly facts: T;

  constructor(facts: T, options?: ErrorOptions) {
    super(facts.code, options);
    this.name = new.target.name;
    this.facts = facts;
  }
}

/** What a total parser returns: the value, or the fault that says why there is none. It never throws. */
export type Parsed<T, F extends Facts> = T | Fault<F>;

/** The value of a total parser, where a fault is to be thrown. */
export function orThrow<T, F extends Facts>(parsed: Parsed<T, F>): T {
  if (parsed instanceof Fault) throw parsed;
  return parsed;
}
