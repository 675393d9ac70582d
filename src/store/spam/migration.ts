import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** The tables of the spam watch, the same on both engines. */
export async function createSpam(database: Kysely<Schema>): Promise<void> {
  await createCampaigns(database);
  await createReports(database);
  await createSightings(database);
}

async function createCampaigns({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('spamCampaigns')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('firstMs', 'bigint', (column) => column.notNull())
    .addColumn('lastMs', 'bigint', (column) => column.notNull())
    .addColumn('reports', 'bigint', (column) => column.notNull())
    .addColumn('texts', 'bigint', (column) => column.notNull())
    .addColumn('mergedInto', 'bigint')
    .execute();
  await schema.createIndex('spamCampaignsByLast').on('spamCampaigns').column('lastMs').execute();
  await schema
    .createTable('spamShapes')
    .addColumn('fingerprint', 'text', (column) => column.primaryKey())
    .addColumn('campaignId', 'bigint', (column) => column.notNull().references('spamCampaigns.id'))
    .execute();
  await schema.createIndex('spamShapesByCampaign').on('spamShapes').column('campaignId').execute();
  await schema
    .createTable('spamProposals')
    .addColumn('campaignId', 'bigint', (column) => column.notNull().references('spamCampaigns.id'))
    .addColumn('certificate', 'text', (column) => column.notNull())
    .addColumn('proposedMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('spamProposalsPrimary', ['campaignId', 'certificate'])
    .execute();
}

async function createReports({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('spamReports')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('sameKey', 'text', (column) => column.notNull().unique())
    .addColumn('recordedMs', 'bigint', (column) => column.notNull())
    .addColumn('recordedBy', 'text', (column) => column.notNull())
    .addColumn('receivedMs', 'bigint')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('campaignId', 'bigint', (column) => column.notNull().references('spamCampaigns.id'))
    .addColumn('certificate', 'text')
    .addColumn('number', 'text')
    .addColumn('relay', 'text')
    .addColumn('kind', 'text')
    .addColumn('reference', 'text')
    .addColumn('text', 'text')
    .execute();
  await schema.createIndex('spamReportsByCampaign').on('spamReports').columns(['campaignId', 'id']).execute();
  await schema.createIndex('spamReportsByFingerprint').on('spamReports').column('fingerprint').execute();
  await schema.createIndex('spamReportsByTime').on('spamReports').column('recordedMs').execute();
}

async function createSightings({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('spamSightings')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('certificate', 'text', (column) => column.notNull())
    .addColumn('hourMs', 'bigint', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('campaignId', 'bigint', (column) => column.notNull().references('spamCampaigns.id'))
    .addColumn('texts', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('spamSightingsPrimary', ['fingerprint', 'certificate', 'hourMs', 'source'])
    .execute();
  await schema.createIndex('spamSightingsByCampaign').on('spamSightings').columns(['campaignId', 'hourMs']).execute();
  await schema.createIndex('spamSightingsByHour').on('spamSightings').column('hourMs').execute();
}
