import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';

type Column = 'text' | 'bigint' | 'integer';
/** A column's type; `?` where it may be null. */
type Columns = Readonly<Record<string, Column | `${Column}?`>>;

const TABLES: Readonly<Record<string, { readonly columns: Columns; readonly key: readonly string[] }>> = {
  incidents: {
    columns: { id: 'bigint', title: 'text', status: 'text', openedMs: 'bigint', openedBy: 'text', closedMs: 'bigint?' },
    key: ['id'],
  },
  incidentFacts: {
    columns: {
      incidentId: 'bigint',
      position: 'integer',
      what: 'text',
      happenedMs: 'bigint?',
      knownMs: 'bigint',
      marks: 'text',
      persons: 'integer?',
      recordedMs: 'bigint',
      recordedBy: 'text',
    },
    key: ['incidentId', 'position'],
  },
  incidentEvidence: {
    columns: {
      incidentId: 'bigint',
      sha256: 'text',
      name: 'text',
      size: 'bigint',
      fact: 'integer?',
      sealedMs: 'bigint',
      sealedBy: 'text',
      statementId: 'text',
    },
    key: ['incidentId', 'sha256'],
  },
  incidentClocks: {
    columns: {
      incidentId: 'bigint',
      position: 'integer',
      duty: 'text',
      fact: 'integer',
      startMs: 'bigint',
      dueMs: 'bigint?',
      warnedMs: 'bigint?',
      missedMs: 'bigint?',
      filedMs: 'bigint?',
      filedReference: 'text?',
      filedEvidence: 'text?',
      filedBy: 'text?',
    },
    key: ['incidentId', 'position'],
  },
  incidentLists: {
    columns: {
      incidentId: 'bigint',
      list: 'text',
      version: 'integer',
      attachedMs: 'bigint',
      attachedBy: 'text',
      lines: 'integer',
      added: 'integer',
      grown: 'integer',
      dropped: 'integer',
    },
    key: ['incidentId', 'list', 'version'],
  },
  incidentCounts: {
    columns: {
      incidentId: 'bigint',
      position: 'integer',
      source: 'text',
      asOfMs: 'bigint',
      victims: 'integer',
      payments: 'integer',
      won: 'bigint',
      refunded: 'integer',
      recordedMs: 'bigint',
      recordedBy: 'text',
    },
    key: ['incidentId', 'position'],
  },
  incidentPersons: {
    columns: {
      incidentId: 'bigint',
      msisdn: 'text',
      imsi: 'text',
      items: 'text',
      firstMs: 'bigint',
      lastMs: 'bigint',
      list: 'text',
      version: 'integer',
      droppedVersion: 'integer?',
      noticedItems: 'text?',
    },
    key: ['incidentId', 'msisdn'],
  },
  noticeBatches: {
    columns: {
      id: 'bigint',
      incidentId: 'bigint',
      createdMs: 'bigint',
      createdBy: 'text',
      sender: 'text',
      template: 'text',
      language: 'text',
      recipients: 'integer',
    },
    key: ['id'],
  },
  notices: {
    columns: {
      batchId: 'bigint',
      position: 'integer',
      incidentId: 'bigint',
      msisdn: 'text',
      code: 'text',
      items: 'text',
      status: 'text',
      attempts: 'integer',
      nextMs: 'bigint',
      messageId: 'text?',
      sentMs: 'bigint?',
      doneMs: 'bigint?',
    },
    key: ['batchId', 'position'],
  },
  lineChecks: {
    columns: {
      id: 'text',
      msisdn: 'text',
      codeHash: 'text',
      status: 'text',
      wrongCodes: 'integer',
      createdMs: 'bigint',
      expiresMs: 'bigint',
    },
    key: ['id'],
  },
  incidentRequests: {
    columns: {
      id: 'bigint',
      incidentId: 'bigint',
      kind: 'text',
      status: 'text',
      msisdn: 'text',
      shop: 'text?',
      paymentId: 'text?',
      details: 'text',
      createdMs: 'bigint',
      createdBy: 'text',
      changedMs: 'bigint',
    },
    key: ['id'],
  },
  usimStock: { columns: { shop: 'text', free: 'integer' }, key: ['shop'] },
  lineLookUps: {
    columns: {
      sequence: 'bigint',
      atMs: 'bigint',
      actor: 'text',
      role: 'text',
      msisdn: 'text',
      requestId: 'bigint?',
      refused: 'integer',
    },
    key: ['sequence'],
  },
};

const INDEXES: readonly (readonly [table: string, ...columns: string[]])[] = [
  ['incidentPersons', 'msisdn'],
  ['notices', 'status', 'nextMs'],
  ['notices', 'msisdn'],
  ['lineChecks', 'msisdn', 'createdMs'],
  ['lineChecks', 'expiresMs'],
  ['incidentRequests', 'msisdn'],
  ['incidentRequests', 'shop', 'status'],
  ['incidentRequests', 'incidentId', 'kind'],
  ['lineLookUps', 'actor', 'atMs'],
];

/** What is added and never changed: the timeline, and what each side counted. */
const KEPT = ['incident_facts', 'incident_counts'] as const;

export async function createIncidents(database: Kysely<Schema>, engine: 'sqlite' | 'postgres'): Promise<void> {
  for (const [name, { columns, key }] of Object.entries(TABLES)) {
    let table: CreateTableBuilder<string, string> = database.schema.createTable(name);
    for (const [column, type] of Object.entries(columns)) {
      const isNullable = type.endsWith('?');
      table = table.addColumn(column, type.replace('?', '') as Column, (built) =>
        isNullable ? built : built.notNull(),
      );
    }
    await table.addPrimaryKeyConstraint(`${name}Primary`, [...key]).execute();
  }
  for (const [table, ...columns] of INDEXES) {
    await database.schema
      .createIndex(`${table}By${columns.join('')}`)
      .on(table)
      .columns(columns)
      .execute();
  }
  for (const table of KEPT) await keep(database, engine, table);
}

async function keep(database: Kysely<Schema>, engine: 'sqlite' | 'postgres', table: string): Promise<void> {
  const statements =
    engine === 'postgres'
      ? [
          `create function ${table}_refuse() returns trigger language plpgsql as
            $$ begin raise exception '${table} is append-only'; end $$`,
          `create trigger ${table}_kept before update or delete on ${table}
            for each row execute function ${table}_refuse()`,
        ]
      : ['update', 'delete'].map(
          (change) => `create trigger ${table}_keeps_${change} before ${change} on ${table}
            begin select raise(abort, '${table} is append-only'); end`,
        );
  for (const statement of statements) await sql.raw(statement).execute(database);
}
