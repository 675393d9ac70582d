import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** Cells that are not trusted, what was found of cells, and exposed lists. A version once made is not changed. */
export async function createCells(database: Kysely<Schema>, engine: 'sqlite' | 'postgres'): Promise<void> {
  await createDistrusts(database);
  await createExposedLists(database);
  for (const statement of KEEP_VERSIONS[engine]) await sql.raw(statement).execute(database);
}

async function createDistrusts({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('cellDistrusts')
    .addColumn('statementId', 'text', (column) => column.primaryKey())
    .addColumn('cell', 'text', (column) => column.notNull())
    .addColumn('fromMs', 'bigint', (column) => column.notNull())
    .addColumn('toMs', 'bigint')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text')
    .addColumn('evidenceSize', 'bigint')
    .addColumn('note', 'text')
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('createdBy', 'text', (column) => column.notNull())
    .addColumn('endedMs', 'bigint')
    .addColumn('endedBy', 'text')
    .addColumn('endStatementId', 'text')
    .execute();
  await schema.createIndex('cellDistrustsByCell').on('cellDistrusts').columns(['cell', 'createdMs']).execute();
  await schema
    .createTable('cellFindings')
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('cell', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('confidence', 'text', (column) => column.notNull())
    .addColumn('firstMs', 'bigint', (column) => column.notNull())
    .addColumn('lastMs', 'bigint', (column) => column.notNull())
    .addColumn('evidence', 'text', (column) => column.notNull())
    .addColumn('foundMs', 'bigint', (column) => column.notNull())
    .addColumn('seenMs', 'bigint', (column) => column.notNull())
    .addColumn('withdrawnMs', 'bigint')
    .addPrimaryKeyConstraint('cellFindingsPrimary', ['rule', 'cell'])
    .execute();
}

async function createExposedLists({ schema }: Kysely<Schema>): Promise<void> {
  await schema
    .createTable('exposedLists')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('createdMs', 'bigint', (column) => column.notNull())
    .addColumn('createdBy', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('exposedVersions')
    .addColumn('listId', 'bigint', (column) => column.notNull().references('exposedLists.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('madeMs', 'bigint', (column) => column.notNull())
    .addColumn('madeBy', 'text', (column) => column.notNull())
    .addColumn('windows', 'text', (column) => column.notNull())
    .addColumn('items', 'text', (column) => column.notNull())
    .addColumn('lines', 'integer', (column) => column.notNull())
    .addColumn('added', 'integer', (column) => column.notNull())
    .addColumn('grown', 'integer', (column) => column.notNull())
    .addColumn('narrowed', 'integer', (column) => column.notNull())
    .addColumn('dropped', 'integer', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('statementId', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('exposedVersionsPrimary', ['listId', 'version'])
    .execute();
  await schema
    .createTable('exposedLines')
    .addColumn('listId', 'bigint', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('imsi', 'text', (column) => column.notNull())
    .addColumn('msisdn', 'text', (column) => column.notNull())
    .addColumn('imeis', 'text', (column) => column.notNull())
    .addColumn('firstMs', 'bigint', (column) => column.notNull())
    .addColumn('lastMs', 'bigint', (column) => column.notNull())
    .addColumn('cells', 'text', (column) => column.notNull())
    .addColumn('items', 'text', (column) => column.notNull())
    .addColumn('change', 'text', (column) => column.notNull())
    .addColumn('droppedReason', 'text')
    .addPrimaryKeyConstraint('exposedLinesPrimary', ['listId', 'version', 'imsi'])
    .execute();
  await schema.createIndex('exposedLinesByNumber').on('exposedLines').columns(['msisdn', 'listId']).execute();
}

const KEPT = ['exposed_versions', 'exposed_lines'];

/** SQLite's `insert or replace` takes a row away without asking the trigger of `delete`: so an insert is asked too. */
const KEEP_VERSIONS: Record<'sqlite' | 'postgres', readonly string[]> = {
  sqlite: [
    ...KEPT.flatMap((table) =>
      ['update', 'delete'].map(
        (change) => `create trigger ${table}_keep_${change} before ${change} on ${table}
          begin select raise(abort, 'a version is not changed'); end`,
      ),
    ),
    `create trigger exposed_versions_keep_insert before insert on exposed_versions
      when exists (select 1 from exposed_versions where list_id = new.list_id and version = new.version)
      begin select raise(abort, 'a version is not changed'); end`,
    `create trigger exposed_lines_keep_insert before insert on exposed_lines
      when exists (select 1 from exposed_lines
        where list_id = new.list_id and version = new.version and imsi = new.imsi)
      begin select raise(abort, 'a version is not changed'); end`,
  ],
  postgres: [
    `create function refuse_version_change() returns trigger language plpgsql as
      $$ begin raise exception 'a version is not changed'; end $$`,
    ...KEPT.flatMap((table) => [
      `create trigger ${table}_keep before update or delete on ${table}
        for each row execute function refuse_version_change()`,
      `create trigger ${table}_keep_all before truncate on ${table}
        for each statement execute function refuse_version_change()`,
    ]),
  ],
};
