import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Requests from the public page that wait for an agent. */
export async function createPhoneRequests({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('phoneRequests')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('imei', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('occurredOn', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('contact', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('decidedMs', 'bigint')
    .addColumn('decidedBy', 'text')
    .addColumn('caseNumber', 'text')
    .execute();
  await schema.createIndex('phoneRequestsByState').on('phoneRequests').columns(['state', 'createdMs']).execute();
}
