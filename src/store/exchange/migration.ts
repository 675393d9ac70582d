import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** Lists from and for registers that are not members. */
export async function createExchange(database: Kysely<Schema>): Promise<void> {
  await createFiles(database);
  await createListings(database);
  await createConflicts(database);
  await createDelivered(database);
}

async function createFiles({ schema }: Kysely<Schema>): Promise<void> {
  let files = schema
    .createTable('exchangeFiles')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('register', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('listNumber', 'bigint')
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('createdBy', 'text', (column) => column.notNull())
    .addColumn('finishedMs', 'bigint');
  for (const count of COUNTS) files = files.addColumn(count, 'bigint', (column) => column.notNull());
  await files
    .addColumn('faultCode', 'text')
    .addColumn('faultLine', 'bigint')
    .addColumn('remote', 'text')
    .addColumn('acceptShrink', 'integer', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('exchangeFilesByOctets')
    .on('exchangeFiles')
    .columns(['register', 'sha256'])
    .where(sql.ref('direction'), '=', 'in')
    .execute();
  await schema
    .createTable('exchangeLineFaults')
    .addColumn('fileId', 'bigint', (column) => column.notNull().references('exchangeFiles.id'))
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('field', 'text')
    .addPrimaryKeyConstraint('exchangeLineFaultsPrimary', ['fileId', 'line'])
    .execute();
}

const COUNTS = [
  'records',
  'recordsDone',
  'inserted',
  'removed',
  'unchanged',
  'skipped',
  'refused',
  'conflicts',
] as const;

async function createListings({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('exchangeListings')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('register', 'text', (column) => column.notNull())
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('imeiFrom', 'bigint', (column) => column.notNull())
    .addColumn('imeiTo', 'bigint', (column) => column.notNull())
    .addColumn('theirReason', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('fileId', 'bigint', (column) => column.notNull().references('exchangeFiles.id'))
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('seenFileId', 'bigint', (column) => column.notNull())
    .addColumn('listedMs', 'bigint', (column) => column.notNull())
    .addColumn('statementId', 'text')
    .addColumn('endedMs', 'bigint')
    .execute();
  await schema
    .createIndex('exchangeListingsStanding')
    .unique()
    .on('exchangeListings')
    .columns(['subject', 'register', 'organisation'])
    .where(sql.ref('ended_ms'), 'is', null)
    .execute();
  await schema.createIndex('exchangeListingsOfRegister').on('exchangeListings').columns(['register', 'id']).execute();
}

async function createConflicts({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('exchangeConflicts')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('register', 'text', (column) => column.notNull())
    .addColumn('fileId', 'bigint', (column) => column.notNull().references('exchangeFiles.id'))
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('imeiFrom', 'bigint', (column) => column.notNull())
    .addColumn('imeiTo', 'bigint', (column) => column.notNull())
    .addColumn('theirReason', 'text', (column) => column.notNull())
    .addColumn('openedMs', 'bigint', (column) => column.notNull())
    .addColumn('resolvedMs', 'bigint')
    .addColumn('resolution', 'text')
    .addColumn('resolvedBy', 'text')
    .execute();
  await schema.createIndex('exchangeConflictsBySubject').on('exchangeConflicts').column('subject').execute();
}

async function createDelivered({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('exchangeDelivered')
    .addColumn('register', 'text', (column) => column.notNull())
    .addColumn('imeiFrom', 'bigint', (column) => column.notNull())
    .addColumn('imeiTo', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('fileId', 'bigint', (column) => column.notNull().references('exchangeFiles.id'))
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('refusedCode', 'text')
    .addPrimaryKeyConstraint('exchangeDeliveredPrimary', ['register', 'imeiFrom', 'imeiTo'])
    .execute();
  await schema.createIndex('exchangeDeliveredByFile').on('exchangeDelivered').columns(['fileId', 'line']).execute();
}
