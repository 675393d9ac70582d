import type { Command } from 'commander';
import { DEVICE_REASONS } from '../statements/statement.ts';
import { type Access, type ApiClient, type ConnectionOptions, openClient, withConnection } from './client.ts';

export const REASONS_TEXT = DEVICE_REASONS.join(', ');

export interface CircumstanceOptions {
  readonly place?: string;
  readonly policeReference?: string;
  readonly note?: string;
  readonly requesterName?: string;
  readonly requesterContact?: string;
  readonly requesterRelation?: string;
  readonly rightChecked?: string;
  readonly reason?: string;
  readonly listing?: string;
  readonly occurredAt?: string;
  readonly acceptCheckDigit?: true;
  readonly acceptShared?: true;
}

/** What a command does: asks the node, and says its answer for people. */
type Work<Options> = (
  client: ApiClient,
  words: readonly (string | readonly string[])[],
  options: Options,
  command: Command,
) => Promise<Said>;

interface Said {
  readonly answer: object;
  readonly text: string;
}

/** Gives a command its connection and its work, and prints what comes of it. */
export function act<Options extends object>(command: Command, work: Work<Options>, access?: Access): Command {
  return withConnection(command).action(async () => {
    const options = command.opts<Options & ConnectionOptions>();
    const client = await openClient(options, command, access);
    say(await work(client, command.processedArgs as string[], options, command), options);
  });
}

/** Prints what came of it. A work that stops midway says with this what is done. */
export function say({ answer, text }: Said, { json }: Pick<ConnectionOptions, 'json'>): void {
  process.stdout.write(json === true ? `${JSON.stringify(answer)}\n` : `${text}\n`);
}

/** Gives a command what a case may say of what happened. */
export function withCircumstances(command: Command): Command {
  return command
    .option('--listing <listing>', 'blocked (the default), or tracked')
    .option('--occurred-at <time>', 'when it happened: 2026-11-22T17:30:00+09:00, or a day')
    .option('--place <text>', 'where; private')
    .option('--police-reference <text>', 'private')
    .option('--note <text>', 'private')
    .option('--requester-name <name>', 'who asks; private')
    .option('--requester-contact <contact>', 'private')
    .option('--requester-relation <text>', 'owner, parent, courier, police …')
    .option('--right-checked <text>', 'how their right was checked')
    .option('--accept-check-digit', 'take an IMEI whose check digit does not fit: you have looked again');
}

/** Gives a command that lists single devices a supervisor's word for one that is no single device. */
export function withAcceptShared(command: Command): Command {
  return command.option('--accept-shared', 'take an IMEI that many phones may bear, as test devices do (supervisor)');
}

/** The given ones, in the shape of the API. */
export function circumstances(options: CircumstanceOptions): object {
  const { requesterName: name, requesterContact: contact, requesterRelation: relation, rightChecked } = options;
  const { reason, listing, occurredAt, place, policeReference, note } = options;
  const { acceptCheckDigit, acceptShared } = options;
  const requester = givenOnly({ name, contact, relation, rightChecked });
  return {
    ...givenOnly({ reason, listing, occurredAt, place, policeReference, note, acceptCheckDigit, acceptShared }),
    ...(Object.keys(requester).length > 0 && { requester }),
  };
}

/** The fields that were given. */
export function givenOnly(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
