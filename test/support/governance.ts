import assert from 'node:assert/strict';
import { Fault, orThrow } from '../../src/base/fault.ts';
import type { Change, MemberFields } from '../../src/governance/change.ts';
import { type Constitution, CONSTITUTION_KIND, newConstitution } from '../../src/governance/constitution.ts';
import { DECIDED_KIND, encodePaperEntry, FOUNDED_KIND } from '../../src/governance/entry.ts';
import { GovernanceFold } from '../../src/governance/fold.ts';
import type { Role, SharedPolicy } from '../../src/governance/consortium.ts';
import { newProposal, PROPOSAL_KIND } from '../../src/governance/proposal.ts';
import { parsePaper, withSignature } from '../../src/governance/signed-paper.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import { generateWitnessKey, type WitnessSigningKey } from '../../src/ledger/cosignature.ts';
import { generateLogKey, type SigningKey } from '../../src/ledger/note-key.ts';
import type { NoteSigner } from '../../src/ledger/note.ts';
import type { TreeHead } from '../../src/ledger/verified-tiles.ts';

export const FOUNDED_MS = 1_700_000_000_000;
export const GOVERNANCE_ORIGIN = 'governance.kr.example/log';
const [HEADER, EPHEMERAL, BODY] = ['eyJhbGciOiJFQ0RILUVTIn0', 'a2V5', 'Ym9keQ'];
/** It has the form of a wrapped key, and opens for nobody. */
export const WRAP = [HEADER, EPHEMERAL, BODY, BODY, BODY].join('.');
export const POLICY: SharedPolicy = {
  threshold: 2,
  faultyWitnesses: 0,
  anchorIntervalSeconds: 3_600,
  budgetFloor: { perHour: 500, perDay: 2_000, perTac: 200 },
};

/** A member with its private keys. */
export interface TestMember {
  readonly fields: MemberFields;
  readonly name: MemberName;
  readonly log: SigningKey;
  readonly ownLog: SigningKey;
  readonly governance: SigningKey;
  readonly witness: WitnessSigningKey;
}

let sealingKeys = 0;

/** @param more what its introduction says otherwise */
export function testMember(
  name: string,
  roles: readonly Role[] = ['operator'],
  more: Partial<MemberFields> = {},
): TestMember {
  const log = generateLogKey(`log.${name}.example/shared`);
  const ownLog = generateLogKey(`log.${name}.example/shared/own`);
  const governance = generateLogKey(`governance.${name}.example`);
  const witness = generateWitnessKey(`witness.${name}.example`);
  const fields: MemberFields = {
    name: name as MemberName,
    roles,
    url: `https://${name}.example`,
    logKey: log.logKey.vkey,
    ownLogKey: ownLog.logKey.vkey,
    governanceKey: governance.logKey.vkey,
    witnessKey: witness.witnessKey.vkey,
    sealingKey: testSealingKey(),
    certificates: [],
    ...more,
  };
  return { fields, name: fields.name, log, ownLog, governance, witness };
}

/** Another one each time; its private half is nobody's. */
export function testSealingKey(): string {
  const octets = Buffer.alloc(32, 9);
  octets.writeUInt32BE(++sealingKeys);
  return octets.toString('base64');
}

/** A governance log in memory, and the members that can sign in it. */
export class TestGovernance {
  readonly logKey = generateLogKey(GOVERNANCE_ORIGIN);
  readonly members: TestMember[];
  readonly entries: Uint8Array[] = [];
  readonly fold: GovernanceFold;

  constructor(names: readonly string[] = ['hanbit', 'narae', 'duru'], policy: Partial<SharedPolicy> = {}) {
    this.members = names.map((name) => testMember(name));
    const paper = this.foundingPaper({ policy: { ...POLICY, ...policy } });
    this.entries.push(encodePaperEntry({ kind: FOUNDED_KIND, paper }, { consortium: 'korea', timeMs: FOUNDED_MS }));
    this.fold = orThrow(GovernanceFold.begin(this.entries[0]!));
  }

  get consortium() {
    return this.fold.consortium;
  }

  member(name: string): TestMember {
    return this.members.find((member) => member.name === name)!;
  }

  foundingPaper(more: Partial<Constitution> = {}, signers = this.members): Buffer {
    const names = this.members.map(({ name }) => name);
    const bytes = newConstitution({
      name: 'korea',
      timeMs: FOUNDED_MS,
      keeper: names[0]!,
      logKey: this.logKey.logKey.vkey,
      members: this.members.map(({ fields }) => fields),
      policy: POLICY,
      epoch: { keyDigest: '0'.repeat(64), wraps: new Map(names.map((name) => [name, WRAP])) },
      tagKey: { keyDigest: '1'.repeat(64), wraps: new Map(names.map((name) => [name, WRAP])) },
      ...more,
    });
    return signed(
      bytes,
      CONSTITUTION_KIND,
      signers.map(({ governance }) => governance),
    );
  }

  /** A proposal for the log as it stands, signed by members named. */
  proposal(change: Change, signers: readonly string[], more: { after?: TreeHead; proposedBy?: string } = {}): Buffer {
    const keys = signers.map((name) => this.member(name).governance);
    return this.proposalBy(change, keys, more);
  }

  proposalBy(
    change: Change,
    keys: readonly NoteSigner[],
    { after = this.fold.head, proposedBy = 'hanbit' }: { after?: TreeHead; proposedBy?: string } = {},
  ): Buffer {
    const bytes = newProposal({ after, proposedBy: proposedBy as MemberName, timeMs: FOUNDED_MS, change });
    return signed(bytes, PROPOSAL_KIND, keys);
  }

  /** Puts a paper into the log, as its keeper would. @returns the code for which it has no effect */
  take(paper: Uint8Array): string | undefined {
    return this.takeEntry(entryOfPaper(paper));
  }

  takeEntry(entry: Uint8Array): string | undefined {
    this.entries.push(entry);
    return this.fold.take(entry)?.facts.code;
  }

  /** Makes, signs and takes a change. */
  change(change: Change, signers: readonly string[] = ['hanbit', 'narae']): string | undefined {
    return this.take(this.proposal(change, signers));
  }

  /** Signed by all that are active. */
  must(change: Change, ...signers: string[]): void {
    assert.equal(this.change(change, signers.length === 0 ? ['hanbit', 'narae'] : signers), undefined);
  }
}

export function entryOfPaper(paper: Uint8Array): Uint8Array {
  return encodePaperEntry({ kind: DECIDED_KIND, paper }, { consortium: 'korea', timeMs: FOUNDED_MS });
}

export function signed(bytes: Buffer, kind: string, keys: readonly NoteSigner[]): Buffer {
  return keys.reduce<Buffer>((paper, key) => {
    const read = parsePaper(paper, kind);
    assert.ok(!(read instanceof Fault));
    return withSignature(read, key);
  }, bytes);
}
