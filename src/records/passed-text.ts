/** A text that passed the message gate: its fingerprint, never what it says or whom it goes to. */
export interface PassedText {
  /** When it passed, in ms since 1970. */
  readonly atMs: number;
  readonly certificate: string;
  /** Nine digits; '' where a text passed without, as it can in shadow mode. */
  readonly originator: string;
  /** 16 hexadecimal digits; see `src/texts/fingerprint.ts`. */
  readonly fingerprint: string;
  /** `passed`, or the check that would have refused it where the gate was only observing. */
  readonly verdict: string;
}
