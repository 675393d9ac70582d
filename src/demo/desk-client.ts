import { Fault } from '../base/fault.ts';

export type DeskClientFault = { code: 'DEMO_DESK_REFUSED'; member: string; status: number; reason: string };
export class DeskClientError extends Fault<DeskClientFault> {}

/** A member's desk, as a person's program uses it: over its HTTP API with a token. */
export class DeskClient {
  readonly member: string;
  readonly #url: string;
  readonly #token: string;

  constructor({ member, url, token }: { member: string; url: string; token: string }) {
    this.member = member;
    this.#url = url;
    this.#token = token;
  }
}
