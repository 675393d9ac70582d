/**
 * The process that `ledger-kill.test.ts` kills: it appends without end and says on its standard output, a line each,
 * what was acknowledged and what was published.
 */
import { writeSync } from 'node:fs';
import { silentLog } from '../../src/base/log.ts';
import { readSigningKey } from '../../src/ledger/note-key.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';
import { numberedEntries } from '../support/ledger.ts';

const [folder, signingFolder, keyFile, firstNumber] = process.argv.slice(2) as [string, string, string, string];
const CALLERS = 8;

const signingKey = await readSigningKey(keyFile);
say('begin');
const log = await Sequencer.open({ folder, signingFolder, signingKey }, { log: silentLog });
say(`open ${log.size}`);
log.onPublished(({ size }) => say(`published ${size}`));

let number = Number(firstNumber);
await Promise.all(Array.from({ length: CALLERS }, appendForEver));

async function appendForEver(): Promise<never> {
  for (let turn = 0; ; turn++) {
    // Most appends are small, and some cross bundles.
    const count = turn % 7 === 6 ? 100 : 1 + (number % 3);
    const from = number;
    number += count;
    const { firstIndex } = await log.append(numberedEntries(from, from + count));
    say(`appended ${firstIndex} ${from} ${count}`);
  }
}

/** Written at once and in one piece: what was said before the kill is in the pipe. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
