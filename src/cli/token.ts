import { Command } from 'commander';
import { DESK_ROLES } from '../portals/permissions.ts';
import type { TokenView } from '../portals/tokens.ts';
import { act } from './desk-command.ts';
import { table, timeText } from './text.ts';

/** Who may use a node's desk, from the command line. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('Make, list and revoke the tokens of a node’s desk.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function createCommand(): Command {
  const command = new Command('create')
    .description('Make a token and print it: it is shown once and kept nowhere.')
    .argument('<name>', 'of the desk or the person; it stands in the journal')
    .requiredOption('--role <role>', DESK_ROLES.join(', '));
  return act(command, async (client, [name], { role }: { role: string }) => {
    const answer = await client.ask<{ token: string }>('POST', '/v1/tokens', { body: { name, role } });
    return { answer, text: answer.token };
  });
}

function listCommand(): Command {
  return act(new Command('list').description('List tokens, in force and revoked.'), async (client) => {
    const answer = await client.ask<{ tokens: TokenView[] }>('GET', '/v1/tokens');
    const rows = answer.tokens.map((token) => [
      token.name,
      token.role,
      `${timeText(token.createdAt)} by ${token.createdBy}`,
      token.lastUsedDay ?? 'never',
      token.revokedAt === undefined ? 'in force' : `revoked ${timeText(token.revokedAt)}`,
    ]);
    return { answer, text: table(['name', 'role', 'made', 'last used', 'state'], rows) };
  });
}

function revokeCommand(): Command {
  const command = new Command('revoke').description('Revoke a token: it is refused from now on.').argument('<name>');
  return act(command, async (client, [name]) => {
    const answer = await client.ask<TokenView>('DELETE', `/v1/tokens/${encodeURIComponent(String(name))}`);
    return { answer, text: `${answer.name} is revoked` };
  });
}
