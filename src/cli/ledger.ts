import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, InvalidArgumentError } from 'commander';
import { AnchorChain } from '../anchoring/anchor-chain.ts';
import { orThrow } from '../base/fault.ts';
import { withLineFeeds } from '../base/line-feeds.ts';
import { ENTRY_SIZE_MAX } from '../ledger/entry.ts';
import { EQUIVOCATION_SIZE_MAX, verifyEquivocation } from '../ledger/equivocation.ts';
import { Evidence } from '../ledger/evidence.ts';
import { HASH_SIZE } from '../ledger/layout.ts';
import { leafHash } from '../ledger/merkle.ts';
import { type LogVerifier, logVerifierOf } from '../ledger/log-verifier.ts';
import { type LogKey, readSigningKey } from '../ledger/note-key.ts';
import { checkProof, formatProof, type LogProof, makeProof, parseProof, PROOF_SIZE_MAX } from '../ledger/proof.ts';
import { readCheckpoint, readEntries, readUnverifiedCheckpoint } from '../ledger/reader.ts';
import { restoreLog } from '../ledger/restore.ts';
import { FolderSource, openSource, type TileSource } from '../ledger/tile-source.ts';
import { parsePolicy, POLICY_SIZE_MAX, type TlogPolicy } from '../ledger/tlog-policy.ts';
import { verifyLog, VerifyError } from '../ledger/verify.ts';
import { policyKeyOf, verifyWitnessed } from '../ledger/verify-policy.ts';
import { dataFolder } from '../node/data-folder.ts';
import { entryObject, entryText } from './entry-text.ts';
import { isFile, readInput, readKey, writeOutput } from './input.ts';
import { answer } from './checked.ts';
import { membersKnown, withMemberCalls } from './member-calls.ts';
import { checkReceiptCommand } from './receipt.ts';
import { counted } from './text.ts';
import { readWhole } from './whole-number.ts';

interface KeyOption {
  readonly key: string;
}
interface JsonOption {
  readonly json?: true;
}

export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('Read and check the log of any member, from its folder or its address. Needs no running node.')
    .addCommand(verifyCommand())
    .addCommand(showCommand())
    .addCommand(proveCommand())
    .addCommand(checkProofCommand())
    .addCommand(checkEquivocationCommand())
    .addCommand(checkReceiptCommand())
    .addCommand(restoreCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Recompute everything from the files alone: every entry, every hash, the root, the signature.')
    .argument('<log>', 'the log’s folder or URL; or the file of a proof that its owner signed two trees')
    .option('--key <vkey>', 'the log’s public key, or a file that holds it')
    .option('--policy <file>', 'which logs are trusted and who must have cosigned (C2SP tlog-policy): checks that too')
    .option('--json', 'print one JSON object')
    .action(async (log: string, options: VerifyCommandOptions, command: Command) => {
      if (options.key === undefined && options.policy === undefined) command.error('give --key or --policy');
      const { key } = options;
      const isProof = key !== undefined && (await isFile(log));
      await answer(options.json, () => (isProof ? checkEquivocation(log, key) : verify(log, options)));
    });
}

interface VerifyCommandOptions extends Partial<KeyOption>, JsonOption {
  readonly policy?: string;
}

async function verify(
  place: string,
  { key, policy: policyFile }: VerifyCommandOptions,
): Promise<{ facts: object; lines: string[] }> {
  const source = openSource(place);
  const policy = policyFile === undefined ? undefined : await readPolicy(policyFile);
  const logKey = key === undefined ? await policyKeyOf(source, policy!) : await readKey(key);
  const onProgress = process.stderr.isTTY ? showProgress : undefined;
  const anchors = new AnchorChain(logKey.name);
  const onEntry = anchors.take.bind(anchors);
  const verified = await verifyLog({ source, logKey, onEntry, ...(onProgress && { onProgress }) });
  const { origin, size, issuer, bundles, tiles, rootHex } = verified;
  const proof = source instanceof FolderSource ? new Evidence(place).against(logKey)?.file : undefined;
  if (proof !== undefined) throw new VerifyError({ code: 'LOG_OWNER_CONVICTED', proof, size, rootHex });
  anchors.check();
  const by = issuer === undefined ? '' : ` by ${JSON.stringify(issuer)}`;
  const lines = [
    `ok: ${origin}`,
    `    ${counted(size, 'entry', 'entries')}${by}, in ${counted(bundles, 'bundle')} and ${counted(tiles, 'tile')}`,
    `    root ${rootHex}`,
    ...(anchors.count === 0 ? [] : [`    ${counted(anchors.count, 'anchor')} of an own log that only grew`]),
  ];
  if (policy === undefined) return { facts: { ...verified }, lines };
  const { size: witnessedSize, witnesses } = await verifyWitnessed(source, { policy, logKey, size });
  return {
    facts: { ...verified, witnessedSize, witnesses },
    lines: [
      ...lines,
      `    ${witnessedSize} of them witnessed by ${witnesses.join(', ') || 'nobody, as none is needed'}`,
    ],
  };
}

