/** One check of a table, by the name under which it is counted, explained and switched off. */
export interface NamedCheck<Subject, Verdict, Context = void> {
  readonly name: string;
  /** What it finds, or undefined where it has nothing against the subject. */
  readonly check: (subject: Subject, context: Context) => Verdict | undefined;
}

/** What a check of a table found. */
export interface Finding<Verdict> {
  readonly name: string;
  readonly verdict: Verdict;
}

/** The first that a table has against the subject: the order of the table is the order of the answers. */
export function firstFinding<Subject, Verdict, Context>(
  checks: readonly NamedCheck<Subject, Verdict, Context>[],
  subject: Subject,
  context: Context,
): Finding<Verdict> | undefined {
  for (const { name, check } of checks) {
    const verdict = check(subject, context);
    if (verdict !== undefined) return { name, verdict };
  }
  return undefined;
}

/** Everything that a table has against the subject. */
export function allFindings<Subject, Verdict, Context>(
  checks: readonly NamedCheck<Subject, Verdict, Context>[],
  subject: Subject,
  context: Context,
): Finding<Verdict>[] {
  return checks.flatMap(({ name, check }) => {
    const verdict = check(subject, context);
    return verdict === undefined ? [] : [{ name, verdict }];
  });
}
