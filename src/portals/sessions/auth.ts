import { passkey } from '@better-auth/passkey';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import { genericOAuth, twoFactor, username } from 'better-auth/plugins';
import type { Clock } from '../../base/clock.ts';
import { PASSKEY_CREDENTIAL_FIELD, SIGN_IN_TABLES } from '../../store/sign-in/schema.ts';
import { storeAdapter } from '../../store/sign-in/store-adapter.ts';
import type { Store } from '../../store/store.ts';
import { TOKEN_NAME } from '../tokens.ts';
import { SpentCodes } from './spent-codes.ts';

/** NIST SP 800-63B-4 §3.1.1.2 asks for 15 where a password is all there is; ours has a second factor beside it. */
export const PASSWORD_LENGTH_MIN = 12;
const PASSWORD_LENGTH_MAX = 128;
const NAME_LENGTH_MAX = 64;
/** A session ends after a shift, however it is used. */
const SESSION_SECONDS_MAX = 12 * 60 * 60;
const SECOND_FACTOR_SECONDS_MAX = 5 * 60;
/** Wrong codes in a row before a second factor is shut, and for how long. */
const SECOND_FACTOR_FAILURES_MAX = 5;
const SECOND_FACTOR_LOCK_SECONDS = 15 * 60;
export const SIGN_IN_PATH = '/auth';
export const SIGN_IN_PAGE = '/console/sign-in';

/** How somebody signed in. Everything but a bare password is as good as two factors. */
export const SIGN_IN_METHODS = ['password', 'second-factor', 'passkey', 'provider'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

export interface Provider {
  readonly id: string;
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AuthOptions {
  readonly member: string;
  /** As browsers name this node. Passkeys are bound to its host. */
  readonly origin: string;
  /** Other names under which the same node is opened. */
  readonly otherOrigins: readonly string[];
  /** 32 octets or more, as text: signs cookies and seals the secrets of authenticator apps. */
  readonly secret: string;
  readonly provider?: Provider;
}

export interface SignedIn {
  readonly name: string;
  readonly role: string;
  readonly method: SignInMethod;
}

/** The sign-in library, set up on the desks' own database. It makes no users: see `users.ts`. */
export function createAuth(
  options: AuthOptions,
  { store, clock, onSignIn }: { store: Store; clock: Clock; onSignIn: (who: SignedIn) => Promise<void> },
) {
  const { member, origin, otherOrigins, secret, provider } = options;
  return betterAuth({
    ...signInTables(),
    appName: `Bongsu ${member}`,
    baseURL: origin,
    basePath: SIGN_IN_PATH,
    secret,
    trustedOrigins: [origin, ...otherOrigins],
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: storeAdapter(store),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: PASSWORD_LENGTH_MAX,
    },
    account: {
      ...signInTables().account,
      accountLinking: { trustedProviders: provider === undefined ? [] : [provider.id] },
    },
    // The limits of requests are the API's own: see `session-routes.ts`.
    rateLimit: { enabled: false },
    onAPIError: { errorURL: `${origin}${SIGN_IN_PAGE}` },
    advanced: {
      cookiePrefix: 'bongsu',
      useSecureCookies: origin.startsWith('https:'),
      ipAddress: { disableIpTracking: true },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict' },
      // A provider sends the browser back from its own site: a strict cookie would stay behind.
      cookies: { state: { attributes: { sameSite: 'lax' } }, oauth_state: { attributes: { sameSite: 'lax' } } },
    },
    databaseHooks: { session: { create: sessionHooks({ store, onSignIn, spent: new SpentCodes(clock) }) } },
    plugins: plugins(options),
  });
}
export type Auth = ReturnType<typeof createAuth>;

/** The tables and columns of the sign-in library under our names. */
export function signInTables(): Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'> & {
  plugins: NonNullable<BetterAuthOptions['plugins']>;
} {
  const ours = { input: false, required: true } as const;
  return {
    user: {
      modelName: SIGN_IN_TABLES.user,
      additionalFields: {
        role: { ...ours, type: 'string' },
        disabled: { ...ours, type: 'boolean', defaultValue: false },
        createdBy: { ...ours, type: 'string' },
      },
    },
    session: {
      modelName: SIGN_IN_TABLES.session,
      expiresIn: SESSION_SECONDS_MAX,
      disableSessionRefresh: true,
      additionalFields: { method: { ...ours, type: 'string', defaultValue: 'password' } },
    },
    account: { modelName: SIGN_IN_TABLES.account },
    verification: { modelName: SIGN_IN_TABLES.verification },
    plugins: plugins({ member: '', origin: 'http://localhost' }),
  };
}

