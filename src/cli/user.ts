import { Command } from 'commander';
import { DESK_ROLES } from '../portals/permissions.ts';
import type { UserView } from '../portals/sessions/users.ts';
import { act } from './desk-command.ts';
import { readInput } from './input.ts';
import { table, timeText } from './text.ts';

const PASSWORD_FILE_SIZE_MAX = 1_024;

/** Who may sign in at a node's pages, from the command line. */
export function userCommand(): Command {
  return new Command('user')
    .description('Make, list and shut out people who sign in at a node’s pages.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(disableCommand());
}

interface CreateOptions {
  readonly role: string;
  readonly displayName?: string;
  readonly email?: string;
  readonly passwordFile?: string;
}

function createCommand(): Command {
  const command = new Command('create')
    .description('Make a person. Without a password one is made and printed: it is shown once and kept nowhere.')
    .argument('<name>', 'to sign in with; it stands in the journal')
    .requiredOption('--role <role>', DESK_ROLES.join(', '))
    .option('--display-name <name>', 'how the pages greet the person')
    .option('--email <address>', 'as the company’s own sign-in knows the person')
    .option('--password-file <file>', 'a file that holds the password; - for standard input');
  return act(command, async (client, [name], { passwordFile, role, displayName, email }: CreateOptions) => {
    const password = passwordFile === undefined ? undefined : await readPassword(passwordFile);
    const body = {
      name,
      role,
      ...(displayName !== undefined && { displayName }),
      ...(email !== undefined && { email }),
      ...(password !== undefined && { password }),
    };
    const answer = await client.ask<UserView & { password?: string }>('POST', '/v1/users', { body });
    return { answer, text: answer.password ?? `${answer.name} may sign in` };
  });
}

async function readPassword(file: string): Promise<string> {
  const octets = await readInput(file === '-' ? '/dev/stdin' : file, PASSWORD_FILE_SIZE_MAX);
  return octets.toString('utf8').replace(/\r?\n$/, '');
}

function listCommand(): Command {
  return act(new Command('list').description('List people, shut out or not.'), async (client) => {
    const answer = await client.ask<{ users: UserView[] }>('GET', '/v1/users');
    const rows = answer.users.map((user) => [
      user.name,
      user.displayName,
      user.role,
      `${timeText(user.createdAt)} by ${user.createdBy}`,
      user.hasSecondFactor ? 'yes' : 'no',
      user.disabled ? 'shut out' : 'may sign in',
    ]);
    return { answer, text: table(['name', 'person', 'role', 'made', 'authenticator', 'state'], rows) };
  });
}

function disableCommand(): Command {
  const command = new Command('disable')
    .description('Shut a person out: every session ends now, and none begins again.')
    .argument('<name>');
  return act(command, async (client, [name]) => {
    const answer = await client.ask<UserView>('DELETE', `/v1/users/${encodeURIComponent(String(name))}`);
    return { answer, text: `${answer.name} is shut out` };
  });
}
