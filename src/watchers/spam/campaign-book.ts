import type { Tables } from '../../store/store.ts';
import type { SpamCampaignRow } from '../../store/spam/schema.ts';
import type { CampaignGrowth } from '../../store/spam/campaigns.ts';
import { comparisonKey } from '../../texts/comparison-key.ts';
import { alignedShare } from './alignment.ts';
import { type NearShape, type Shape, ShapeIndex } from './shape-index.ts';

/** Bits in which fingerprints may differ and be of one campaign without a look at the texts. */
export const ALIKE_BITS = 12;
/** Bits in which they may differ and be of one campaign when their texts, laid side by side, say so. */
export const NEAR_BITS = 16;
/** The share of letters that two texts of one campaign have in common: variants have 0.9, different templates 0.5. */
const ALIGNED_SHARE_MIN = 0.75;
/** Near fingerprints whose texts are laid beside one report's. */
const ALIGNED_TEXTS_MAX = 16;
/** Fingerprints that a campaign is known by. A disguise makes a new one with every text; these are enough to find it. */
export const SHAPES_PER_CAMPAIGN_MAX = 64;
/**
 * Fingerprints held up to which a passing text may begin a campaign. What is left is for reports: ordinary texts alone
 * would take all there is, and a reported text that finds no room is a campaign of one each time it is reported.
 */
export const SHAPES_SIGHTED_MAX = 150_000;

/** The campaigns, with the fingerprints that they are known by held in memory. */
export class CampaignBook {
  #index = new ShapeIndex();
  readonly #shapesOf = new Map<number, number>();

  /** Fingerprints held. */
  get size(): number {
    return this.#index.size;
  }

  /** Takes up what the database holds: at the start, and after a transaction that was not committed. */
  async load({ spam }: Tables): Promise<void> {
    this.#index = new ShapeIndex();
    this.#shapesOf.clear();
    for (const shape of await spam.campaigns.shapes()) this.#hold(shape.fingerprint, shape.campaignId);
  }

