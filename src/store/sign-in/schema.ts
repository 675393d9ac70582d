/**
 * Who signs in at the pages, and how: the tables of the sign-in library, under our names. Its times and booleans are
 * kept as each engine keeps them, so they are read through the library's own adapter: see `sign-in-tables.ts`.
 */
export interface SignInSchema {
  signInUsers: SignInRow & { username: string | null };
  signInSessions: SignInRow;
  signInAccounts: SignInRow;
  signInVerifications: SignInRow;
  signInSecondFactors: SignInRow;
  signInPasskeys: SignInRow;
}

interface SignInRow {
  id: string;
}

/** The library's names of its tables, and ours. */
export const SIGN_IN_TABLES = {
  user: 'signInUsers',
  session: 'signInSessions',
  account: 'signInAccounts',
  verification: 'signInVerifications',
  twoFactor: 'signInSecondFactors',
  passkey: 'signInPasskeys',
} as const satisfies Record<string, keyof SignInSchema>;

/** Our columns have small letters within words: the library's `credentialID` would come back under another name. */
export const PASSKEY_CREDENTIAL_FIELD = 'credentialId';

/** What a column holds. `link` is the identity of a user, whose end is the row's end. */
export type SignInColumn = 'text' | 'unique' | 'boolean' | 'time' | 'number' | 'link';

/** Every column, by table; a name that ends with `?` may be empty. A test holds this to what the library asks for. */
export const SIGN_IN_COLUMNS: Readonly<Record<keyof SignInSchema, Readonly<Record<string, SignInColumn>>>> = {
  signInUsers: {
    name: 'text',
    email: 'unique',
    emailVerified: 'boolean',
    'image?': 'text',
    createdAt: 'time',
    updatedAt: 'time',
    'username?': 'unique',
    'displayUsername?': 'text',
    'twoFactorEnabled?': 'boolean',
    role: 'text',
    disabled: 'boolean',
    createdBy: 'text',
  },
  signInSessions: {
    expiresAt: 'time',
    token: 'unique',
    createdAt: 'time',
    updatedAt: 'time',
    'ipAddress?': 'text',
    'userAgent?': 'text',
    userId: 'link',
    method: 'text',
  },
  signInAccounts: {
    accountId: 'text',
    providerId: 'text',
    userId: 'link',
    'accessToken?': 'text',
    'refreshToken?': 'text',
    'idToken?': 'text',
    'accessTokenExpiresAt?': 'time',
    'refreshTokenExpiresAt?': 'time',
    'scope?': 'text',
    'password?': 'text',
    createdAt: 'time',
    updatedAt: 'time',
  },
  signInVerifications: {
    identifier: 'text',
    value: 'text',
    expiresAt: 'time',
    createdAt: 'time',
    updatedAt: 'time',
  },
  signInSecondFactors: {
    secret: 'text',
    backupCodes: 'text',
    userId: 'link',
    'verified?': 'boolean',
    'failedVerificationCount?': 'number',
    'lockedUntil?': 'time',
  },
  signInPasskeys: {
    'name?': 'text',
    publicKey: 'text',
    userId: 'link',
    credentialId: 'unique',
    counter: 'number',
    deviceType: 'text',
    backedUp: 'boolean',
    'transports?': 'text',
    'createdAt?': 'time',
    'aaguid?': 'text',
  },
};
