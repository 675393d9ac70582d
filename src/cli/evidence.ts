import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Command } from 'commander';
import {
  type Anchored,
  ANCHORED_PROOF_SIZE_MAX,
  checkAnchoredProof,
  parseAnchoredProof,
} from '../anchoring/anchored-proof.ts';
import { Fault, orThrow } from '../base/fault.ts';
import type { AnchorAnswer, ProofAnswer, SealedFile } from '../desks/proofs/desk.ts';
import { parseWitnessKey, type WitnessKey } from '../ledger/cosignature.ts';
import { answer } from './checked.ts';
import { act, givenOnly, say } from './desk-command.ts';
import { issuerLine, timeText } from './entry-text.ts';
import { InputError, readInput, readKey, writeOutput } from './input.ts';
import { counted, printable } from './text.ts';
import { readWhole } from './whole-number.ts';

/** Octets read at a time, and between two signs of progress. */
const CHUNK_SIZE = 1024 * 1024;

export type EvidenceCommandFault =
  | { code: 'EVIDENCE_OTHER_FILE'; sha256: string; found: string }
  | { code: 'EVIDENCE_OTHER_SIZE'; size: number; found: number }
  | { code: 'EVIDENCE_FILE_EMPTY'; file: string };
export class EvidenceCommandError extends Fault<EvidenceCommandFault> {}

/** Hashes of files in the own log: sealing asks the node, checking needs none. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description(
      'Seal the hashes of files in the member’s own log, and prove later that it knew them then. The files stay here.',
    )
    .addCommand(sealCommand())
    .addCommand(anchorCommand())
    .addCommand(proveCommand())
    .addCommand(checkCommand());
}

function sealCommand(): Command {
  const command = new Command('seal')
    .description('Seal files: the node puts their hashes into the own log. The files stay where they are.')
    .argument('<file...>')
    .option('--reference <text>', 'what they are about; it stands in every proof, so nothing personal');
  return act(command, async (client, [files], options: SealOptions) => {
    const { reference } = options;
    // All are read before the first is sealed: a file that cannot be stops the command while nothing is done.
    const digests: Digest[] = [];
    for (const file of files as readonly string[]) digests.push(await digestToSeal(file));
    const sealed: Sealed[] = [];
    try {
      for (const { file, sha256, size } of digests) {
        const body = { sha256, size, ...givenOnly({ reference }) };
        sealed.push({ file, ...(await client.ask<SealedFile>('POST', '/v1/evidence', { body })) });
      }
    } catch (error) {
      if (sealed.length > 0) say(sealedText(sealed), options);
      throw error;
    }
    return sealedText(sealed);
  });
}

interface SealOptions {
  readonly reference?: string;
  readonly json?: true;
}

type Sealed = SealedFile & { readonly file: string };

function sealedText(sealed: readonly Sealed[]): { answer: object; text: string } {
  const lines = sealed.map(({ file, entry, sha256 }) => `own log, entry ${entry.index}: ${sha256}  ${file}`);
  return { answer: { sealed }, text: lines.map(printable).join('\n') };
}

async function digestToSeal(file: string): Promise<Digest> {
  const digest = await digestOf(file);
  if (digest.size === 0) throw new EvidenceCommandError({ code: 'EVIDENCE_FILE_EMPTY', file });
  return digest;
}

function anchorCommand(): Command {
  const command = new Command('anchor').description(
    'Tell the others now where the own log stands, instead of when the interval is over (supervisor).',
  );
  return act(command, async (client) => {
    const stated = await client.ask<AnchorAnswer>('POST', '/v1/anchors');
    return {
      answer: stated,
      text: `shared log, entry ${stated.index}: ${counted(stated.ownSize, 'entry', 'entries')} of the own log`,
    };
  });
}

function proveCommand(): Command {
  const command = new Command('prove')
    .description('Make a proof that an entry stood in the own log when the others were told so.')
    .argument('<index>', 'of the entry in the own log, as `seal` printed it', readWhole)
    .option('--out <file>', 'write the proof there instead of printing it');
  return act(command, async (client, [index], { out }: { out?: string }) => {
    const made = await client.ask<ProofAnswer>('GET', `/v1/evidence/${String(index)}/proof`);
    if (out === undefined) return { answer: made, text: made.proof.trimEnd() };
    await writeOutput(out, made.proof);
    return { answer: made, text: `proof of entry ${made.index}: ${out}` };
  });
}

function checkCommand(): Command {
  return new Command('check')
    .description('Check, offline, that a file is the one that was sealed, and say what the proof proves.')
    .argument('<file>')
    .argument('<proof>')
    .requiredOption('--key <vkey>', 'the public key of the member’s shared log, or a file that holds it')
    .option('--witness <vkey...>', 'keys of witnesses, whose cosignatures are then checked')
    .option('--json', 'print one JSON object')
    .action(async (file: string, proofFile: string, { key, witness = [], json }: CheckOptions) => {
      await answer(json, async () => {
        const proof = orThrow(parseAnchoredProof(await readInput(proofFile, ANCHORED_PROOF_SIZE_MAX)));
        const witnessKeys = witness.map((vkey) => orThrow(parseWitnessKey(vkey)));
        const anchored = orThrow(checkAnchoredProof(proof, { sharedKey: await readKey(key), witnessKeys }));
        await compareFile(file, anchored.entry);
        return { facts: anchoredFacts(anchored), lines: anchoredLines(anchored, witnessKeys) };
      });
    });
}

interface CheckOptions {
  readonly key: string;
  readonly witness?: readonly string[];
  readonly json?: true;
}

async function compareFile(file: string, { sha256: sealed, size }: Anchored['entry']): Promise<void> {
  const found = await digestOf(file);
  const sha256 = Buffer.from(sealed).toString('hex');
  if (found.sha256 !== sha256) {
    throw new EvidenceCommandError({ code: 'EVIDENCE_OTHER_FILE', sha256, found: found.sha256 });
  }
  if (found.size !== size) throw new EvidenceCommandError({ code: 'EVIDENCE_OTHER_SIZE', size, found: found.size });
}

interface Digest {
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
}

/** Reads a file of any size once, a chunk at a time. @throws InputError INPUT_UNREADABLE */
async function digestOf(file: string): Promise<Digest> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    const handle = await open(file, 'r');
    const total = (await handle.stat()).size;
    const isShown = process.stderr.isTTY && total > CHUNK_SIZE;
    // Reading to the end closes the file.
    for await (const chunk of handle.createReadStream({ highWaterMark: CHUNK_SIZE })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (isShown) process.stderr.write(`\r${printable(file)}: ${size} of ${total} octets${size < total ? '' : '\n'}`);
    }
  } catch (cause) {
    throw new InputError({ code: 'INPUT_UNREADABLE', file }, { cause });
  }
  return { file, sha256: hash.digest('hex'), size };
}

