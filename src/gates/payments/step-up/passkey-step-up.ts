import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Clock } from '../../../base/clock.ts';
import { hashOfCode } from '../../../identifiers/enrolment-code.ts';
import type { Payment } from '../../../records/payment.ts';
import type { StepUpProvider, StepUpResult } from '../step-up.ts';
import { Challenges } from './challenges.ts';
import { PASSKEYS_PER_LINE_MAX, type Passkey, type PasskeyBook } from './passkey-book.ts';

const RELYING_PARTY = 'Bongsu';

export interface PasskeyStepUpOptions {
  /** Scheme, host and port where payers reach the page, known once it is served. A passkey is bound to the host. */
  readonly publicUrl: () => string;
}

export interface PasskeyStepUpParts {
  readonly book: PasskeyBook;
  readonly payments: StepUpResult & { paymentOf(validationToken: string): Promise<Payment | undefined> };
  readonly clock: Clock;
}

/**
 * The built-in step-up: a passkey of the line's holder (WebAuthn), with user verification. What a hostile cell can read
 * or relay has no part in it: the signature is made in the payer's device, for this page's host alone.
 */
export class PasskeyStepUp implements StepUpProvider {
  readonly #options: PasskeyStepUpOptions;
  readonly #parts: PasskeyStepUpParts;
  readonly #challenges: Challenges;

  constructor(options: PasskeyStepUpOptions, parts: PasskeyStepUpParts) {
    this.#options = options;
    this.#parts = parts;
    this.#challenges = new Challenges(parts);
  }

  get #publicUrl(): string {
    return this.#options.publicUrl();
  }

  get #rpId(): string {
    return new URL(this.#publicUrl).hostname;
  }

  async isReady(msisdn: string): Promise<boolean> {
    return (await this.#parts.book.of(msisdn)).length > 0;
  }

  validationUrl(validationToken: string): string {
    return `${this.#publicUrl}/step-up/${validationToken}`;
  }

  /** The payment that a page is about, while it waits for its payer. */
  async waiting(validationToken: string): Promise<Payment | undefined> {
    const payment = await this.#parts.payments.paymentOf(validationToken);
    return payment?.state === 'pending_validation' ? payment : undefined;
  }

  /** What the browser is to have signed, for one payment; undefined where none waits. */
  async ask(validationToken: string): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
    const payment = await this.waiting(validationToken);
    if (payment === undefined) return undefined;
    const passkeys = await this.#parts.book.of(payment.msisdn);
    const options = await generateAuthenticationOptions({
      rpID: this.#rpId,
      userVerification: 'required',
      allowCredentials: passkeys.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: [...transports] as [],
      })),
    });
    this.#challenges.put(validationToken, options.challenge);
    return options;
  }

  /** Takes the browser's answer. @returns whether the payer has proven who they are, and the payment is reserved now */
  async answer(validationToken: string, response: AuthenticationResponseJSON): Promise<boolean> {
    const payment = await this.waiting(validationToken);
    const challenge = this.#challenges.take(validationToken);
    if (payment === undefined || challenge === undefined) return false;
    const passkey = (await this.#parts.book.of(payment.msisdn)).find(
      ({ credentialId }) => credentialId === response.id,
    );
    if (passkey === undefined) return false;
    const counter = await this.#verify(response, challenge, passkey);
    if (counter === undefined) return false;
    await this.#parts.book.setCounter(passkey.credentialId, counter);
    const validated = await this.#parts.payments.validated(validationToken);
    return validated?.state === 'reserved';
  }

  decline(validationToken: string): Promise<Payment | undefined> {
    return this.#parts.payments.declined(validationToken);
  }

  /** What the browser is to make a passkey with, for the line of an enrolment code; undefined where the code is none. */
  async askEnrolment(code: string): Promise<PublicKeyCredentialCreationOptionsJSON | undefined> {
    const codeHash = hashOfCode(code);
    const msisdn = await this.#parts.book.lineOfCode(codeHash, this.#parts.clock.nowMs());
    if (msisdn === undefined) return undefined;
    const passkeys = await this.#parts.book.of(msisdn);
    if (passkeys.length >= PASSKEYS_PER_LINE_MAX) return undefined;
    const options = await generateRegistrationOptions({
      rpName: RELYING_PARTY,
      rpID: this.#rpId,
      // Shown by the person's own device beside the passkey.
      userName: `+${msisdn}`,
      excludeCredentials: passkeys.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
    });
    this.#challenges.put(codeHash, options.challenge);
    return options;
  }

  /** Takes the new passkey. @returns whether it is registered now, and the code used up */
  async enrol(code: string, response: RegistrationResponseJSON): Promise<boolean> {
    const nowMs = this.#parts.clock.nowMs();
    const codeHash = hashOfCode(code);
    const challenge = this.#challenges.take(codeHash);
    const msisdn = await this.#parts.book.lineOfCode(codeHash, nowMs);
    if (challenge === undefined || msisdn === undefined) return false;
    const made = await this.#verifyNew(response, challenge);
    if (made === undefined) return false;
    const { id, publicKey, counter, transports = [] } = made;
    const key = Buffer.from(publicKey).toString('base64url');
    return this.#parts.book.enrol(codeHash, { credentialId: id, msisdn, publicKey: key, counter, transports }, nowMs);
  }

  /** The passkey's new counter, where the signature is its own, for this challenge and host, by a verified user. */
  async #verify(
    response: AuthenticationResponseJSON,
    expectedChallenge: string,
    { credentialId, publicKey, counter }: Passkey,
  ): Promise<number | undefined> {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.#publicUrl,
        expectedRPID: this.#rpId,
        credential: { id: credentialId, publicKey: Buffer.from(publicKey, 'base64url'), counter },
        requireUserVerification: true,
      });
      return verified ? authenticationInfo.newCounter : undefined;
    } catch {
      // The library says by an exception what is wrong with the response: to the sender that is all one.
      return undefined;
    }
  }

  async #verifyNew(response: RegistrationResponseJSON, expectedChallenge: string) {
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.#publicUrl,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
      });
      return verified ? registrationInfo.credential : undefined;
    } catch {
      // As in `#verify`.
      return undefined;
    }
  }
}
