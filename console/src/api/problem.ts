import { HttpError } from '@oazapfts/runtime';

/** What went wrong, by the code of the API's problem document. `NETWORK` is ours: there was no answer at all. */
export interface Problem {
  readonly code: string;
  /** In English, from the API: for codes that these pages have no words of their own for. */
  readonly detail: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError) return problemOfBody(error.data);
  if (error instanceof ProblemError) return error.problem;
  return { code: 'NETWORK', detail: '', facts: {} };
}

export function problemOfBody(body: unknown): Problem {
  const { code = 'INTERNAL', detail = '', ...facts } = (body ?? {}) as Record<string, unknown>;
  return { code: String(code), detail: String(detail), facts };
}

/** A problem from a route that the generated client does not know: those of the sign-in. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}
