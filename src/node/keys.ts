import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { decodeBase64 } from '../base/base64.ts';
import { type LogKey, generateLogKey, writeSigningKey } from '../ledger/note-key.ts';
import { PAIRING_KEY_SIZE } from '../statements/pairing-tag.ts';
import { dataFolder } from './data-folder.ts';

export type NodeKeysFault = { code: 'PAIRING_KEY_UNREADABLE'; file: string };
export class NodeKeysError extends Fault<NodeKeysFault> {}

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Makes the keys of a new node: the key that signs its log, and the consortium's pairing key, which one member makes
 * and gives to the others. Nothing is written over.
 * @param origin the log's name for ever: an address without scheme, such as `log.hanbit.example/shared`
 * @throws KeyError KEY_EXISTS
 */
export async function makeNodeKeys(options: {
  root: string;
  origin: string;
  pairingKey?: Uint8Array;
}): Promise<LogKey> {
  const folder = dataFolder(options.root);
  await makeFolderDurably(folder.keys, PRIVATE_FOLDER);
  const key = generateLogKey(options.origin);
  await writeSigningKey(folder.logKey, key);
  await writeDurably(folder.logPublicKey, `${key.logKey.vkey}\n`);
  const pairingKey = options.pairingKey ?? randomBytes(PAIRING_KEY_SIZE);
  await writeDurably(folder.pairingKey, `${Buffer.from(pairingKey).toString('base64')}\n`, PRIVATE_FILE);
  return key.logKey;
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
