import type { AttachEvent } from '../../records/attach.ts';
import { DAY_MS, HOUR_MS, makeCells, makeSubscribers, type Subscriber } from './network.ts';
import { SeededRandom } from './random.ts';
import { ILLEGAL, type World, WORLD_DEFAULTS, type WorldCell, type WorldOptions, type WorldPayment } from './world.ts';

const MINUTE_MS = 60_000;
/** Korea's clock: the nights of the thief and the evenings of everybody are there. */
const OFFSET_MS = 9 * HOUR_MS;
const PAYMENTS_PER_DAY = 0.08;
/** Payments that lines dispute though no illegal cell had to do with them: ordinary smishing. */
const SMISHING_COMPLAINTS = 6;

/** Makes a network for some days with an attack in it. The same options give the same world. */
export function generateWorld(given: Partial<WorldOptions> & Pick<WorldOptions, 'seed'>): World {
  const options = { ...WORLD_DEFAULTS, ...given };
  const random = new SeededRandom(options.seed);
  const cells = makeCells(options, random);
  const life = new Life(options, { cells, random });
  const subscribers = makeSubscribers(options, cells, random);
  for (const subscriber of subscribers) life.live(subscriber);
  life.visitStadium(subscribers);
  life.useInnocents(subscribers);
  for (const cell of cells.filter(({ truth }) => ILLEGAL.includes(truth))) life.attack(cell, subscribers);
  life.complainOfSmishing();
  return { options, cells, attaches: life.attaches, payments: life.payments };
}

/** What happens to people, written down as the network and the till see it. */
class Life {
  readonly attaches: AttachEvent[] = [];
  readonly payments: WorldPayment[] = [];
  readonly #options: WorldOptions;
  readonly #cells: readonly WorldCell[];
  readonly #random: SeededRandom;
  readonly #startMs: number;

  constructor(options: WorldOptions, { cells, random }: { cells: readonly WorldCell[]; random: SeededRandom }) {
    this.#options = options;
    this.#cells = cells;
    this.#random = random;
    this.#startMs = options.endMs - options.days * DAY_MS;
  }

