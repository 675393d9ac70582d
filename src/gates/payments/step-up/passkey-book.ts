/** A passkey that the holder of a line has registered. */
export interface Passkey {
  /** base64url. */
  readonly credentialId: string;
  readonly msisdn: string;
  /** The COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
}

/** Passkeys of one line. */
export const PASSKEYS_PER_LINE_MAX = 10;

/** Where passkeys are kept, and the codes with which one may be registered. */
export interface PasskeyBook {
  of(msisdn: string): Promise<readonly Passkey[]>;
  setCounter(credentialId: string, counter: number): Promise<void>;
  /** The line for which a code may still be used, or undefined. @param codeHash SHA-256 of the code, hexadecimal */
  lineOfCode(codeHash: string, nowMs: number): Promise<string | undefined>;
  /** Uses the code up and keeps the passkey, both or neither. @returns whether it was done */
  enrol(codeHash: string, passkey: Passkey, nowMs: number): Promise<boolean>;
}
