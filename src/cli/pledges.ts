import { Command } from 'commander';
import type { SealedReport } from '../desks/pledges/report.ts';
import { act } from './desk-command.ts';
import { writeOutput } from './input.ts';

/** What a member has promised. */
export function pledgesCommand(): Command {
  return new Command('pledges')
    .description('What this member has promised, and how it is kept.')
    .addCommand(reportCommand());
}

function reportCommand(): Command {
  const command = new Command('report')
    .description('Compute a quarter’s report from the running node, and seal its digest in the member’s own log.')
    .requiredOption('--quarter <quarter>', 'such as 2026Q4')
    .option('--out <name>', 'write NAME.json, whose SHA-256 is the one sealed, and NAME.md');
  return act(command, async (client, _, { quarter, out }: { quarter: string; out?: string }) => {
    const sealed = await client.ask<SealedReport>('POST', '/v1/pledges/reports', { body: { quarter } });
    const { json, markdown, sha256, entry } = sealed;
    const seal = `sealed in the own log of ${entry.member} as entry ${entry.index}: sha256 ${sha256}`;
    if (out !== undefined) {
      await writeOutput(`${out}.json`, json);
      await writeOutput(`${out}.md`, markdown);
    }
    const text = out === undefined ? `${markdown}\n${seal}` : `${out}.json and ${out}.md written, ${seal}`;
    return { answer: { report: JSON.parse(json) as object, sha256, entry }, text };
  });
}
