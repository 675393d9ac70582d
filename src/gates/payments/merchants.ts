import type { Clock } from '../../base/clock.ts';
import { PaymentError } from './payment-fault.ts';

/** Tokens whose holders are remembered; the one asked about longest ago is forgotten first. */
export const TOKENS_REMEMBERED_MAX = 1_000;
/** How long a holder is believed without asking again: so long a revoked token goes on working at this gate. */
export const TOKEN_REMEMBERED_MS = 2_000;
const MERCHANT_ROLE = 'merchant';

/** Who holds a token, or undefined where nobody does. */
export type FindHolder = (token: string) => Promise<{ readonly name: string; readonly role: string } | undefined>;

/** Tells merchants by their tokens. */
export class Merchants {
  readonly #findHolder: FindHolder;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly name: string; readonly untilMs: number }>();

  constructor({ findHolder, clock }: { findHolder: FindHolder; clock: Clock }) {
    this.#findHolder = findHolder;
    this.#clock = clock;
  }

  /** The merchant's name. @throws PaymentError PAYMENT_TOKEN_MISSING, PAYMENT_TOKEN_UNKNOWN, PAYMENT_NOT_A_MERCHANT */
  async authenticate(authorization: string | undefined): Promise<string> {
    const token = /^Bearer +([^ ]{1,256})$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new PaymentError({ code: 'PAYMENT_TOKEN_MISSING' });
    const nowMs = this.#clock.steadyMs();
    const known = this.#known.get(token);
    if (known !== undefined && known.untilMs > nowMs) return known.name;
    this.#known.delete(token);
    const holder = await this.#findHolder(token);
    if (holder === undefined) throw new PaymentError({ code: 'PAYMENT_TOKEN_UNKNOWN' });
    if (holder.role !== MERCHANT_ROLE) throw new PaymentError({ code: 'PAYMENT_NOT_A_MERCHANT', role: holder.role });
    this.#remember(token, { name: holder.name, untilMs: nowMs + TOKEN_REMEMBERED_MS });
    return holder.name;
  }

  #remember(token: string, known: { name: string; untilMs: number }): void {
    this.#known.set(token, known);
    if (this.#known.size <= TOKENS_REMEMBERED_MAX) return;
    const [longestAgo] = this.#known.keys();
    this.#known.delete(longestAgo!);
  }
}
