import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/* A kept password: `scrypt$` N `$` r `$` p `$` salt `$` hash, both in base64url. */
const FORM = /^scrypt\$([0-9]{4,7})\$([0-9]{1,2})\$([0-9]{1,2})\$([A-Za-z0-9_-]{16,64})\$([A-Za-z0-9_-]{32,128})$/;
const COST = { N: 16_384, r: 8, p: 1 } as const;
const SALT_SIZE = 16;
const HASH_SIZE = 32;
/** What one hash may take: 128 N r, and some room. */
const MEMORY_MAX = 64 * 1024 * 1024;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** A password as it is kept in a configuration. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_SIZE);
  const hash = await derive(password, salt, HASH_SIZE, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether it is that password. False also for what is no kept password. Some 50 ms on another thread. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, N, r, p, salt, hash] = FORM.exec(kept) ?? [];
  if (hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: MEMORY_MAX };
  // A cost that scrypt does not take, such as an N that is no power of two, makes it no kept password.
  const found = await derive(password, Buffer.from(salt!, 'base64url'), expected.length, cost).catch(() => undefined);
  return found !== undefined && timingSafeEqual(found, expected);
}

/** SHA-256 in hex: for keys that are random and long, and so need no salt. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