function plugins({ member, origin, provider }: Pick<AuthOptions, 'member' | 'origin' | 'provider'>) {
  return [
    username({
      minUsernameLength: 1,
      maxUsernameLength: NAME_LENGTH_MAX,
      usernameValidator: (name) => TOKEN_NAME.test(name),
    }),
    twoFactor({
      issuer: `Bongsu ${member}`,
      twoFactorCookieMaxAge: SECOND_FACTOR_SECONDS_MAX,
      accountLockout: { maxFailedAttempts: SECOND_FACTOR_FAILURES_MAX, durationSeconds: SECOND_FACTOR_LOCK_SECONDS },
      schema: { twoFactor: { modelName: SIGN_IN_TABLES.twoFactor } },
    }),
    passkey({
      rpID: new URL(origin).hostname,
      rpName: `Bongsu ${member}`,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      schema: { passkey: { modelName: SIGN_IN_TABLES.passkey, fields: { credentialID: PASSKEY_CREDENTIAL_FIELD } } },
      authentication: {
        // The library asks for the person's finger or code and takes an answer without: that would be one factor.
        afterVerification: ({ verification }) => {
          if (!verification.authenticationInfo.userVerified) {
            throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED', message: 'user verification is missing' });
          }
        },
      },
    }),
    genericOAuth({
      config:
        provider === undefined
          ? []
          : [
              {
                providerId: provider.id,
                discoveryUrl: provider.discoveryUrl,
                clientId: provider.clientId,
                clientSecret: provider.clientSecret,
                scopes: ['openid', 'email', 'profile'],
                requireIdTokenVerification: true,
                // Who works here is made here: a provider's account alone opens nothing.
                disableSignUp: true,
              },
            ],
    }),
  ];
}

interface SessionContext {
  readonly path?: string;
  readonly body?: { readonly code?: unknown } | undefined;
  /** Of the session with which a person asks for another one. */
  readonly context?: { readonly session?: { readonly session: Record<string, unknown> } | null };
}

function sessionHooks(dependencies: { store: Store; spent: SpentCodes; onSignIn: (who: SignedIn) => Promise<void> }) {
  const { store, spent, onSignIn } = dependencies;
  return {
    before: async (session: { userId: string }, context: SessionContext | null) => {
      const user = await findUser(store, session.userId);
      if (user === null || user.disabled) {
        throw new APIError('FORBIDDEN', { code: 'USER_DISABLED', message: 'this user may not sign in' });
      }
      if (context?.path === '/two-factor/verify-totp' && !spent.spend(session.userId, String(context.body?.code))) {
        throw new APIError('UNAUTHORIZED', { code: 'CODE_SPENT', message: 'this code has been used' });
      }
      return { data: { ...session, method: methodOf(context) } };
    },
    after: async (session: { userId: string }, context: SessionContext | null) => {
      const user = await findUser(store, session.userId);
      if (user === null) return;
      await onSignIn({ name: user.username, role: user.role, method: methodOf(context) });
    },
  };
}

function findUser(store: Store, id: string): Promise<{ username: string; role: string; disabled: boolean } | null> {
  return store.read(async ({ signIn }) => {
    const tables = await signIn.adapter(signInTables());
    return tables.findOne({ model: 'user', where: [{ field: 'id', value: id }] });
  });
}

/** What has just been proven. A path that proves nothing new carries on what the session before it had. */
function methodOf(context: SessionContext | null): SignInMethod {
  const path = context?.path ?? '';
  if (path.startsWith('/callback/')) return 'provider';
  switch (path) {
    case '/two-factor/verify-totp':
    case '/two-factor/verify-backup-code':
      return 'second-factor';
    case '/passkey/verify-authentication':
      return 'passkey';
    case '/two-factor/disable':
    case '/change-password': {
      const before = context?.context?.session?.session['method'];
      return SIGN_IN_METHODS.find((method) => method === before) ?? 'password';
    }
    default:
      return 'password';
  }
}