  /** Begins a transaction's placing. When it is not committed, `load` again. */
  open(tables: Tables, nowMs: number): Placing {
    return new Placing(this, this.#index, { tables, nowMs });
  }

  /** Whether this fingerprint is now one by which the campaign is known. */
  hold(fingerprint: string, campaignId: number): boolean {
    return (this.#shapesOf.get(campaignId) ?? 0) < SHAPES_PER_CAMPAIGN_MAX && this.#hold(fingerprint, campaignId);
  }

  move(from: number, to: number): void {
    this.#index.move(from, to);
    this.#shapesOf.set(to, (this.#shapesOf.get(to) ?? 0) + (this.#shapesOf.get(from) ?? 0));
    this.#shapesOf.delete(from);
  }

  #hold(fingerprint: string, campaignId: number): boolean {
    if (!this.#index.add({ fingerprint, campaignId })) return false;
    this.#shapesOf.set(campaignId, (this.#shapesOf.get(campaignId) ?? 0) + 1);
    return true;
  }
}

/** Puts fingerprints into campaigns, within one transaction. What it writes is written when it finishes. */
class Placing {
  readonly #book: CampaignBook;
  readonly #index: ShapeIndex;
  readonly #tables: Tables;
  readonly #nowMs: number;
  #lastId: number | undefined;
  readonly #created = new Set<number>();
  readonly #growth = new Map<number, CampaignGrowth>();
  readonly #shapes: Shape[] = [];
  /** Texts of this transaction, by their fingerprints. */
  readonly #texts = new Map<string, string>();
  readonly #grown = new Set<number>();
  /** What became a part of what. */
  readonly #united = new Map<number, number>();

  constructor(book: CampaignBook, index: ShapeIndex, { tables, nowMs }: { tables: Tables; nowMs: number }) {
    this.#book = book;
    this.#index = index;
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  /** The campaigns that something was put into. */
  get campaigns(): number[] {
    return [...this.#grown];
  }

  /**
   * The campaign of a reported text. What a report shows to be one becomes one, though it was held for several. Its
   * fingerprint becomes one by which the campaign is known.
   */
  async placeReport({ text, fingerprint }: { text: string; fingerprint: string }, atMs: number): Promise<number> {
    const known = this.#index.find(fingerprint);
    const ids = known === undefined ? await this.#alike(text, this.#index.near(fingerprint, NEAR_BITS)) : [known];
    const campaignId = ids.length === 0 ? await this.#create() : await this.#unite(ids);
    if (known === undefined) this.#know(fingerprint, campaignId);
    this.#texts.set(fingerprint, text);
    this.#grow(campaignId, { firstMs: atMs, lastMs: atMs, reports: 1, texts: 0 });
    return campaignId;
  }

  /**
   * The campaign of texts that passed a gate, of which nothing but the fingerprint is known. One that is like none
   * begins a campaign; undefined where as many are held as passing texts may take.
   */
  async placeSighting(
    fingerprint: string,
    { hourMs, texts }: { hourMs: number; texts: number },
  ): Promise<number | undefined> {
    let campaignId = this.#index.find(fingerprint) ?? this.#index.near(fingerprint, ALIKE_BITS)[0]?.campaignId;
    if (campaignId === undefined) {
      if (this.#index.size >= SHAPES_SIGHTED_MAX) return undefined;
      campaignId = await this.#create();
      this.#know(fingerprint, campaignId);
    }
    this.#grow(campaignId, { firstMs: hourMs, lastMs: hourMs, reports: 0, texts });
    return campaignId;
  }

  /** The campaign that this one is a part of by now, or itself. */
  now(id: number): number {
    const into = this.#united.get(id);
    return into === undefined ? id : this.now(into);
  }

  /** Writes the new campaigns, what the others grew by, and the fingerprints that they are now known by. */
  async finish(): Promise<void> {
    const { campaigns } = this.#tables.spam;
    const created: SpamCampaignRow[] = [];
    for (const [id, growth] of this.#growth) {
      if (!this.#created.has(id)) await campaigns.grow(id, growth);
      else created.push({ id, createdMs: this.#nowMs, ...growth, mergedInto: null });
    }
    await campaigns.add(created);
    await campaigns.addShapes(this.#shapes);
    this.#created.clear();
    this.#growth.clear();
    this.#shapes.length = 0;
  }

  /** The campaigns of these shapes that a text belongs to, each once: the very near ones, and those whose texts are like it. */
  async #alike(text: string, near: readonly NearShape[]): Promise<number[]> {
    const alike = new Set<number>();
    let aligned = 0;
    for (const { fingerprint, campaignId, bits } of near) {
      if (alike.has(campaignId)) continue;
      if (bits <= ALIKE_BITS) alike.add(campaignId);
      else if (aligned++ < ALIGNED_TEXTS_MAX && (await this.#isLike(text, fingerprint))) alike.add(campaignId);
    }
    return [...alike];
  }

  async #isLike(text: string, fingerprint: string): Promise<boolean> {
    const other = this.#texts.get(fingerprint) ?? (await this.#tables.spam.reports.textOf(fingerprint));
    return other !== undefined && alignedShare(comparisonKey(text), comparisonKey(other)) >= ALIGNED_SHARE_MIN;
  }

  async #create(): Promise<number> {
    const id = this.#lastId === undefined ? await this.#tables.spam.campaigns.nextId(this.#nowMs) : this.#lastId + 1;
    this.#lastId = id;
    this.#created.add(id);
    return id;
  }

  #know(fingerprint: string, campaignId: number): void {
    if (this.#book.hold(fingerprint, campaignId)) this.#shapes.push({ fingerprint, campaignId });
  }

  /** Makes several campaigns one: the oldest keeps its number. */
  async #unite(ids: readonly number[]): Promise<number> {
    const [into, ...parts] = ids.toSorted((one, other) => one - other);
    if (parts.length > 0) await this.finish();
    for (const part of parts) {
      const row = await this.#tables.spam.campaigns.find(part);
      await this.#tables.spam.campaigns.merge(row!, into!);
      this.#book.move(part, into!);
      this.#united.set(part, into!);
      this.#grown.delete(part);
    }
    return into!;
  }

  #grow(id: number, by: CampaignGrowth): void {
    this.#grown.add(id);
    const before = this.#growth.get(id);
    this.#growth.set(id, {
      firstMs: Math.min(before?.firstMs ?? by.firstMs, by.firstMs),
      lastMs: Math.max(before?.lastMs ?? by.lastMs, by.lastMs),
      reports: (before?.reports ?? 0) + by.reports,
      texts: (before?.texts ?? 0) + by.texts,
    });
  }
}
