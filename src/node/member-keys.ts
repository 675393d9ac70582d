import { hash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import type { Member } from '../governance/consortium.ts';
import type { KeyRole } from '../governance/key-book.ts';
import { generateWitnessKey, readWitnessKey, type WitnessSigningKey, writeWitnessKey } from '../ledger/cosignature.ts';
import { generateLogKey, readSigningKey, type SigningKey, writeSigningKey } from '../ledger/note-key.ts';
import { unwrapEpochKey } from '../sealing/epoch-key.ts';
import { generateSealingKey, readSealingKey, type SealingKey, writeSealingKey } from '../sealing/sealing-key.ts';
import { dataFolder } from './data-folder.ts';

export type MemberKeysFault =
  | { code: 'MEMBER_KEY_MISSING'; key: string }
  | { code: 'MEMBER_CERTIFICATE_UNREADABLE'; file: string };
export class MemberKeysError extends Fault<MemberKeysFault> {}

/** The keys of a member that it makes itself, by the name of their file. */
export const MEMBER_KEYS = ['log', 'own-log', 'witness', 'governance', 'sealing'] as const;
export type MemberKeyName = (typeof MEMBER_KEYS)[number];

/** A member's private keys. That of its TLS certificate is kept apart: `peer-identity.ts`. */
export interface MemberKeys {
  readonly log: SigningKey;
  readonly ownLog: SigningKey;
  readonly witness: WitnessSigningKey;
  readonly governance: SigningKey;
  readonly sealing: SealingKey;
}

const PRIVATE_FOLDER = 0o700;
/** Digits that tell apart what was before which key. */
const MARK_LENGTH = 8;

/** The names that a member's keys bear for ever. @param domain such as `hanbit.example` */
function memberKeyNames(domain: string): { log: string; ownLog: string; witness: string; governance: string } {
  const log = `log.${domain}/shared`;
  return { log, ownLog: `${log}/own`, witness: `witness.${domain}`, governance: `governance.${domain}` };
}

/** Makes the keys that are missing in the data folder, and reads all. Nothing is written over. */
export async function makeMemberKeys(root: string, domain: string): Promise<MemberKeys> {
  const folder = dataFolder(root);
  const names = memberKeyNames(domain);
  await makeFolderDurably(folder.keys, PRIVATE_FOLDER);
  if (!existsSync(folder.logKey)) await writeSigningKey(folder.logKey, generateLogKey(names.log));
  // A node that was started before has made this one.
  if (!existsSync(folder.ownLogKey)) await writeSigningKey(folder.ownLogKey, generateLogKey(names.ownLog));
  if (!existsSync(folder.governanceKey)) await writeSigningKey(folder.governanceKey, generateLogKey(names.governance));
  if (!existsSync(folder.witnessKey)) await writeWitnessKey(folder.witnessKey, generateWitnessKey(names.witness));
  if (!existsSync(folder.sealingKey)) await writeSealingKey(folder.sealingKey, generateSealingKey());
  await keepPublicKey(root);
  return readMemberKeys(root);
}

/** @throws MemberKeysError MEMBER_KEY_MISSING; KeyError, SealingKeyError */
export async function readMemberKeys(root: string): Promise<MemberKeys> {
  const { logKey, ownLogKey, witnessKey, governanceKey, sealingKey } = dataFolder(root);
  const files = {
    log: logKey,
    'own-log': ownLogKey,
    witness: witnessKey,
    governance: governanceKey,
    sealing: sealingKey,
  };
  const missing = MEMBER_KEYS.find((key) => !existsSync(files[key]));
  if (missing !== undefined) throw new MemberKeysError({ code: 'MEMBER_KEY_MISSING', key: missing });
  return {
    log: await readSigningKey(logKey),
    ownLog: await readSigningKey(ownLogKey),
    witness: await readWitnessKey(witnessKey),
    governance: await readSigningKey(governanceKey),
    sealing: await readSealingKey(sealingKey),
  };
}

/**
 * Makes the next key of a name, beside the one in use, unless it is there already. It takes its place with
 * `adoptNextKeys`, once the consortium has it.
 * @returns its public half, as the consortium writes it
 */
export async function makeNextKey(root: string, name: MemberKeyName): Promise<string> {
  const { keys } = dataFolder(root);
  const [file, next] = [join(keys, `${name}.key`), join(keys, `${name}.next.key`)];
  if (existsSync(next)) return publicText(next, name);
  if (name === 'sealing') await writeSealingKey(next, generateSealingKey());
  else if (name === 'witness') await writeWitnessKey(next, generateWitnessKey((await readWitnessKey(file)).name));
  else await writeSigningKey(next, generateLogKey((await readSigningKey(file)).name));
  return publicText(next, name);
}

/**
 * Puts each next key into its place that the consortium has meanwhile; the one before it stays in the folder under its
 * own name, as there may be something that only it opens or explains. `log.vkey` holds the log's key in use.
 * @param ownLogKey the member's own log's key in the consortium
 * @returns the names of the keys that changed
 */
export async function adoptNextKeys(root: string, member: Member, ownLogKey: string): Promise<MemberKeyName[]> {
  const { keys } = dataFolder(root);
  const inForce: Record<MemberKeyName, string> = {
    log: member.logKeys.at(-1)!.vkey,
    'own-log': ownLogKey,
    witness: member.witnessKeys.at(-1)!,
    governance: member.governanceKey,
    sealing: member.sealingKey,
  };
  const adopted: MemberKeyName[] = [];
  for (const name of MEMBER_KEYS) {
    const [file, next] = [join(keys, `${name}.key`), join(keys, `${name}.next.key`)];
    if (!existsSync(next) || (await publicText(next, name)) !== inForce[name]) continue;
    const mark = hash('sha256', inForce[name], 'hex').slice(0, MARK_LENGTH);
    const before = join(keys, `${name}.before-${mark}`);
    await link(file, `${before}.key`).catch(ignoreExisting);
    // What was proven while that key signed is checked with it.
    if (name === 'log') await writeDurably(`${before}.vkey`, `${await publicText(`${before}.key`, name)}\n`);
    await rename(next, file);
    adopted.push(name);
  }
  await keepPublicKey(root);
  return adopted;
}

/** The file that people check with holds the key in use, also where a kill came between the two. */
async function keepPublicKey(root: string): Promise<void> {
  const { logKey, logPublicKey } = dataFolder(root);
  if (!existsSync(logKey)) return;
  const text = `${await publicText(logKey, 'log')}\n`;
  const isCurrent = existsSync(logPublicKey) && (await readFile(logPublicKey, 'utf8')) === text;
  if (!isCurrent) await writeDurably(logPublicKey, text);
}

/** Public halves of what is in a data folder, by the role of the key: those in use, the next ones, and those of before. */
export type OwnPublicKeys = ReadonlyMap<KeyRole, readonly string[]>;

/** @throws KeyError, SealingKeyError; MemberKeysError MEMBER_CERTIFICATE_UNREADABLE */
export async function readOwnPublicKeys(root: string): Promise<OwnPublicKeys> {
  const { keys, governanceLogKey } = dataFolder(root);
  const names = await readdir(keys);
  const filesOf = (name: string, extension: string): string[] =>
    names
      .filter(
        (file) => file === `${name}.${extension}` || (file.startsWith(`${name}.`) && file.endsWith(`.${extension}`)),
      )
      .map((file) => join(keys, file));
  const found = new Map<KeyRole, readonly string[]>();
  for (const name of MEMBER_KEYS) {
    found.set(name, await Promise.all(filesOf(name, 'key').map((file) => publicText(file, name))));
  }
  found.set('certificate', await Promise.all(filesOf('tls', 'pem').map(certificateDigest)));
  if (existsSync(governanceLogKey)) found.set('governance-log', [(await readSigningKey(governanceLogKey)).logKey.vkey]);
  return found;
}

/** The governance key that the consortium knows this member by: the one in use, or the next. */
export async function readGovernanceKeys(root: string): Promise<SigningKey[]> {
  const { keys } = dataFolder(root);
  const files = ['governance.key', 'governance.next.key']
    .map((name) => join(keys, name))
    .filter((file) => existsSync(file));
  if (files.length === 0) throw new MemberKeysError({ code: 'MEMBER_KEY_MISSING', key: 'governance' });
  return Promise.all(files.map(readSigningKey));
}

/** Every sealing key of this member, also those of before: what was wrapped for them is still opened with them. */
export async function readSealingKeys(root: string): Promise<SealingKey[]> {
  const { keys } = dataFolder(root);
  const names = (await readdir(keys)).filter((name) => /^sealing\.(?:[a-z0-9-]+\.)?key$/.test(name));
  if (names.length === 0) throw new MemberKeysError({ code: 'MEMBER_KEY_MISSING', key: 'sealing' });
  return Promise.all(names.map((name) => readSealingKey(join(keys, name))));
}

/** Opens a wrapped key with whichever of the member's sealing keys it was wrapped for. */
export async function openWrap(wrapped: string, keys: readonly SealingKey[]): Promise<Buffer> {
  let last: unknown;
  for (const key of keys) {
    try {
      return await unwrapEpochKey(wrapped, key);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Makes or reads the key of the governance log, where this member keeps it. @param origin that log's name */
export async function makeGovernanceLogKey(root: string, origin: string): Promise<SigningKey> {
  const { keys, governanceLogKey } = dataFolder(root);
  await makeFolderDurably(keys, PRIVATE_FOLDER);
  if (!existsSync(governanceLogKey)) await writeSigningKey(governanceLogKey, generateLogKey(origin));
  return readSigningKey(governanceLogKey);
}

/** Where a key of the governance log keeps what it signed last. */
export function governanceSigningFolder(root: string, { keyId }: SigningKey): string {
  return join(dataFolder(root).governanceSigning, keyId.toString(16).padStart(8, '0'));
}

/** SHA-256 of a certificate in PEM or DER, in hex. @throws MemberKeysError MEMBER_CERTIFICATE_UNREADABLE */
export async function certificateDigest(file: string): Promise<string> {
  try {
    return new X509Certificate(await readFile(file)).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (cause) {
    throw new MemberKeysError({ code: 'MEMBER_CERTIFICATE_UNREADABLE', file }, { cause });
  }
}

async function publicText(file: string, name: MemberKeyName): Promise<string> {
  if (name === 'sealing') return (await readSealingKey(file)).publicText;
  if (name === 'witness') return (await readWitnessKey(file)).witnessKey.vkey;
  return (await readSigningKey(file)).logKey.vkey;
}

/** A kill came between the two names: the first is there already. */
function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