function anchoredFacts({ index, entry, anchor, checkpoint, witnesses }: Anchored): object {
  const { issuer, subject, sha256, size, timeMs } = entry;
  return {
    issuer,
    subject,
    sha256: Buffer.from(sha256).toString('hex'),
    size,
    sealedAt: timeText(timeMs),
    index,
    anchor: {
      index: anchor.index,
      ownSize: anchor.ownSize,
      statedAt: timeText(anchor.timeMs),
      witnesses: anchor.witnesses.map(({ name, atMs }) => ({ name, at: timeText(atMs) })),
    },
    origin: checkpoint.origin,
    sharedSize: checkpoint.size,
    witnesses: witnesses.map(({ name, atMs }) => ({ name, at: timeText(atMs) })),
  };
}

function anchoredLines(
  { index, entry, anchor, checkpoint, witnesses }: Anchored,
  asked: readonly WitnessKey[],
): string[] {
  const { issuer, subject, size, timeMs } = entry;
  const earliest = witnesses.toSorted((a, b) => a.atMs - b.atMs)[0];
  const latestBefore = anchor.witnesses.toSorted((a, b) => b.atMs - a.atMs)[0];
  return [
    `ok: the owner of the log ${checkpoint.origin} knew the hash of this file of ${size} octets (${subject}),`,
    `    and sealed it by its own clock on ${timeText(timeMs)}, at index ${index} of its own log.`,
    issuerLine(issuer),
    `    It told the others so in entry ${anchor.index} of that log,`,
    `    by its own clock on ${timeText(anchor.timeMs)}.`,
    ...(latestBefore === undefined
      ? []
      : [
          `    It cannot have told so before ${timeText(latestBefore.atMs)}: ${latestBefore.name} cosigned what that holds.`,
        ]),
    ...witnesses.map(
      ({ name, atMs }) =>
        `    ${name} saw that log at ${counted(checkpoint.size, 'entry', 'entries')} on ${timeText(atMs)}.`,
    ),
    ...(earliest === undefined ? [] : [`    So the file is not younger than ${timeText(earliest.atMs)}.`]),
    ...(asked.length > 0 && earliest === undefined ? ['    None of the given witnesses has cosigned that.'] : []),
    '    It proves that the file existed when its hash was sealed, and not that the owner of the log held it.',
  ].map(printable);
}