async function readPolicy(file: string): Promise<TlogPolicy> {
  return orThrow(parsePolicy(await readInput(file, POLICY_SIZE_MAX)));
}

function checkEquivocationCommand(): Command {
  return new Command('check-equivocation')
    .description('Check a proof that the owner of a log signed two trees, offline.')
    .argument('<file>', 'the proof')
    .requiredOption('--key <vkey>', 'the log’s public key, or a file that holds it')
    .option('--json', 'print one JSON object')
    .action(async (file: string, { key, json }: KeyOption & JsonOption) => {
      await answer(json, () => checkEquivocation(file, key));
    });
}

async function checkEquivocation(file: string, key: string): Promise<{ facts: object; lines: string[] }> {
  const proof = withLineFeeds(await readInput(file, EQUIVOCATION_SIZE_MAX));
  const { origin, older, newer } = orThrow(verifyEquivocation(proof, await readKey(key)));
  const roots = { olderRootHex: older.root.toString('hex'), newerRootHex: newer.root.toString('hex') };
  return {
    facts: { origin, olderSize: older.size, newerSize: newer.size, ...roots },
    lines: [
      `proven: ${origin} signed two trees`,
      `    ${counted(older.size, 'entry', 'entries')}, root ${roots.olderRootHex}`,
      `    ${counted(newer.size, 'entry', 'entries')}, root ${roots.newerRootHex}`,
    ],
  };
}

function showCommand(): Command {
  return new Command('show')
    .description('Print entries, one to a line. They are shown as they stand: `verify` says whether they are genuine.')
    .argument('<log>', 'the log’s folder or URL')
    .option('--from <index>', 'the first entry to show', readWhole, 0)
    .option('--to <index>', 'the entry to stop before', readWhole)
    .option('--key <vkey>', 'the log’s public key, or a file that holds it: check the checkpoint’s signature')
    .option('--json', 'print one JSON object to a line')
    .action(async (log: string, options: ShowOptions, command: Command) => {
      const source = openSource(log);
      const { size } =
        options.key === undefined
          ? await readUnverifiedCheckpoint(source)
          : await readCheckpoint(source, await readKey(options.key));
      const { from, to = size } = options;
      if (from > to) command.error(`--from ${from} is past --to ${to}`);
      if (from < size)
        await printAll(entryLines(source, { size, from, to: Math.min(to, size) }, options.json === true));
    });
}

interface ShowOptions extends Partial<KeyOption>, JsonOption {
  readonly from: number;
  readonly to?: number;
}

function restoreCommand(): Command {
  return new Command('restore')
    .description('Bring a node’s own log back from another member’s mirror. Every octet is checked against its key.')
    .argument('<folder>', 'the data folder of the node, which must not be running')
    .requiredOption('--from <log>', 'the mirror’s folder or URL, such as http://127.0.0.1:7102/mirrors/hanbit')
    .option('--json', 'print one JSON object')
    .action(async (root: string, { from, json }: { from: string } & JsonOption) => {
      await answer(json, async () => {
        const { log: folder, signing: signingFolder, logKey } = dataFolder(root);
        const key = await verifierOf(root, (await readSigningKey(logKey)).logKey);
        const restored = await withMemberCalls(root, (fetch) =>
          restoreLog({ from, folder, signingFolder, logKey: key, fetch }),
        );
        return {
          facts: restored,
          lines: [`ok: ${key.name}`, `    ${counted(restored.size, 'entry', 'entries')}, root ${restored.rootHex}`],
        };
      });
    });
}

/** The log by this key and those before it, as the governance log in the data folder has them. */
async function verifierOf(root: string, key: LogKey): Promise<LogVerifier> {
  const members = await membersKnown(root);
  const self = members.find(({ logKeys }) => logKeys.some(({ vkey }) => vkey === key.vkey));
  return self === undefined ? key : orThrow(logVerifierOf(self.logKeys));
}

