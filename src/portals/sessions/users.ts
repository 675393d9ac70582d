import { hashPassword } from 'better-auth/crypto';
import type { DBAdapter } from 'better-auth/types';
import type { Clock } from '../../base/clock.ts';
import type { DeskRequest } from '../../desks/decisions/decision.ts';
import type { Store } from '../../store/store.ts';
import type { DeskRole } from '../permissions.ts';
import { PortalError } from '../portal-fault.ts';
import { TOKEN_NAME } from '../tokens.ts';
import { PASSWORD_LENGTH_MIN, signInTables } from './auth.ts';
import { SessionError } from './session-fault.ts';

/** People who may sign in at one node. */
export const USERS_MAX = 10_000;

export interface NewUser {
  /** Stands in the journal. Given once. */
  readonly name: string;
  readonly password: string;
  readonly role: DeskRole;
  /** How the pages greet the person; the name without it. */
  readonly displayName?: string;
  /** Joins the person to an account at the sign-in provider. */
  readonly email?: string;
}

export interface UserView {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly disabled: boolean;
  readonly hasSecondFactor: boolean;
}

interface UserDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

/** As the sign-in library hands out a row. */
interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly disabled: boolean;
  readonly twoFactorEnabled: boolean | null;
}

/**
 * Makes a person who may sign in with a password. Only its hash (scrypt) is kept.
 * @throws PortalError REQUEST_MALFORMED; SessionError USER_NAME_TAKEN, USER_EMAIL_TAKEN, USER_PASSWORD_SHORT, USERS_TOO_MANY
 */
export async function createUser(
  user: NewUser,
  request: DeskRequest,
  { store, clock }: UserDependencies,
): Promise<UserView> {
  const { name, password, role, displayName = name } = user;
  if (!TOKEN_NAME.test(name)) {
    throw new PortalError({ code: 'REQUEST_MALFORMED', field: 'name', expected: TOKEN_NAME.source });
  }
  if (password.length < PASSWORD_LENGTH_MIN) {
    throw new SessionError({ code: 'USER_PASSWORD_SHORT', lengthMin: PASSWORD_LENGTH_MIN });
  }
  const hash = await hashPassword(password);
  const now = new Date(clock.nowMs());
  // The library wants a mail address of everybody; one that can never be delivered to stands for none.
  const email = user.email?.toLowerCase() ?? `${name}@user.invalid`;
  return store.write(async ({ signIn, tokens, journal }) => {
    const tables = await signIn.adapter(signInTables());
    if ((await tables.count({ model: 'user' })) >= USERS_MAX) {
      throw new SessionError({ code: 'USERS_TOO_MANY', usersMax: USERS_MAX });
    }
    // One name, one actor in the journal: people and tokens share them.
    if ((await findUser(tables, 'username', name)) !== null || (await tokens.byName(name)) !== undefined) {
      throw new SessionError({ code: 'USER_NAME_TAKEN', name });
    }
    if ((await findUser(tables, 'email', email)) !== null) throw new SessionError({ code: 'USER_EMAIL_TAKEN' });
    const times = { createdAt: now, updatedAt: now };
    const made = await tables.create<Record<string, unknown>, UserRecord>({
      model: 'user',
      data: {
        ...times,
        name: displayName,
        username: name,
        displayUsername: name,
        email,
        emailVerified: true,
        twoFactorEnabled: false,
        role,
        disabled: false,
        createdBy: request.actor,
      },
    });
    await tables.create({
      model: 'account',
      data: { ...times, userId: made.id, accountId: made.id, providerId: 'credential', password: hash },
    });
    await journal.add(journalRow(request, now, 'user.created', { name, role }));
    return userView(made);
  });
}

/** Everybody who may sign in, or might once. */
export function listUsers({ store }: Pick<UserDependencies, 'store'>): Promise<UserView[]> {
  return store.read(async ({ signIn }) => {
    const tables = await signIn.adapter(signInTables());
    const users = await tables.findMany<UserRecord>({
      model: 'user',
      limit: USERS_MAX,
      sortBy: { field: 'createdAt', direction: 'asc' },
    });
    return users.map(userView);
  });
}

/** Shuts a person out: every session ends now, and none begins again. @throws SessionError USER_UNKNOWN */
export function disableUser(name: string, request: DeskRequest, { store, clock }: UserDependencies): Promise<UserView> {
  return store.write(async ({ signIn, journal }) => {
    const tables = await signIn.adapter(signInTables());
    const user = await findUser(tables, 'username', name);
    if (user === null) throw new SessionError({ code: 'USER_UNKNOWN' });
    if (user.disabled) return userView(user);
    const now = new Date(clock.nowMs());
    await tables.update({
      model: 'user',
      where: [{ field: 'id', value: user.id }],
      update: { disabled: true, updatedAt: now },
    });
    await tables.deleteMany({ model: 'session', where: [{ field: 'userId', value: user.id }] });
    await journal.add(journalRow(request, now, 'user.disabled', { name }));
    return userView({ ...user, disabled: true });
  });
}

function findUser(tables: DBAdapter, field: 'username' | 'email', value: string): Promise<UserRecord | null> {
  return tables.findOne<UserRecord>({ model: 'user', where: [{ field, value }] });
}

function journalRow({ actor, role }: DeskRequest, at: Date, action: string, detail: object) {
  return { atMs: at.getTime(), actor, role, action, caseId: null, detail: JSON.stringify(detail) };
}

function userView(user: UserRecord): UserView {
  return {
    name: user.username,
    displayName: user.name,
    role: user.role,
    createdAt: user.createdAt.toISOString(),
    createdBy: user.createdBy,
    disabled: user.disabled,
    hasSecondFactor: user.twoFactorEnabled === true,
  };
}
