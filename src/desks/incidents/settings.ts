import type { Duty } from './duties.ts';

/** What a desk is configured with, read. */
export interface IncidentSettings {
  readonly member: string;
  readonly duties: readonly Duty[];
  /** Of the member's time zone, as `+09:00`. */
  readonly utcOffset: string;
  /** The country code that a number without one has. */
  readonly countryCode: string;
  /** The number that texts come from. */
  readonly sender: string;
  /** Where people call, said in every text and letter: a number, never a link. */
  readonly contact: string;
  readonly shops: readonly string[];
  readonly selfCheck: SelfCheckLimits;
}

export interface SelfCheckLimits {
  /** How long a one-time code and the answer after it are good. */
  readonly codeSeconds: number;
  /** After the first, second and each further code of a line that nobody answers, before it is sent another. */
  readonly codeWaitsSeconds: readonly number[];
  readonly checksPerAddressAndHourMax: number;
  readonly wrongCodesMax: number;
  /** No answer comes sooner, so that yes and no take the same time. */
  readonly answerMsMin: number;
}
