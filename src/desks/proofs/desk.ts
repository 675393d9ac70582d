import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { malformed } from '../decisions/form-fields.ts';

const SHA256 = /^[0-9a-f]{64}$/;
/** With `evidence:` before it a subject of the own log is 64 characters at most. */
export const REFERENCE_LENGTH_MAX = 48;
const REFERENCE = /^[A-Za-z0-9._:/-]+$/;

/** A file as its owner has hashed it: the octets stay where they are. */
export interface FileForm {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Octets. */
  readonly size: number;
  /** What it is about, without anything personal: it stands in every proof. */
  readonly reference?: string;
}

export interface SealedFile<Entry = { readonly member: string; readonly index: number }> {
  readonly sha256: string;
  readonly size: number;
  /** Where the digest stands in the member's own log. */
  readonly entry: Entry;
}

export interface ReceiptAnswer {
  readonly member: string;
  readonly index: number;
  /** The file that the person is handed. */
  readonly receipt: string;
}

export interface ProofAnswer {
  readonly index: number;
  /** The file that checks offline. */
  readonly proof: string;
}

export interface AnchorAnswer {
  /** Where the anchor stands in the shared log. */
  readonly index: number;
  /** Entries of the own log that it covers. */
  readonly ownSize: number;
}

export interface ProofDeskDependencies {
  readonly decisions: Decisions;
  /** Of an entry of the shared log. @throws SealError, ReceiptError, ProofError */
  readonly makeReceipt: (index: number) => Promise<string>;
  /** Of an entry of the own log. @throws ProofError, and AnchorFault where no anchor covers it */
  readonly makeProof: (index: number) => Promise<string>;
  readonly stateAnchor: () => Promise<AnchorAnswer>;
}

/** What can be shown to people outside: what was stated of their device, and that a file’s digest was known. */
export class ProofDesk {
  readonly #deps: ProofDeskDependencies;

  constructor(deps: ProofDeskDependencies) {
    this.#deps = deps;
  }

  /** Hands out a receipt; the journal says who did, and of which entry. */
  async receipt(index: number, request: DeskRequest): Promise<ReceiptAnswer> {
    const { decisions, makeReceipt } = this.#deps;
    const receipt = await makeReceipt(index);
    await decisions.noteLook(request, { action: 'receipt.given', detail: { index } });
    return { member: decisions.member, index, receipt };
  }

  /** Seals a file's digest in the member's own log, as it is given: nobody here sees the file. @throws FormError, DecisionError, StoreError */
  seal(form: FileForm, request: DeskRequest): Promise<SealedFile> {
    const { sha256, size, reference } = form;
    if (!SHA256.test(sha256)) throw malformed('sha256', '64 hexadecimal digits in lower case');
    if (!Number.isSafeInteger(size) || size < 1) throw malformed('size', 'the octets of the file, one at least');
    const isRight = reference === undefined || isReference(reference);
    if (!isRight) throw malformed('reference', `1 to ${REFERENCE_LENGTH_MAX} of A-Z a-z 0-9 . _ : / -`);
    const subject = reference === undefined ? 'evidence' : `evidence:${reference}`;
    return this.#deps.decisions.decide<SealedFile>(request, (decision) => {
      const octets = Buffer.from(sha256, 'hex');
      const entry = decision.seal({ kind: 'digest.sealed', subject, sha256: octets, size });
      decision.note('file.sealed', null, { sha256, size, ...(reference !== undefined && { reference }) });
      const answer: SealedFile<string> = { sha256, size, entry };
      return Promise.resolve(answer);
    });
  }

  /** Proves that an entry stood in the own log when the others were told so. */
  async prove(index: number, request: DeskRequest): Promise<ProofAnswer> {
    const { decisions, makeProof } = this.#deps;
    const proof = await makeProof(index);
    await decisions.noteLook(request, { action: 'proof.made', detail: { index } });
    return { index, proof };
  }

  /** Tells the others now where the own log stands, instead of when the interval is over. */
  async anchor(request: DeskRequest): Promise<AnchorAnswer> {
    const { decisions, stateAnchor } = this.#deps;
    const { index, ownSize } = await stateAnchor();
    await decisions.noteLook(request, { action: 'anchor.stated', detail: { index, ownSize } });
    return { index, ownSize };
  }
}

function isReference(text: string): boolean {
  return text.length <= REFERENCE_LENGTH_MAX && REFERENCE.test(text);
}
