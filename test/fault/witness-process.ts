/**
 * The process that `witness-kill.test.ts` kills: it cosigns the requests that come on its standard input, a line of
 * base64 each, and says on its standard output what became of them.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/base/clock.ts';
import { Fault, orThrow } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { readWitnessKey } from '../../src/ledger/cosignature.ts';
import { parseLogKey } from '../../src/ledger/note-key.ts';
import { Witness } from '../../src/ledger/witness.ts';

const [folder, keyFile, vkey] = process.argv.slice(2) as [string, string, string];
const logKey = orThrow(parseLogKey(vkey));
const witness = await Witness.open(
  { folder, keys: [await readWitnessKey(keyFile)] },
  {
    clock: systemClock,
    log: silentLog,
    keysOf: (origin) => (origin === logKey.name ? logKey : undefined),
    isConvicted: () => false,
  },
);
say('open');
createInterface(process.stdin).on('line', (line) => {
  const [number, body] = line.split(' ') as [string, string];
  witness.addCheckpoint(Buffer.from(body, 'base64')).then(
    (lines) => say(`cosigned ${number} ${Buffer.from(lines).toString('base64')}`),
    (error: unknown) =>
      say(`refused ${number} ${error instanceof Fault ? (error as Fault).facts.code : String(error)}`),
  );
});

/** Written at once and in one piece: what was said before the kill is in the pipe. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
