import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Command, InvalidArgumentError } from 'commander';
import { TIME_MS_MAX } from '../base/clock.ts';
import { cellCommand } from './cell.ts';
import { deviceCommand } from './device.ts';
import { gateCommand } from './gate.ts';
import { journalCommand } from './journal.ts';
import { lookUpsCommand } from './look-ups.ts';
import { recordsCommand } from './records.ts';
import { readTimeOption } from './time-option.ts';

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

it('a time is of the year 9999 at most, wherever it is that year', () => {
  assert.equal(readTimeOption('9999-12-31T23:59:59.999Z'), TIME_MS_MAX);
  assert.equal(readTimeOption('9999-12-31') + 86_400_000 - 1, TIME_MS_MAX);
  for (const later of ['9999-12-31T23:59:59-00:01', '9999-12-31T12:00:00-23:00']) {
    assert.throws(() => readTimeOption(later), InvalidArgumentError, later);
  }
});

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
