import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { decodeBase64 } from '../base/base64.ts';
import { PAIRING_KEY_SIZE } from '../statements/pairing-tag.ts';
import { dataFolder } from './data-folder.ts';

export type NodeKeysFault = { code: 'PAIRING_KEY_UNREADABLE'; file: string };
export class NodeKeysError extends Fault<NodeKeysFault> {}

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * The consortium's pairing key, which one member makes and gives to the others: put into the data folder, where there is
 * none yet.
 */
export async function ensurePairingKey(root: string, pairingKey?: Uint8Array): Promise<void> {
  const folder = dataFolder(root);
  if (existsSync(folder.pairingKey)) return;
  await makeFolderDurably(folder.keys, PRIVATE_FOLDER);
  const key = pairingKey ?? randomBytes(PAIRING_KEY_SIZE);
  await writeDurably(folder.pairingKey, `${Buffer.from(key).toString('base64')}\n`, PRIVATE_FILE);
}

/** @throws NodeKeysError */
export async function readPairingKey(file: string): Promise<Buffer> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new NodeKeysError({ code: 'PAIRING_KEY_UNREADABLE', file }, { cause });
  }
  const key = decodeBase64(text.trim());
  if (key?.length !== PAIRING_KEY_SIZE) throw new NodeKeysError({ code: 'PAIRING_KEY_UNREADABLE', file });
  return key;
}
