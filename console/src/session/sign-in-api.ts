import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import { ProblemError, problemOfBody } from '../api/problem.ts';

/** What follows a right password. */
export type PasswordResult = 'signed-in' | 'second-factor-needed';

export interface Passkey {
  readonly id: string;
  readonly name?: string | null;
  readonly createdAt?: string | null;
}

/** @throws ProblemError SIGN_IN_REFUSED, TOO_MANY_REQUESTS */
export async function signInWithPassword(username: string, password: string): Promise<PasswordResult> {
  const answer = await post<{ twoFactorRedirect?: boolean }>('/sign-in/username', { username, password });
  return answer.twoFactorRedirect === true ? 'second-factor-needed' : 'signed-in';
}

export async function giveCode(code: string): Promise<void> {
  // Those made for a lost phone are longer than the six digits of an app, and have a dash.
  if (/^\d{6}$/.test(code)) await post('/two-factor/verify-totp', { code });
  else await post('/two-factor/verify-backup-code', { code });
}

export async function signInWithPasskey(): Promise<void> {
  const optionsJSON = await get<PublicKeyCredentialRequestOptionsJSON>('/passkey/generate-authenticate-options');
  const response = await startAuthentication({ optionsJSON });
  await post('/passkey/verify-authentication', { response });
}

/** Leaves the page for the company's own sign-in. */
export async function signInWithProvider(provider: string): Promise<void> {
  const { url } = await post<{ url: string }>('/sign-in/social', {
    provider,
    callbackURL: '/console',
    errorCallbackURL: '/console/sign-in',
    disableRedirect: true,
  });
  location.assign(url);
}

export async function signOut(): Promise<void> {
  await post('/sign-out', {});
}

/** @returns what the authenticator app is given, and codes for the day when the phone is lost */
export function beginSecondFactor(password: string): Promise<{ totpURI: string; backupCodes: readonly string[] }> {
  return post('/two-factor/enable', { password });
}

export async function addPasskey(name: string): Promise<void> {
  const optionsJSON = await get<PublicKeyCredentialCreationOptionsJSON>('/passkey/generate-register-options');
  const response = await startRegistration({ optionsJSON });
  await post('/passkey/verify-registration', { response, name });
}

export function listPasskeys(): Promise<readonly Passkey[]> {
  return get('/passkey/list-user-passkeys');
}

export async function removePasskey(id: string): Promise<void> {
  await post('/passkey/delete-passkey', { id });
}

function get<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'GET' });
}

function post<T>(path: string, body: object): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(`/auth${path}`, init);
  const value: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw new ProblemError(problemOfBody(value));
  return value as T;
}
