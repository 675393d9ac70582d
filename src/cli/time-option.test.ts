import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Command } from 'commander';
import { cellCommand } from './cell.ts';
import { deviceCommand } from './device.ts';
import { gateCommand } from './gate.ts';
import { journalCommand } from './journal.ts';
import { lookUpsCommand } from './look-ups.ts';
import { recordsCommand } from './records.ts';

it('--since and --until say of every command what a day is', () => {
  const commands = [cellCommand, deviceCommand, gateCommand, journalCommand, lookUpsCommand, recordsCommand];
  const options = commands.flatMap((command) => withSubcommands(command())).flatMap(({ options }) => options);
  const said = (name: string): string[] =>
    options.filter(({ long }) => long === name).map(({ description }) => description);
  assert.equal(said('--since').length, 6);
  assert.ok(said('--since').every((text) => text.endsWith('a day in UTC, from its beginning')));
  assert.equal(said('--until').length, 3);
  assert.ok(said('--until').every((text) => text.endsWith('a day in UTC, all of it')));
});

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
