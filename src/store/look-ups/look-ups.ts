import type { Database } from '../schema.ts';
import type { LookUpBasis, LookUpRow } from './schema.ts';

/** Which look-ups a page has. Times in ms since 1970, inclusive. */
export interface LookUpQuery {
  readonly limit: number;
  /** Those before this one. */
  readonly before?: number;
  readonly actor?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly withoutCase?: boolean;
}

/** Who looked at whose data, on what ground. */
export class LookUps {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: Omit<LookUpRow, 'sequence'>): Promise<void> {
    const { last } = await this.#database
      .selectFrom('lookUps')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .executeTakeFirstOrThrow();
    await this.#database
      .insertInto('lookUps')
      .values({ ...row, sequence: (last ?? 0) + 1 })
      .execute();
  }

  /** Somebody's look-ups on one ground after that time, those that were refused left out. Limits keep them few. */
  after(actor: string, basis: LookUpBasis, afterMs: number): Promise<LookUpRow[]> {
    return this.#database
      .selectFrom('lookUps')
      .selectAll()
      .where('actor', '=', actor)
      .where('basis', '=', basis)
      .where('atMs', '>', afterMs)
      .where('refused', '=', 0)
      .execute();
  }

  /** Newest first. */
  list({ limit, before, actor, sinceMs, untilMs, withoutCase = false }: LookUpQuery): Promise<LookUpRow[]> {
    let query = this.#database.selectFrom('lookUps').selectAll();
    if (before !== undefined) query = query.where('sequence', '<', before);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (sinceMs !== undefined) query = query.where('atMs', '>=', sinceMs);
    if (untilMs !== undefined) query = query.where('atMs', '<=', untilMs);
    if (withoutCase) query = query.where('basis', '=', 'none');
    return query.orderBy('sequence', 'desc').limit(limit).execute();
  }
}
