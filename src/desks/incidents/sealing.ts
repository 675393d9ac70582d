import type { FilesByHash } from '../../base/files-by-hash.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readText } from '../decisions/form-fields.ts';
import { findOpenIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';

/** Octets of one file of evidence. */
export const EVIDENCE_SIZE_MAX = 16 * 1024 * 1024;

export interface EvidenceForm {
  /** What the file is called. Private. */
  readonly name: string;
  /** The fact that it shows, by its number. */
  readonly fact?: number;
  readonly octets: Uint8Array;
}

export interface SealAnswer<Entry = { readonly member: string; readonly index: number }> {
  readonly incident: string;
  readonly sha256: string;
  readonly size: number;
  /** Where the digest stands in the member's own log. */
  readonly entry: Entry;
}

/** Keeps the octets, before anything says that they are kept. @throws IncidentError EVIDENCE_TOO_LARGE, EVIDENCE_EMPTY */
export async function keepEvidence(octets: Uint8Array, files: Pick<FilesByHash, 'keep'>): Promise<string> {
  const size = octets.length;
  if (size === 0) throw new IncidentError({ code: 'EVIDENCE_EMPTY' });
  if (size > EVIDENCE_SIZE_MAX)
    throw new IncidentError({ code: 'EVIDENCE_TOO_LARGE', size, sizeMax: EVIDENCE_SIZE_MAX });
  return files.keep(octets);
}

/** Seals a file that is kept: from now on it can be shown that the member had it, unchanged. */
export async function sealEvidence(
  decision: Decision,
  number: string,
  { name: nameText, fact: factNumber, octets }: EvidenceForm,
  sha256: string,
): Promise<SealAnswer<string>> {
  const { tables, nowMs, request } = decision;
  const { id } = await findOpenIncident(tables, number);
  const fact = factNumber ?? null;
  const name = readText(nameText, 'name');
  if (name === undefined) throw malformed('name', 'what the file is called');
  const facts = await tables.incidents.files.facts(id);
  if (fact !== null && !facts.some(({ position }) => position === fact))
    throw malformed('fact', 'a fact of the incident');
  const incident = incidentNumber(id);
  if ((await tables.incidents.files.evidence(id)).some((row) => row.sha256 === sha256)) {
    throw new IncidentError({ code: 'EVIDENCE_SEALED_ALREADY', incident });
  }
  const size = octets.length;
  const statementId = decision.seal({
    kind: 'digest.sealed',
    subject: `evidence:${incident}`,
    sha256: Buffer.from(sha256, 'hex'),
    size,
  });
  await tables.incidents.files.addEvidence({
    incidentId: id,
    sha256,
    name,
    size,
    fact,
    sealedMs: nowMs,
    sealedBy: request.actor,
    statementId,
  });
  decision.note('evidence.sealed', null, { incident, sha256, size, ...(fact !== null && { fact }) });
  return { incident, sha256, size, entry: statementId };
}
