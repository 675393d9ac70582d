/** What the gate counts of its connections and requests, besides the checks that the checker counts. */
export const N5G_EIR_EVENTS = [
  'sessionOpened',
  'sessionClosed',
  'sessionNotGreeted',
  'sessionIdle',
  'sessionStalled',
  'sessionFailed',
  'connectionRefused',
  'streamReset',
  'streamRefused',
] as const;
export type N5gEirEvent = (typeof N5G_EIR_EVENTS)[number];

/** What a request is refused with. Most are causes of TS 29.500 table 5.2.7.2-1; the rest are HTTP status codes without one. */
export const N5G_EIR_PROBLEMS = [
  'MANDATORY_QUERY_PARAM_MISSING',
  'MANDATORY_QUERY_PARAM_INCORRECT',
  'OPTIONAL_QUERY_PARAM_INCORRECT',
  'INVALID_API',
  'INVALID_MSG_FORMAT',
  'RESOURCE_URI_STRUCTURE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'URI_TOO_LONG',
  'NF_CONGESTION',
] as const;
export type N5gEirProblem = (typeof N5G_EIR_PROBLEMS)[number];

export interface N5gEirCounters {
  count(event: N5gEirEvent): void;
  countProblem(problem: N5gEirProblem): void;
}
