/** How the spam watch's own faults are answered over HTTP, and what the caller can do. */
export const SPAM_PROBLEMS = {
  REPORT_TEXT_EMPTY: [422, 'There is no letter in the text named by `field`: there is nothing to compare.'],
  ORIGINATOR_UNKNOWN: [422, 'No certificate has this originator code. Leave it out, or look at it again.'],
  CAMPAIGN_UNKNOWN: [404, 'There is no such campaign. Its number looks like M-2026-000017.'],
} as const;
