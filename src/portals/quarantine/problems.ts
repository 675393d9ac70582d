import type { QuarantineFault } from '../../desks/quarantine/quarantine-fault.ts';

export const QUARANTINE_PROBLEMS = {
  QUARANTINE_MEMBER_UNKNOWN: [404, 'The consortium has no member of this name. `bongsu quarantine show` lists them.'],
  QUARANTINE_NOT_OURS: [
    403,
    'This member may not do that: a `register` or `regulator` confirms what others state, and strikes it; a member strikes its own statements and confirms none of them.',
  ],
  QUARANTINE_RANGE_EMPTY: [422, 'There is no statement from `from` up to, and without, `to`.'],
  QUARANTINE_RANGE_AHEAD: [
    422,
    'The range goes beyond `size`, up to which the log is known here. What nobody has seen is neither confirmed nor struck.',
  ],
  QUARANTINE_SINCE_TOO_EARLY: [
    422,
    'That time lies before the last `entriesMax` entries of the log. Name the first index instead.',
  ],
  QUARANTINE_NOTHING_THERE: [
    409,
    'Nothing in the range waits to be confirmed, or is in force to be struck: it was done before, or the indexes are others.',
  ],
} as const satisfies Record<QuarantineFault['code'], readonly [status: number, detail: string]>;