function proveCommand(): Command {
  return new Command('prove')
    .description('Make a proof that an entry stands in a log. It checks offline, with the log’s key alone.')
    .argument('<index>', 'the entry’s index', readWhole)
    .requiredOption('--log <log>', 'the log’s folder or URL')
    .requiredOption('--key <vkey>', 'the log’s public key, or a file that holds it')
    .option('--with-entry', 'put the entry into the proof, so that nothing else is needed to check it')
    .option('--out <file>', 'write the proof there instead of printing it')
    .action(async (index: number, { log, key, withEntry, out }: ProveOptions) => {
      const logKey = await readKey(key);
      const proof = await makeProof(openSource(log), { index, logKey, withEntry: withEntry === true });
      const text = formatProof(proof);
      if (out === undefined) process.stdout.write(text);
      else await writeOutput(out, text);
    });
}

interface ProveOptions extends KeyOption {
  readonly log: string;
  readonly withEntry?: true;
  readonly out?: string;
}

function checkProofCommand(): Command {
  return new Command('check-proof')
    .description('Check a proof, offline.')
    .argument('<file>', 'the proof')
    .requiredOption('--key <vkey>', 'the log’s public key, or a file that holds it')
    .option('--entry <entry>', 'the entry that the proof is for: a file, or its octets as hex')
    .option('--leaf-hash <hex>', 'instead of the entry: its leaf hash', parseHash)
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: CheckOptions, command: Command) => {
      await answer(options.json, async () => {
        const proof = orThrow(parseProof(await readInput(file, PROOF_SIZE_MAX)));
        const { hash, entry } = await subjectOf(proof, options, command);
        const { origin, size } = orThrow(checkProof(proof, { leafHash: hash, logKey: await readKey(options.key) }));
        return {
          facts: { origin, size, index: proof.index, leafHash: hash.toString('hex') },
          lines: [
            `ok: ${origin} holds this entry at index ${proof.index}, by its checkpoint of ${counted(size, 'entry', 'entries')}`,
            ...(entry === undefined ? [] : [`    ${entryText(proof.index, entry)}`]),
          ],
        };
      });
    });
}

interface CheckOptions extends KeyOption, JsonOption {
  readonly entry?: string;
  readonly leafHash?: Buffer;
}

/** What the proof is to be about. A proof alone proves nothing of anything: it does not name its leaf. */
async function subjectOf(
  proof: LogProof,
  options: CheckOptions,
  command: Command,
): Promise<{ hash: Buffer; entry?: Buffer }> {
  if (options.leafHash !== undefined && options.entry === undefined) return { hash: options.leafHash };
  if (options.leafHash !== undefined) command.error('give --entry or --leaf-hash, not both');
  const entry = options.entry === undefined ? proof.extra : await readEntry(options.entry);
  if (entry === undefined) {
    command.error('this proof does not hold its entry: give it with --entry, or its leaf hash with --leaf-hash');
  }
  return { hash: leafHash(entry), entry };
}

async function readEntry(entry: string): Promise<Buffer> {
  const isHex = entry.length > 0 && entry.length % 2 === 0 && /^[0-9a-f]+$/i.test(entry);
  return isHex && !(await isFile(entry)) ? Buffer.from(entry, 'hex') : readInput(entry, ENTRY_SIZE_MAX);
}

async function* entryLines(
  source: TileSource,
  range: { size: number; from: number; to: number },
  asJson: boolean,
): AsyncGenerator<string> {
  for await (const { firstIndex, entries } of readEntries(source, range)) {
    const lines = entries.map((entry, place) =>
      asJson ? JSON.stringify(entryObject(firstIndex + place, entry)) : entryText(firstIndex + place, entry),
    );
    yield `${lines.join('\n')}\n`;
  }
}

/** No faster than the reader of standard output. */
function printAll(lines: AsyncIterable<string>): Promise<void> {
  return pipeline(Readable.from(lines), process.stdout, { end: false });
}

function showProgress(verified: number, size: number): void {
  process.stderr.write(`\r${verified} of ${size} entries${verified === size ? '\n' : ''}`);
}

function parseHash(text: string): Buffer {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError(`A hash is ${2 * HASH_SIZE} hexadecimal digits.`);
  return Buffer.from(text, 'hex');
}
