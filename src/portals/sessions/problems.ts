/** How faults of sign-in and of users are answered. */
export const SESSION_PROBLEMS = {
  SIGN_IN_REFUSED: [401, 'The sign-in was refused. Look at what you gave and try again, or ask a supervisor.'],
  SECOND_FACTOR_MISSING: [
    403,
    'This node asks for more than a password. Set up an authenticator app or a passkey, then sign in again.',
  ],
  ORIGIN_FOREIGN: [403, 'The request did not come from this node’s own pages. Open them anew, or use a token.'],
  USER_NAME_TAKEN: [409, 'A user or a token of this name was made before. Names are given once.'],
  USER_EMAIL_TAKEN: [409, 'Another user has this mail address.'],
  USER_PASSWORD_SHORT: [422, 'The password is shorter than `lengthMin` characters.'],
  USER_UNKNOWN: [404, 'There is no user of this name.'],
  USERS_TOO_MANY: [409, 'As many users as a node may have are there.'],
} as const;
