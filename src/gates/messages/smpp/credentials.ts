import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { Fault } from '../../../base/fault.ts';
import type { Account } from '../account.ts';
import { isPassword, keyHash } from '../password.ts';
import { PASSWORD_CHECKS_MAX } from './limits.ts';

export type PasswordFileFault = { code: 'MESSAGE_PASSWORD_UNREADABLE'; file: string };
export class PasswordFileError extends Fault<PasswordFileFault> {}

/** The password in a file, without the line's end. @throws PasswordFileError */
export function readPasswordFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new PasswordFileError({ code: 'MESSAGE_PASSWORD_UNREADABLE', file }, { cause });
  }
}

/** Tells whether a password is an account's. A right one is remembered by a hash, so that binding again is cheap. */
export class Credentials {
  readonly #salt = randomBytes(16).toString('hex');
  readonly #right = new Map<Account, string>();
  #checks = 0;

  /** Takes an account's password from its file, where it is kept so. @throws PasswordFileError */
  load(account: Account): void {
    const file = account.config?.passwordFile;
    if (file !== undefined) this.#right.set(account, this.#remembered(readPasswordFile(file)));
  }

  /** @returns undefined where too many are being checked: try again */
  async isRight(account: Account, password: string): Promise<boolean | undefined> {
    if (this.#right.get(account) === this.#remembered(password)) return true;
    const hash = account.config?.passwordHash;
    if (hash === undefined) return false;
    if (this.#checks >= PASSWORD_CHECKS_MAX) return undefined;
    this.#checks += 1;
    try {
      const isRight = await isPassword(password, hash);
      if (isRight) this.#right.set(account, this.#remembered(password));
      return isRight;
    } finally {
      this.#checks -= 1;
    }
  }

  /** Salted anew at each start, so comparing such hashes tells nothing about the password. */
  #remembered(password: string): string {
    return keyHash(`${this.#salt}${password}`);
  }
}
