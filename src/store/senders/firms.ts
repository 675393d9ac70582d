import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { FirmRow, FirmTraitRow } from './schema.ts';

/** A firm whose certificate was cancelled, and what it has in common with another. */
export interface LikenessRow {
  readonly firmId: number;
  readonly trait: string;
  readonly certificate: string;
  readonly cancelledMs: number;
}

/** Firms that have registered, and by what they are known again. */
export class Firms {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<number> {
    return nextYearlyId(this.#database, 'firms', nowMs);
  }

  async add(firm: FirmRow, traits: readonly FirmTraitRow[]): Promise<void> {
    await this.#database.insertInto('firms').values(firm).execute();
    await this.#addTraits(traits);
  }

  /** Former traits stay: by them, too, a firm is known again. */
  async change(
    id: number,
    facts: Partial<Pick<FirmRow, 'name' | 'representative' | 'phone' | 'officeAddress'>>,
    traits: readonly FirmTraitRow[],
  ): Promise<void> {
    if (Object.keys(facts).length > 0) {
      await this.#database.updateTable('firms').set(facts).where('id', '=', id).execute();
    }
    await this.#addTraits(traits);
  }

  find(id: number): Promise<FirmRow | undefined> {
    return this.#database.selectFrom('firms').selectAll().where('id', '=', id).executeTakeFirst();
  }

  byBusinessNumber(businessNumber: string): Promise<FirmRow | undefined> {
    return this.#database
      .selectFrom('firms')
      .selectAll()
      .where('businessNumber', '=', businessNumber)
      .executeTakeFirst();
  }

  byToken(tokenName: string): Promise<FirmRow | undefined> {
    return this.#database.selectFrom('firms').selectAll().where('tokenName', '=', tokenName).executeTakeFirst();
  }

  async setToken(id: number, tokenName: string): Promise<void> {
    await this.#database.updateTable('firms').set({ tokenName }).where('id', '=', id).execute();
  }

  /** Firms that have registered and never had a certificate. */
  async countUncertified(): Promise<number> {
    const { count } = await this.#database
      .selectFrom('firms')
      .leftJoin('certificates', 'certificates.firmId', 'firms.id')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('certificates.id', 'is', null)
      .executeTakeFirstOrThrow();
    return count;
  }

  async #addTraits(traits: readonly FirmTraitRow[]): Promise<void> {
    if (traits.length === 0) return;
    await this.#database
      .insertInto('firmTraits')
      .values(traits)
      .onConflict((conflict) => conflict.columns(['firmId', 'trait', 'hash']).doNothing())
      .execute();
  }

  /** Other firms that share a trait with this one and had a certificate cancelled. */
  likenesses(firmId: number): Promise<LikenessRow[]> {
    return this.#database
      .selectFrom('firmTraits as own')
      .innerJoin('firmTraits as other', (join) =>
        join.onRef('other.hash', '=', 'own.hash').onRef('other.trait', '=', 'own.trait'),
      )
      .innerJoin('certificates', 'certificates.firmId', 'other.firmId')
      .where('own.firmId', '=', firmId)
      .where('other.firmId', '!=', firmId)
      .where('certificates.state', '=', 'cancelled')
      .select([
        'other.firmId as firmId',
        'own.trait as trait',
        'certificates.code as certificate',
        'certificates.changedMs as cancelledMs',
      ])
      .distinct()
      .orderBy('certificates.code')
      .orderBy('own.trait')
      .execute();
  }
}
