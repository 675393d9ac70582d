import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { decodeBase64 } from '../../base/base64.ts';
import { Fault } from '../../base/fault.ts';
import { withLineFeeds } from '../../base/line-feeds.ts';
import type { GovernanceFold } from '../../governance/fold.ts';
import { readGovernance, type ReadGovernance, readInForce } from '../../governance/governance-reader.ts';
import { PAPER_SIZE_MAX } from '../../governance/signed-paper.ts';
import type { MemberName } from '../../identifiers/member-name.ts';
import { parseSize } from '../../ledger/checkpoint.ts';
import { HASH_SIZE } from '../../ledger/layout.ts';
import { NOTE_SIZE_MAX } from '../../ledger/note.ts';
import type { SigningKey } from '../../ledger/note-key.ts';
import { openSource } from '../../ledger/tile-source.ts';
import type { TreeHead } from '../../ledger/verified-tiles.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { readGovernanceKeys } from '../../node/member-keys.ts';
import { readInput } from '../input.ts';
import { withMemberCalls } from '../member-calls.ts';
import { readWhole } from '../whole-number.ts';

export type ConsortiumCommandFault =
  | { code: 'CONSORTIUM_KEY_NOT_OURS'; folder: string }
  | { code: 'CONSORTIUM_PAPER_UNKNOWN'; file: string }
  | { code: 'CONSORTIUM_INTRODUCTION_OTHER'; member: string }
  | { code: 'CONSORTIUM_KEYS_NOT_OURS'; member: string; key: string }
  | { code: 'CONSORTIUM_PAPER_SIGNED'; file: string; signatures: number }
  | { code: 'LOG_KEY_SIZE_PASSED'; member: string; toSize: number; needed: number }
  | { code: 'EPOCH_USE_UNKNOWN'; number: number }
  | {
      code: 'EPOCH_IN_USE';
      number: number;
      member: string;
      inForce: number;
      undecided: number;
      unreadable: number;
    }
  | { code: 'EPOCH_DROPS'; number: number; member: string; inForce: number }
  | { code: 'EPOCH_RESTATED_BEYOND'; member: string; size: number; needed: number }
  | { code: 'EPOCH_WRAP_MISSING'; number: number }
  | { code: 'EPOCH_WRAP_OTHER_KEY'; number: number };
export class ConsortiumCommandError extends Fault<ConsortiumCommandFault> {}

/** Where the governance log is read: from a copy of it and the genesis checkpoint, without a node. */
export interface PlaceOptions {
  readonly data?: string;
  readonly genesis?: string;
  readonly governance?: string;
}

export function withPlace(command: Command): Command {
  return command
    .addOption(new Option('--data <folder>', 'this member’s data folder').env('BONGSU_DATA'))
    .option('--genesis <file>', 'the genesis checkpoint; <data>/genesis without it')
    .option('--governance <log>', 'the governance log: a folder or URL; <data>/governance-log without it');
}

/** The governance log, verified from the genesis checkpoint on. */
export async function readPlace(options: PlaceOptions, command: Command): Promise<ReadGovernance> {
  const genesis = await readGenesis(options, command);
  const place = logPlace(options, command);
  return withMemberCalls(options.data, (fetch) => readGovernance({ source: openSource(place, { fetch }), genesis }));
}

/** The same, with what is in force of it as that place can show. */
export async function readInForceAt(
  options: PlaceOptions,
  command: Command,
): Promise<ReadGovernance & { inForce: GovernanceFold | undefined }> {
  const genesis = await readGenesis(options, command);
  const place = logPlace(options, command);
  return withMemberCalls(options.data, async (fetch) => {
    const source = openSource(place, { fetch });
    const read = await readGovernance({ source, genesis });
    return { ...read, inForce: await readInForce({ source, genesis }, read.fold.consortium) };
  });
}

export async function readGenesis({ genesis, data }: PlaceOptions, command: Command): Promise<Buffer> {
  const file = genesis ?? (data === undefined ? undefined : dataFolder(data).genesis);
  if (file === undefined) command.error('error: say which genesis checkpoint to begin from: --genesis, or --data');
  return readInput(file, NOTE_SIZE_MAX);
}

export function logPlace({ governance, data }: PlaceOptions, command: Command): string {
  const place = governance ?? (data === undefined ? undefined : dataFolder(data).governanceLog);
  if (place === undefined) command.error('error: say where the governance log is: --governance, or --data');
  return place;
}

export function dataOf({ data }: PlaceOptions, command: Command): string {
  if (data === undefined) command.error('error: say which data folder is this member’s: --data or BONGSU_DATA');
  return data;
}

/** This member, with the governance key that the consortium knows it by. */
export async function selfOf<M extends { readonly governanceKey: string }>(
  root: string,
  { members }: { readonly members: readonly M[] },
): Promise<{ member: M; key: SigningKey }> {
  for (const key of await readGovernanceKeys(root)) {
    const member = members.find(({ governanceKey }) => governanceKey === key.logKey.vkey);
    if (member !== undefined) return { member, key };
  }
  throw new ConsortiumCommandError({ code: 'CONSORTIUM_KEY_NOT_OURS', folder: join(root, 'keys') });
}

/** A paper's octets, and which kind of paper its first line says it is. */
export async function readPaper(file: string): Promise<{ bytes: Buffer; kind: string }> {
  const bytes = withLineFeeds(await readInput(file, PAPER_SIZE_MAX));
  return { bytes, kind: bytes.subarray(0, Math.max(0, bytes.indexOf('\n'))).toString('utf8') };
}

/** A member's name on a command line. Whether there is such a member, the rules say. */
export function nameOf(text: string): MemberName {
  return text as MemberName;
}

/** Where a node answers: the rules look at the rest. */
export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || /\p{Cc}/u.test(text)) {
    throw new InvalidArgumentError('an address is written as https://bongsu.hanbit.example, without user and password');
  }
  return text;
}

/** `size:root`, the root in hex or in base64 */
export function readTreeHead(text: string): TreeHead {
  const [sizeText, rootText = ''] = text.split(':');
  const size = parseSize(sizeText!);
  const root = /^[0-9a-f]{64}$/.test(rootText) ? Buffer.from(rootText, 'hex') : decodeBase64(rootText);
  if (size === undefined || root?.length !== HASH_SIZE) {
    throw new InvalidArgumentError('a history is written as 1234:ROOT, the root in hex or base64');
  }
  return { size, root };
}

/** `hour,day,tac` */
export function readBudget(text: string): { perHour: number; perDay: number; perTac: number } {
  const [perHour, perDay, perTac, ...more] = text.split(',').map(readWhole);
  if (perTac === undefined || more.length > 0) {
    throw new InvalidArgumentError('a budget is written as 1000,10000,1000: an hour’s, a day’s, one TAC’s in a day');
  }
  return { perHour: perHour!, perDay: perDay!, perTac };
}

/** `member=size` */
export function collectSize(
  text: string,
  before: readonly (readonly [string, number])[] = [],
): readonly (readonly [string, number])[] {
  const [member, size] = text.split('=');
  if (size === undefined) throw new InvalidArgumentError('a log’s size is written as hanbit=1234');
  return [...before, [member!, readWhole(size)]];
}

export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
