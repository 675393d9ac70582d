import { sql } from 'kysely';
import { CASES_PER_YEAR_MAX, type CaseId, caseIdFloor } from './case-number.ts';
import type { Database, Schema } from './schema.ts';

/**
 * The identity of the next row of a table whose `id` is a year and a serial number (see `case-number.ts`). Writes go one
 * at a time, so no other one takes it.
 */
export async function nextYearlyId(database: Database, table: keyof Schema, nowMs: number): Promise<CaseId> {
  const floor = caseIdFloor(nowMs);
  const { rows } = await sql<{ last: number | null }>`
    select max(id) as last from ${sql.table(table)} where id > ${floor} and id < ${floor + CASES_PER_YEAR_MAX}
  `.execute(database);
  return (rows[0]?.last ?? floor) + 1;
}
