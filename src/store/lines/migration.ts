import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

export async function createLines({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('lines')
    .addColumn('msisdn', 'text', (column) => column.primaryKey())
    // One subscription is one line.
    .addColumn('imsi', 'text', (column) => column.unique())
    .addColumn('boundImei', 'bigint')
    .addColumn('protectedMs', 'bigint')
    .addColumn('paymentsBlockedMs', 'bigint')
    .addColumn('priorityMs', 'bigint')
    .addColumn('unblockAskedMs', 'bigint')
    .addColumn('unblockAskedBy', 'text')
    .addColumn('unblockCheck', 'text')
    .execute();
  await schema
    .createTable('linePasskeys')
    .addColumn('credentialId', 'text', (column) => column.primaryKey())
    .addColumn('msisdn', 'text', (column) => column.notNull())
    .addColumn('publicKey', 'text', (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('linePasskeysByLine').on('linePasskeys').column('msisdn').execute();
  await schema
    .createTable('lineEnrolments')
    .addColumn('codeHash', 'text', (column) => column.primaryKey())
    .addColumn('msisdn', 'text', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint', (column) => column.notNull())
    .addColumn('usedMs', 'bigint')
    .execute();
}
