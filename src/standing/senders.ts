import type {
  NumberRegistered,
  NumberWithdrawn,
  SenderCertified,
  SenderChanged,
  SenderPriority,
  SenderRateLimited,
  SenderReason,
  SenderStatement,
} from '../statements/sender-statement.ts';
import type { EntryName } from '../statements/statement.ts';
import type { FoldOutcome } from './fold.ts';

/** Thousandths of the rate agreed on: nothing is held back. */
const WHOLE_PERMILLE = 1_000;

/** How a certificate stands, and on which entries that rests. */
export interface SenderStanding {
  readonly certificate: string;
  readonly issuer: string;
  readonly firm: string;
  readonly originator: string;
  readonly priority: SenderPriority;
  readonly state: 'certified' | 'rate-limited' | 'suspended' | 'cancelled';
  /** The share of its rate that the firm may use, in thousandths: 0 where it may not send. */
  readonly permille: number;
  readonly reason?: SenderReason;
  /** The case that its present state was decided in. */
  readonly reference?: string;
  readonly validUntilMs?: number;
  /** When its present state was stated, in ms since 1970. */
  readonly sinceMs: number;
  /** The entry that certifies, then the one that its present state rests on, where that is another. */
  readonly entries: readonly EntryName[];
}

/** A sender number under a certificate. */
export interface NumberStanding {
  readonly customer: string;
  readonly entry: EntryName;
}

interface Stating {
  readonly entry: EntryName;
  readonly timeMs: number;
  /** The index in the same log of the statement that is stated anew. */
  readonly replaces?: number;
}

/**
 * How every certificate stands. A member states of its own certificates alone, so one log decides each, and the order
 * between logs changes nothing.
 */
export class SenderBook {
  /** By certificate, then by issuer: two certifiers that give out one code do not meet. */
  readonly #certificates = new Map<string, Map<string, SenderStanding>>();
  /** By issuer, certificate and tag. */
  readonly #numbers = new Map<string, NumberStanding>();

  /**
   * The certificate of this code. Where several certifiers gave it out, the one that lets the least through, and of those
   * the first by its issuer's name: nobody lifts a suspension by certifying another's code anew.
   */
  find(certificate: string): SenderStanding | undefined {
    const issued = [...(this.#certificates.get(certificate)?.values() ?? [])];
    return issued.sort((one, other) => one.permille - other.permille || (one.issuer < other.issuer ? -1 : 1))[0];
  }

  /** The certificate of this code that this member gave out. */
  issuedBy(issuer: string, certificate: string): SenderStanding | undefined {
    return this.#certificates.get(certificate)?.get(issuer);
  }

  /** Whose number this is under that certificate; undefined where nobody registered it. */
  number({ issuer, certificate }: SenderStanding, tag: Uint8Array): NumberStanding | undefined {
    return this.#numbers.get(numberKey(issuer, certificate, tag));
  }

  /** All certificates, in no order. */
  *all(): Generator<SenderStanding> {
    for (const issued of this.#certificates.values()) yield* issued.values();
  }

  /** Forgets a certificate of an issuer, for its statements to be folded again. */
  forget(issuer: string, certificate: string): void {
    const issued = this.#certificates.get(certificate);
    issued?.delete(issuer);
    if (issued?.size === 0) this.#certificates.delete(certificate);
  }

  /** Forgets a number under a certificate, for its statements to be folded again. */
  forgetNumber(issuer: string, { certificate, tag }: Pick<NumberRegistered, 'certificate' | 'tag'>): void {
    this.#numbers.delete(numberKey(issuer, certificate, tag));
  }

  /** Takes one statement of a certifier; those of one log come in its order. */
  fold(statement: SenderStatement, stating: Stating): FoldOutcome {
    switch (statement.kind) {
      case 'sender.certified':
        return this.#certify(statement, stating);
      case 'number.registered':
      case 'number.withdrawn':
        return this.#foldNumber(statement, stating);
      case 'sender.rate-limited':
      case 'sender.suspended':
      case 'sender.reinstated':
      case 'sender.cancelled':
        return this.#change(statement, stating);
    }
  }

  #certify(statement: SenderCertified, { entry, timeMs }: Stating): FoldOutcome {
    const { certificate, firm, originator, priority, validUntilMs } = statement;
    const issued = this.#certificates.get(certificate) ?? new Map<string, SenderStanding>();
    const before = issued.get(entry.member);
    if (before?.state === 'cancelled') return 'ineffective';
    // Certified anew after a change of fact: what was stated against the firm stays.
    const stays = before === undefined || before.state === 'certified' ? undefined : before;
    issued.set(entry.member, {
      certificate,
      issuer: entry.member,
      firm,
      originator,
      priority,
      state: stays?.state ?? 'certified',
      permille: stays?.permille ?? WHOLE_PERMILLE,
      ...(stays?.reason !== undefined && { reason: stays.reason }),
      ...(stays?.reference !== undefined && { reference: stays.reference }),
      ...(validUntilMs !== undefined && { validUntilMs }),
      sinceMs: stays?.sinceMs ?? timeMs,
      entries: stays === undefined ? [entry] : [entry, stays.entries.at(-1)!],
    });
    this.#certificates.set(certificate, issued);
    return 'stated';
  }

  #change(statement: SenderRateLimited | SenderChanged, { entry, timeMs, replaces }: Stating): FoldOutcome {
    const issued = this.#certificates.get(statement.certificate);
    const before = issued?.get(entry.member);
    if (before === undefined || before.state === 'cancelled') return 'ineffective';
    // What is stated anew must still be what the state rests on.
    if (replaces !== undefined && before.entries.at(-1)!.index !== replaces) return 'ineffective';
    const { state, permille } = changeOf(statement);
    const { reference: _, ...kept } = before;
    const { reason, reference } = statement;
    issued!.set(entry.member, {
      ...kept,
      state,
      permille,
      reason,
      ...(reference !== undefined && { reference }),
      sinceMs: replaces === undefined ? timeMs : before.sinceMs,
      entries: [before.entries[0]!, entry],
    });
    return state === 'certified' ? 'ended' : 'stated';
  }

  #foldNumber(statement: NumberRegistered | NumberWithdrawn, { entry, replaces }: Stating): FoldOutcome {
    const key = numberKey(entry.member, statement.certificate, statement.tag);
    // A withdrawal that is stated anew withdraws nothing that was registered since.
    if (statement.kind === 'number.withdrawn') {
      return replaces === undefined && this.#numbers.delete(key) ? 'ended' : 'ineffective';
    }
    this.#numbers.set(key, { customer: statement.customer, entry });
    return 'stated';
  }
}

function changeOf(statement: SenderRateLimited | SenderChanged): Pick<SenderStanding, 'state' | 'permille'> {
  switch (statement.kind) {
    case 'sender.rate-limited':
      return { state: 'rate-limited', permille: statement.permille };
    case 'sender.suspended':
      return { state: 'suspended', permille: 0 };
    case 'sender.reinstated':
      return { state: 'certified', permille: WHOLE_PERMILLE };
    case 'sender.cancelled':
      return { state: 'cancelled', permille: 0 };
  }
}

function numberKey(issuer: string, certificate: string, tag: Uint8Array): string {
  return `${issuer}/${certificate}/${Buffer.from(tag).toString('hex')}`;
}
