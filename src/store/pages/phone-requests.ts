import type { Database } from '../schema.ts';
import type { PhoneRequestRow } from './schema.ts';

/** What people asked for on the public page. */
export class PhoneRequests {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: Omit<PhoneRequestRow, 'decidedMs' | 'decidedBy' | 'caseNumber'>): Promise<void> {
    await this.#database.insertInto('phoneRequests').values(row).execute();
  }

  byId(id: string): Promise<PhoneRequestRow | undefined> {
    return this.#database.selectFrom('phoneRequests').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The oldest first: who has waited longest is next. */
  inState(state: string, limit: number): Promise<PhoneRequestRow[]> {
    return this.#database
      .selectFrom('phoneRequests')
      .selectAll()
      .where('state', '=', state)
      .orderBy('createdMs')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async countInState(state: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('phoneRequests')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', state)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Those that still name people, the oldest first. */
  oldestKept(limit: number): Promise<PhoneRequestRow[]> {
    return this.#database
      .selectFrom('phoneRequests')
      .selectAll()
      .where('name', '!=', '')
      .orderBy('createdMs')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  /** Takes away whatever names or leads to a person. */
  async erase(ids: readonly string[]): Promise<void> {
    await this.#database
      .updateTable('phoneRequests')
      .set({ imei: '', occurredOn: null, name: '', contact: '', note: null })
      .where('id', 'in', [...ids])
      .execute();
  }

  /** Closes those that still wait. */
  async expire(ids: readonly string[], nowMs: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#database
      .updateTable('phoneRequests')
      .set({ state: 'expired', decidedMs: nowMs, decidedBy: 'node' })
      .where('id', 'in', [...ids])
      .where('state', '=', 'waiting')
      .execute();
  }

  /** Notes who began to confirm it, or that nobody has. */
  async claim(id: string, decidedBy: string | null): Promise<void> {
    await this.#database
      .updateTable('phoneRequests')
      .set({ decidedBy })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .execute();
  }

  async decide(
    id: string,
    decision: Pick<PhoneRequestRow, 'state' | 'decidedMs' | 'decidedBy' | 'caseNumber'>,
  ): Promise<void> {
    await this.#database.updateTable('phoneRequests').set(decision).where('id', '=', id).execute();
  }
}
