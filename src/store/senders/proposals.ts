import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { SenderProposalRow } from './schema.ts';

/** Sanctions that were proposed. */
export class SenderProposals {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<number> {
    return nextYearlyId(this.#database, 'senderProposals', nowMs);
  }

  async add(row: SenderProposalRow): Promise<void> {
    await this.#database.insertInto('senderProposals').values(row).execute();
  }

  find(id: number): Promise<SenderProposalRow | undefined> {
    return this.#database.selectFrom('senderProposals').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** What waits for a decision about the same. */
  open(certificate: string, action: string): Promise<SenderProposalRow | undefined> {
    return this.#database
      .selectFrom('senderProposals')
      .selectAll()
      .where('certificate', '=', certificate)
      .where('action', '=', action)
      .where('state', '=', 'open')
      .executeTakeFirst();
  }

  list({ before, limit, state }: { before?: number; limit: number; state?: string }): Promise<SenderProposalRow[]> {
    let query = this.#database.selectFrom('senderProposals').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  async change(
    id: number,
    change: Partial<
      Pick<SenderProposalRow, 'state' | 'changedMs' | 'decidedBy' | 'note' | 'evidence' | 'permille' | 'reason'>
    >,
  ): Promise<void> {
    await this.#database.updateTable('senderProposals').set(change).where('id', '=', id).execute();
  }
}
