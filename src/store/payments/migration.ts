import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

export async function createPayments({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('payments')
    .addColumn('paymentId', 'text', (column) => column.primaryKey())
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('clientCorrelator', 'text')
    .addColumn('requestHash', 'text', (column) => column.notNull())
    .addColumn('steps', 'integer', (column) => column.notNull())
    .addColumn('msisdn', 'text', (column) => column.notNull())
    .addColumn('amount', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('amountTransaction', 'text', (column) => column.notNull())
    .addColumn('merchantIdentifier', 'text')
    .addColumn('cell', 'text')
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('grounds', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('refusedAtOnce', 'integer', (column) => column.notNull())
    .addColumn('validationToken', 'text', (column) => column.unique())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('changedMs', 'bigint', (column) => column.notNull())
    .addColumn('chargedMs', 'bigint')
    .addColumn('refundedMs', 'bigint')
    .addColumn('judgement', 'text')
    // Nulls are no two alike: a merchant that gives no correlator may ask as often as it likes.
    .addUniqueConstraint('paymentsByCorrelator', ['merchant', 'clientCorrelator'])
    .execute();
  await schema.createIndex('paymentsByLine').on('payments').columns(['msisdn', 'createdMs']).execute();
  await schema.createIndex('paymentsByMerchant').on('payments').columns(['merchant', 'createdMs']).execute();
  await schema.createIndex('paymentsByState').on('payments').columns(['state', 'createdMs']).execute();
  await schema.createIndex('paymentsByTime').on('payments').column('createdMs').execute();
  await schema
    .createTable('paymentCharges')
    .addColumn('paymentId', 'text', (column) => column.notNull().references('payments.paymentId'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('msisdn', 'text', (column) => column.notNull())
    .addColumn('amount', 'bigint', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('paymentChargesPrimary', ['paymentId', 'kind'])
    .execute();
  await schema.createIndex('paymentChargesByLine').on('paymentCharges').columns(['msisdn', 'atMs']).execute();
}
