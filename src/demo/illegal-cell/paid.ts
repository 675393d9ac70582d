import { randomUUID } from 'node:crypto';

/** A shop that charges phone bills, asking one operator's payment gate. */
export class Shop {
  readonly #url: string;
  readonly #token: string;

  constructor({ address, token }: { address: string; token: string }) {
    this.#url = `http://${address}`;
    this.#token = token;
  }

  /** Charges a line. @returns succeeded, or why not */
  async charge(phoneNumber: string, amount: number): Promise<string> {
    const body = {
      amountTransaction: {
        phoneNumber,
        clientCorrelator: randomUUID(),
        referenceCode: 'a gift certificate',
        paymentAmount: {
          chargingInformation: { amount, currency: 'KRW', description: 'a gift certificate' },
        },
      },
    };
    const { status, answer } = await this.#ask('/carrier-billing/v0.5/payments', body);
    return status === 201 ? String(answer['paymentStatus']) : 'refused';
  }

  /** Asks what a charge would come to, and charges nothing. @returns the decision, and the names of the checks */
  async risk(phoneNumber: string, amount: number): Promise<{ decision: string; reasons: string }> {
    const body = { phoneNumber, amount: { amount, currency: 'KRW' } };
    const { answer } = await this.#ask('/risk/v0/decisions', body);
    const reasons = (answer['reasons'] ?? []) as { name: string }[];
    return { decision: String(answer['decision']), reasons: reasons.map(({ name }) => name).join(', ') };
  }

  async #ask(path: string, body: object): Promise<{ status: number; answer: Record<string, unknown> }> {
    const answer = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, answer: (await answer.json()) as Record<string, unknown> };
  }
}
