/** How faults of the public pages and of the live feed are answered. */
export const PAGE_PROBLEMS = {
  PHONE_REQUEST_UNKNOWN: [404, 'There is no such request.'],
  PHONE_REQUEST_DECIDED: [409, 'Somebody has decided this request already: `state` says how.'],
  PHONE_REQUESTS_TOO_MANY: [
    503,
    'Too many requests wait for an agent. Call the telephone line, which is always answered.',
  ],
  WATCHERS_TOO_MANY: [503, 'Too many watch the feed. Try again later, or list the refusals.'],
} as const;
