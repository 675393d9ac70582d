import { readFile } from 'node:fs/promises';
import { decodeBase64 } from '../base/base64.ts';
import { Fault } from '../base/fault.ts';
import { memberNamed } from '../governance/governed.ts';
import type { Consortium } from '../governance/consortium.ts';
import { keyDigest } from '../sealing/epoch-key.ts';
import { openWrap, readSealingKeys } from './member-keys.ts';

/** Of every secret that is kept in a file as one line of base64. */
export const SECRET_KEY_SIZE = 32;

export type NodeKeysFault =
  | { code: 'NODE_KEY_UNREADABLE'; file: string }
  | { code: 'TAG_KEY_NOT_GRANTED'; member: string }
  | { code: 'TAG_KEY_OTHER'; member: string };
export class NodeKeysError extends Fault<NodeKeysFault> {}

/** Whether a member can run a node: it takes part, and was given the tag key. */
export function isEquipped(consortium: Consortium, member: string): boolean {
  return memberNamed(consortium, member) !== undefined && consortium.tagKey.wraps.has(member);
}

/**
 * The key of the tags in the shared logs, as it is wrapped for this member in the governance log.
 * @param root this member's data folder, where its sealing keys are
 * @throws NodeKeysError TAG_KEY_NOT_GRANTED, TAG_KEY_OTHER; EpochKeyError for a wrap that does not open
 */
export async function readTagKey({ tagKey }: Consortium, member: string, root: string): Promise<Buffer> {
  const wrapped = tagKey.wraps.get(member);
  if (wrapped === undefined) throw new NodeKeysError({ code: 'TAG_KEY_NOT_GRANTED', member });
  const key = await openWrap(wrapped, await readSealingKeys(root));
  if (keyDigest(key) !== tagKey.keyDigest) throw new NodeKeysError({ code: 'TAG_KEY_OTHER', member });
  return key;
}

/** Reads a secret of this node alone. @throws NodeKeysError NODE_KEY_UNREADABLE */
export async function readSecretKey(file: string): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new NodeKeysError({ code: 'NODE_KEY_UNREADABLE', file }, { cause });
  });
  const key = decodeBase64(text.trim());
  if (key?.length !== SECRET_KEY_SIZE) throw new NodeKeysError({ code: 'NODE_KEY_UNREADABLE', file });
  return key;
}
