import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Which fact tells of an attached list; and who is on lists is found by IMSI too. */
export async function linkListsToFacts({ schema }: Kysely<Schema>): Promise<void> {
  await schema.alterTable('incidentLists').addColumn('fact', 'integer').execute();
  await schema.createIndex('incidentPersonsByImsi').on('incidentPersons').column('imsi').execute();
}