  /** Days at work and nights at home; now and then something is bought. */
  live(subscriber: Subscriber): void {
    for (let day = 0; day < this.#options.days; day++) {
      const dayMs = this.#startMs + day * DAY_MS - OFFSET_MS;
      this.#seen(subscriber, dayMs + this.#around(8), this.#of(subscriber.workCells), 'tau');
      this.#seen(subscriber, dayMs + this.#around(13), this.#of(subscriber.workCells), 'service-request');
      this.#seen(subscriber, dayMs + this.#around(19), this.#of(subscriber.homeCells), 'tau');
      this.#seen(subscriber, dayMs + this.#around(23), this.#of(subscriber.homeCells), 'service-request');
      if (this.#random.chance(PAYMENTS_PER_DAY)) this.#buy(subscriber, dayMs);
    }
  }

  /** A crowd on one cell, and many of them pay. */
  visitStadium(subscribers: readonly Subscriber[]): void {
    const stadium = this.#cells.find(({ truth }) => truth === 'stadium')!;
    const eveningMs = this.#startMs + (this.#options.days - 3) * DAY_MS + 19 * HOUR_MS - OFFSET_MS;
    for (const visitor of this.#random.sample(subscribers, Math.round(subscribers.length / 10))) {
      const atMs = eveningMs + this.#random.between(0, 120) * MINUTE_MS;
      this.#seen(visitor, atMs, stadium.cell, 'attach');
      if (this.#random.chance(0.3)) this.#pay(visitor, atMs + this.#random.between(1, 20) * MINUTE_MS, stadium.cell);
    }
  }

  /** Households on femtocells that are new, and one whose papers were forgotten; an area whose cells got new names. */
  useInnocents(subscribers: readonly Subscriber[]): void {
    const { days } = this.#options;
    const firstDay = { 'new-femto': 4, 'femto-awaiting-inventory': days - 1, 'femto-forgotten': days - 6, rehomed: 5 };
    for (const { cell, truth } of this.#cells) {
      if (!Object.hasOwn(firstDay, truth)) continue;
      const users = this.#random.sample(subscribers, truth === 'rehomed' ? 80 : 4);
      for (let day = firstDay[truth as keyof typeof firstDay]; day < days; day++) {
        const dayMs = this.#startMs + day * DAY_MS - OFFSET_MS;
        for (const user of users) this.#seen(user, dayMs + this.#around(20), cell, 'attach');
      }
    }
  }

  /** A night under a mast: phones of that neighbourhood come over for some minutes; of some, the limit is spent. */
  attack({ cell, area, fraud, activeMs }: WorldCell, subscribers: readonly Subscriber[]): void {
    const [fromMs, toMs] = activeMs!;
    const near = subscribers.filter(({ home }) => `area-${home}` === area);
    const captured = this.#random.sample(near, this.#options.capturesPerCell);
    const victims = fraud === true ? Math.max(2, Math.round(captured.length * this.#options.victimShare)) : 0;
    for (const [place, subscriber] of captured.entries()) {
      const atMs = fromMs + this.#random.between(5, (toMs - fromMs) / MINUTE_MS - 40) * MINUTE_MS;
      const home = this.#of(subscriber.homeCells);
      // The neighbourhood's own cell, moments before: it looks as guilty as the thief's.
      this.#seen(subscriber, atMs - this.#random.between(1, 9) * MINUTE_MS, home, 'tau');
      this.#seen(subscriber, atMs, cell, 'attach');
      if (place < victims) this.#rob(subscriber, atMs, cell);
      this.#seen(subscriber, atMs + this.#random.between(30, 39) * MINUTE_MS, home, 'tau');
    }
  }

  complainOfSmishing(): void {
    const honest = this.payments.filter(({ fraud }) => !fraud);
    const places = this.#random.sample(honest, SMISHING_COMPLAINTS).map((payment) => this.payments.indexOf(payment));
    for (const place of places) this.payments[place] = { ...this.payments[place]!, disputed: true };
  }

  #rob(subscriber: Subscriber, atMs: number, cell: string): void {
    const payments = this.#random.between(1, 3);
    for (let at = 0; at < payments; at++) {
      const paidMs = atMs + (3 + at * 6 + this.#random.between(0, 3)) * MINUTE_MS;
      this.#seen(subscriber, paidMs - MINUTE_MS, cell, 'service-request');
      const channel = this.#random.chance(0.8) ? 'ars' : 'sms';
      const merchant = this.#random.pick(['gift-certificate', 'transport-card']);
      const amount = this.#random.between(200, 420) * 1_000;
      const what = { amount, channel, merchant, cell, fraud: true, disputed: true } as const;
      this.#charge(subscriber, paidMs, what);
    }
  }

  #buy(subscriber: Subscriber, dayMs: number): void {
    const isAtHome = this.#random.chance(0.6);
    const atMs = dayMs + this.#around(isAtHome ? 21 : 12);
    this.#pay(subscriber, atMs, this.#of(isAtHome ? subscriber.homeCells : subscriber.workCells));
  }

  #pay(subscriber: Subscriber, atMs: number, cell: string): void {
    this.#seen(subscriber, atMs - this.#random.between(0, 8) * MINUTE_MS, cell, 'service-request');
    const channel = this.#random.pick(['ars', 'sms', 'pass'] as const);
    const amount = this.#random.between(1, 80) * 1_000;
    const what = { amount, channel, merchant: this.#random.pick(['game', 'shop', 'ticket', 'gift-certificate']) };
    this.#charge(subscriber, atMs, { ...what, cell, fraud: false, disputed: false });
  }

  #charge({ msisdn }: Subscriber, atMs: number, what: Omit<WorldPayment, 'atMs' | 'payment' | 'msisdn'>): void {
    const payment = `p-${this.payments.length.toString().padStart(7, '0')}`;
    this.payments.push({ atMs, payment, msisdn, ...what });
  }

  #seen({ imsi, msisdn, imei }: Subscriber, atMs: number, cell: string, event: AttachEvent['event']): void {
    this.attaches.push({ atMs, imsi, msisdn, imei, cell, event });
  }

  /** The first of someone's cells mostly. */
  #of(cells: readonly string[]): string {
    return this.#random.chance(0.7) ? cells[0]! : this.#random.pick(cells);
  }

  /** A time of day, an hour more or less. */
  #around(hour: number): number {
    return hour * HOUR_MS + this.#random.between(-60, 60) * MINUTE_MS;
  }
}
