import { Command } from 'commander';
import { applyCommand } from './consortium/apply.ts';
import { initCommand, introduceCommand } from './consortium/found.ts';
import { proposeCommand } from './consortium/propose.ts';
import { showCommand, verifyCommand } from './consortium/show.ts';
import { signCommand } from './consortium/sign.ts';

/** Governs the consortium, from files alone. */
export function consortiumCommand(): Command {
  return new Command('consortium')
    .description(
      'Who takes part, with which keys, under which rules: found, change and check it. Needs no running node.',
    )
    .addCommand(introduceCommand())
    .addCommand(initCommand())
    .addCommand(proposeCommand())
    .addCommand(signCommand())
    .addCommand(applyCommand())
    .addCommand(showCommand())
    .addCommand(verifyCommand());
}
