import { type Kysely, sql } from 'kysely';
import { CASE_LETTERS, caseNumber } from '../case-number.ts';
import type { Schema } from '../schema.ts';
import type { LookUpRow } from './schema.ts';

const CHUNK_ROWS = 500;

/** The list of look-ups becomes that of every desk: what the incident desk had of its own moves into it. */
export async function createLookUps(database: Kysely<Schema>): Promise<void> {
  await database.schema
    .createTable('lookUps')
    .addColumn('sequence', 'bigint', (column) => column.primaryKey())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('basis', 'text', (column) => column.notNull())
    .addColumn('reference', 'text')
    .addColumn('refused', 'integer', (column) => column.notNull())
    .execute();
  await database.schema.createIndex('lookUpsByActor').on('lookUps').columns(['actor', 'basis', 'atMs']).execute();
  await moveEarlier(database);
  await database.schema.dropTable('lineLookUps').execute();
}

interface EarlierRow {
  readonly sequence: number;
  readonly atMs: number;
  readonly actor: string;
  readonly role: string;
  readonly msisdn: string;
  readonly requestId: number | null;
  readonly refused: number;
}

async function moveEarlier(database: Kysely<Schema>): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<EarlierRow>`
      select sequence, at_ms, actor, role, msisdn, request_id, refused from line_look_ups
      where sequence > ${after} order by sequence limit ${CHUNK_ROWS}`.execute(database);
    if (rows.length === 0) return;
    await database.insertInto('lookUps').values(rows.map(movedRow)).execute();
    after = rows.at(-1)!.sequence;
  }
}

function movedRow({ msisdn, requestId, ...row }: EarlierRow): LookUpRow {
  return {
    ...row,
    action: 'line.looked-up',
    subject: msisdn,
    basis: requestId === null ? 'none' : 'case',
    reference: requestId === null ? null : caseNumber(requestId, CASE_LETTERS.request),
  };
}
