import { generateEpochKey, keyDigest, wrapEpochKey } from './epoch-key.ts';

/** Whoever is given a key: the name, and the X25519 public key in base64. */
export interface Recipient {
  readonly name: string;
  readonly sealingKey: string;
}

/** A new secret of 32 octets, wrapped for each of these; nobody keeps it besides. @throws SealingKeyError; EpochKeyError */
export async function newSharedKey(
  recipients: readonly Recipient[],
): Promise<{ keyDigest: string; wraps: ReadonlyMap<string, string> }> {
  const key = generateEpochKey();
  return { keyDigest: keyDigest(key), wraps: await wrapsFor(key, recipients) };
}

/** A secret, wrapped for each of these by its name. @throws SealingKeyError; EpochKeyError */
export async function wrapsFor(
  key: Uint8Array,
  recipients: readonly Recipient[],
): Promise<ReadonlyMap<string, string>> {
  const wraps = recipients.map(async ({ name, sealingKey }) => [name, await wrapEpochKey(key, sealingKey)] as const);
  return new Map(await Promise.all(wraps));
}
