import { type Kysely, type Migration, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** The tables of the certification desk, the same on both engines. */
export const SENDER_MIGRATION: Migration = {
  up: async (database: Kysely<Schema>) => {
    await createFirms(database);
    await createApplications(database);
    await createCertificates(database);
    await createNumbers(database);
    await createProposals(database);
  },
};

async function createFirms({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('firms')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('businessNumber', 'text', (column) => column.notNull().unique())
    .addColumn('representative', 'text', (column) => column.notNull())
    .addColumn('phone', 'text', (column) => column.notNull())
    .addColumn('officeAddress', 'text', (column) => column.notNull())
    .addColumn('tokenName', 'text', (column) => column.notNull().unique())
    .addColumn('registeredMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('firmTraits')
    .addColumn('firmId', 'bigint', (column) => column.notNull().references('firms.id'))
    .addColumn('trait', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('firmTraitsPrimary', ['firmId', 'trait', 'hash'])
    .execute();
  await schema.createIndex('firmTraitsByHash').on('firmTraits').columns(['hash', 'trait']).execute();
}

async function createApplications({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('applications')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('firmId', 'bigint', (column) => column.notNull().references('firms.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('facts', 'text')
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('changedMs', 'bigint', (column) => column.notNull())
    .addColumn('certificate', 'text')
    .execute();
  await schema.createIndex('applicationsByFirm').on('applications').column('firmId').execute();
  await schema.createIndex('applicationsByState').on('applications').columns(['state', 'id']).execute();
  await schema
    .createTable('applicationFindings')
    .addColumn('applicationId', 'bigint', (column) => column.notNull().references('applications.id'))
    .addColumn('item', 'text', (column) => column.notNull())
    .addColumn('finding', 'text', (column) => column.notNull())
    .addColumn('remark', 'text')
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('applicationFindingsPrimary', ['applicationId', 'item'])
    .execute();
  await schema
    .createTable('applicationEvidence')
    .addColumn('applicationId', 'bigint', (column) => column.notNull().references('applications.id'))
    .addColumn('item', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('mediaType', 'text', (column) => column.notNull())
    .addColumn('validUntilMs', 'bigint')
    .addColumn('addedMs', 'bigint', (column) => column.notNull())
    .addColumn('addedBy', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('applicationEvidencePrimary', ['applicationId', 'item', 'sha256'])
    .execute();
}

async function createCertificates({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('certificates')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('code', 'text', (column) => column.notNull().unique())
    .addColumn('firmId', 'bigint', (column) => column.notNull().references('firms.id'))
    .addColumn('originator', 'text', (column) => column.notNull().unique())
    .addColumn('priority', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('permille', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('certifiedMs', 'bigint', (column) => column.notNull())
    .addColumn('validUntilMs', 'bigint', (column) => column.notNull())
    .addColumn('changedMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('certificatesByFirm').on('certificates').column('firmId').execute();
}

async function createNumbers({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('numberCustomers')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('certificate', 'text', (column) => column.notNull().references('certificates.code'))
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('staff', 'integer', (column) => column.notNull())
    .addUniqueConstraint('numberCustomersByReference', ['certificate', 'reference'])
    .execute();
  await schema
    .createTable('senderNumbers')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('certificate', 'text', (column) => column.notNull().references('certificates.code'))
    .addColumn('customerId', 'bigint', (column) => column.notNull().references('numberCustomers.id'))
    .addColumn('number', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('proof', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('requestedMs', 'bigint', (column) => column.notNull())
    .addColumn('endedMs', 'bigint')
    .execute();
  await schema
    .createIndex('senderNumbersInForce')
    .unique()
    .on('senderNumbers')
    .columns(['certificate', 'number'])
    .where(sql.ref('ended_ms'), 'is', null)
    .execute();
  await schema.createIndex('senderNumbersByCustomer').on('senderNumbers').column('customerId').execute();
}

async function createProposals({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('senderProposals')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('certificate', 'text', (column) => column.notNull().references('certificates.code'))
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('permille', 'integer')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('changedMs', 'bigint', (column) => column.notNull())
    .addColumn('decidedBy', 'text')
    .execute();
  await schema
    .createIndex('senderProposalsByCertificate')
    .on('senderProposals')
    .columns(['certificate', 'state'])
    .execute();
}
