import { type Kysely, type Migration, sql } from 'kysely';
import { createCells } from './cells/migration.ts';
import { createExchange } from './exchange/migration.ts';
import { createPhoneRequests } from './pages/migration.ts';
import { linkListsToFacts } from './incidents/list-facts-migration.ts';
import { createIncidents } from './incidents/migration.ts';
import { createLookUps } from './look-ups/migration.ts';
import { createLines } from './lines/migration.ts';
import { createPayments } from './payments/migration.ts';
import type { Schema } from './schema.ts';
import { SENDER_MIGRATION } from './senders/migration.ts';
import { createSpam } from './spam/migration.ts';
import { createSignIn } from './sign-in/migration.ts';

export type Engine = 'sqlite' | 'postgres';

/**
 * Every change of the schema, in order. A migration that has been released is never edited: the next one mends it.
 * The two engines share every statement but the trigger's.
 */
export function migrations(engine: Engine): Record<string, Migration> {
  return {
    '0001-desk': { up: createTables },
    '0002-journal-is-kept': { up: (database) => keepJournal(database, engine) },
    '0003-journal-is-not-replaced': { up: (database) => refuseReplacement(database, engine) },
    '0004-places': { up: createPlaces },
    '0050-incidents': { up: (database) => createIncidents(database, engine) },
    '0010-senders': SENDER_MIGRATION,
    '0030-cells': { up: (database) => createCells(database, engine) },
    '0040-lines': { up: createLines },
    '0041-payments': { up: createPayments },
    '0020-spam': { up: createSpam },
    '0060-exchange': { up: createExchange },
    '0081-list-facts': { up: linkListsToFacts },
    '0080-look-ups': { up: createLookUps },
    '0070-pages': {
      up: async (database) => {
        await createSignIn(database, engine);
        await createPhoneRequests(database);
      },
    },
  };
}

async function createTables(database: Kysely<Schema>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await createCases(database);
  await schema
    .createTable('journal')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('caseId', 'bigint')
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('journalByCase').on('journal').columns(['caseId', 'sequence']).execute();
  await schema
    .createTable('tokens')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('createdBy', 'text', (column) => column.notNull())
    .addColumn('revokedMs', 'bigint')
    .addColumn('lastUsedDay', 'text')
    .execute();
  await createRequests(database);
}

async function createCases({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('cases')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('createdBy', 'text', (column) => column.notNull())
    .addColumn('occurredMs', 'bigint')
    .addColumn('place', 'text')
    .addColumn('policeReference', 'text')
    .addColumn('note', 'text')
    .addColumn('requesterName', 'text')
    .addColumn('requesterContact', 'text')
    .addColumn('requesterContactKey', 'text')
    .addColumn('requesterRelation', 'text')
    .addColumn('rightCheckedBy', 'text')
    .execute();
  await schema.createIndex('casesByPoliceReference').on('cases').column('policeReference').execute();
  await schema.createIndex('casesByContact').on('cases').column('requesterContactKey').execute();
  await schema
    .createTable('caseStatements')
    .addColumn('statementId', 'text', (column) => column.primaryKey())
    .addColumn('caseId', 'bigint', (column) => column.notNull().references('cases.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('imeiFrom', 'bigint')
    .addColumn('imeiTo', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('imsi', 'text')
    .addColumn('logIndex', 'bigint')
    .addColumn('endedMs', 'bigint')
    .addColumn('endReason', 'text')
    .addColumn('endStatementId', 'text')
    .addColumn('endLogIndex', 'bigint')
    .addUniqueConstraint('caseStatementsPosition', ['caseId', 'position'])
    .execute();
  await schema
    .createIndex('caseStatementsStanding')
    .unique()
    .on('caseStatements')
    .column('subject')
    .where(sql.ref('ended_ms'), 'is', null)
    .execute();
  await schema.createIndex('caseStatementsByImei').on('caseStatements').column('imeiFrom').execute();
  await schema.createIndex('caseStatementsByEnd').on('caseStatements').column('endStatementId').execute();
}

async function createRequests({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('idempotencyKeys')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('requestHash', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('expiresMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotencyKeysPrimary', ['actor', 'key'])
    .execute();
  await schema.createIndex('idempotencyKeysByExpiry').on('idempotencyKeys').column('expiresMs').execute();
  await schema
    .createTable('outbox')
    .addColumn('statementId', 'text', (column) => column.primaryKey())
    .addColumn('groupId', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('entry', 'bytea', (column) => column.notNull())
    .addColumn('logSize', 'bigint', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('outboxByGroup').on('outbox').columns(['groupId', 'position']).execute();
}

const KEEP_JOURNAL: Record<Engine, readonly string[]> = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger journal_keeps_${change} before ${change} on journal
      begin select raise(abort, 'the journal is append-only'); end`,
  ),
  postgres: [
    `create function refuse_change() returns trigger language plpgsql as
      $$ begin raise exception 'the journal is append-only'; end $$`,
    `create trigger journal_keeps before update or delete on journal
      for each row execute function refuse_change()`,
    `create trigger journal_keeps_all before truncate on journal
      for each statement execute function refuse_change()`,
  ],
};

async function keepJournal(database: Kysely<Schema>, engine: Engine): Promise<void> {
  for (const statement of KEEP_JOURNAL[engine]) await sql.raw(statement).execute(database);
}

/** SQLite's `insert or replace` takes away a row without asking the trigger of `delete`. PostgreSQL has no such statement. */
async function refuseReplacement(database: Kysely<Schema>, engine: Engine): Promise<void> {
  if (engine !== 'sqlite') return;
  await sql
    .raw(
      `create trigger journal_keeps_insert before insert on journal
        when exists (select 1 from journal where sequence = new.sequence)
        begin select raise(abort, 'the journal is append-only'); end`,
    )
    .execute(database);
}

/** Every desk's entries have their place in one table; those of device cases stood only beside their statements. */
async function createPlaces(database: Kysely<Schema>): Promise<void> {
  await database.schema
    .createTable('statementPlaces')
    .addColumn('statementId', 'text', (column) => column.primaryKey())
    .addColumn('log', 'text', (column) => column.notNull())
    .addColumn('logIndex', 'bigint')
    .execute();
  await database.schema
    .alterTable('outbox')
    .addColumn('log', 'text', (column) => column.notNull().defaultTo('shared'))
    .execute();
  for (const [id, index] of [
    ['statement_id', 'log_index'],
    ['end_statement_id', 'end_log_index'],
  ]) {
    await sql
      .raw(
        `insert into statement_places (statement_id, log, log_index)
          select ${id}, 'shared', ${index} from case_statements where ${id} is not null`,
      )
      .execute(database);
  }
}
