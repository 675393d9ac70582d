import { Command } from 'commander';
import { orThrow } from '../base/fault.ts';
import type { ReceiptAnswer } from '../desks/proofs/desk.ts';
import type { CaseView, StatementView } from '../desks/devices/views.ts';
import { parseSize } from '../ledger/checkpoint.ts';
import { parseWitnessKey, type WitnessKey } from '../ledger/cosignature.ts';
import { checkReceipt, parseReceipt, RECEIPT_SIZE_MAX, type Received } from '../sealing/receipt.ts';
import { readStatement } from '../statements/codec.ts';
import { StatementError } from '../statements/statement-fault.ts';
import { answer } from './checked.ts';
import type { ApiClient } from './client.ts';
import { act } from './desk-command.ts';
import { bodyText, issuerLine, statedText, timeText } from './entry-text.ts';
import { readInput, readKey, writeOutput } from './input.ts';
import { printable } from './text.ts';

/** `device receipt`: the person's copy, made by the node that made the statement. */
export function receiptCommand(): Command {
  const command = new Command('receipt')
    .description('Make the receipt of a statement: a file that proves, offline, what was stated of this one device.')
    .argument('<case>', 'its number, such as C-2026-000123, or the index of an entry of this member’s shared log')
    .option('--device <imei>', 'which device of the case')
    .option('--out <file>', 'write the receipt there instead of printing it');
  return act(command, async (client, [word], { device, out }: ReceiptOptions, command) => {
    const index = parseSize(word as string) ?? (await indexOf({ client, command }, word as string, device));
    const given = await client.ask<ReceiptAnswer>('GET', `/v1/receipts/${index}`);
    if (out === undefined) return { answer: given, text: given.receipt.trimEnd() };
    await writeOutput(out, given.receipt);
    return { answer: given, text: `receipt of entry ${given.index} of ${given.member}: ${out}` };
  });
}

interface ReceiptOptions {
  readonly device?: string;
  readonly out?: string;
}

/** `ledger check-receipt`: needs the log's key, and no node, no network, no epoch key. */
export function checkReceiptCommand(): Command {
  return new Command('check-receipt')
    .description('Check a receipt, offline, and say what it proves.')
    .argument('<file>', 'the receipt')
    .requiredOption('--key <vkey>', 'the log’s public key, or a file that holds it')
    .option('--witness <vkey...>', 'keys of witnesses, whose cosignatures are then checked')
    .option('--json', 'print one JSON object')
    .action(async (file: string, { key, witness = [], json }: CheckOptions) => {
      await answer(json, async () => {
        const receipt = orThrow(parseReceipt(await readInput(file, RECEIPT_SIZE_MAX)));
        const witnessKeys = witness.map((vkey) => orThrow(parseWitnessKey(vkey)));
        const received = orThrow(checkReceipt(receipt, { logKey: await readKey(key), witnessKeys }));
        return { facts: receivedFacts(received), lines: receivedLines(received, witnessKeys) };
      });
    });
}

interface CheckOptions {
  readonly key: string;
  readonly witness?: readonly string[];
  readonly json?: true;
}

/** The entry of a case's only device, or of the one that was named. */
async function indexOf(
  { client, command }: { client: ApiClient; command: Command },
  number: string,
  device: string | undefined,
): Promise<number> {
  const { statements } = await client.ask<CaseView>('GET', `/v1/device-cases/${encodeURIComponent(number)}`);
  const [first, ...more] = statements.flatMap((statement) => (isAbout(statement, device) ? [statement.entry!] : []));
  if (first === undefined) return command.error(`error: no statement of ${number} stands in the log for this device`);
  if (more.length > 0) command.error(`error: ${number} has several statements: say of which --device`);
  return first.index;
}

function isAbout({ imei, entry }: StatementView, wanted: string | undefined): boolean {
  // The case shows fifteen digits; a person may have typed fourteen, or sixteen.
  return entry !== undefined && (wanted === undefined || imei?.slice(0, 14) === wanted.slice(0, 14));
}

function receivedFacts(received: Received): object {
  const { index, entry, body, checkpoint, witnesses } = received;
  const { kind, issuer, timeMs, epoch } = entry;
  const { origin, size, root } = checkpoint;
  return {
    kind,
    issuer,
    statedAt: timeText(timeMs),
    epoch,
    body: bodyText(body),
    reading: readingOf(received),
    origin,
    index,
    size,
    root: root.toString('hex'),
    witnesses: witnesses.map(({ name, atMs }) => ({ name, at: timeText(atMs) })),
  };
}

/** What is proven, sentence by sentence. Words of others cannot move the cursor of a terminal. */
function receivedLines(received: Received, asked: readonly WitnessKey[]): string[] {
  const { index, entry, body, checkpoint, witnesses } = received;
  const { kind, issuer, timeMs, continues } = entry;
  const { origin, size, root } = checkpoint;
  const reading = readingOf(received);
  return [
    `ok: the owner of the log ${origin} stated this by its own clock on ${timeText(timeMs)}:`,
    `    ${reading === 'fits' ? statedText(kind, body) : `${kind} ${JSON.stringify(bodyText(body))}`}`,
    ...(reading === 'misfit' ? ['    This does not fit its kind, so it counts at no node.'] : []),
    ...(continues === undefined ? [] : [`    It states anew what stands at index ${continues}.`]),
    issuerLine(issuer),
    `    It stands at index ${index} of the log,`,
    `    which signed its first ${size} entries with the root ${root.toString('base64')}.`,
    ...witnesses.map(({ name, atMs }) => `    ${name} saw the log so on ${timeText(atMs)}.`),
    ...(asked.length > 0 && witnesses.length === 0 ? ['    None of the given witnesses has cosigned that.'] : []),
    '    It proves what was stated then, and not that it still stands.',
  ].map(printable);
}

/** A body that is unknown or does not fit its kind is shown as it is: the proof holds all the same. */
function readingOf({ entry: { kind, version }, body }: Received): 'fits' | 'unknown' | 'misfit' {
  try {
    return readStatement(kind, version, body) === undefined ? 'unknown' : 'fits';
  } catch (error) {
    if (error instanceof StatementError) return 'misfit';
    throw error;
  }
}
