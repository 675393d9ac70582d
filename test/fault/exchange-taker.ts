/**
 * The process that `exchange-kill.test.ts` kills: an exchange with its store and its log that takes the lists of a
 * folder, one after the other. It says on its standard output when each is taken.
 */
import { createReadStream, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SUPERVISOR } from '../support/desk.ts';
import { openExchange } from '../support/real-exchange.ts';

const [folder, lists] = process.argv.slice(2) as [string, string];

say('begin');
const { exchange, decisions } = await openExchange(folder);
await decisions.resume();
await exchange.inbox.resume();
for (const name of readdirSync(lists).sort()) {
  await exchange.receive('worldlist', createReadStream(join(lists, name)), { name }, SUPERVISOR);
}
await exchange.inbox.settled();
say('done');
setInterval(() => undefined, 1_000);

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
