import { join } from 'node:path';

/**
 * What a node keeps, and where. `signing` says what was last signed: it must never be restored from a backup, so it
 * stands apart from everything that is. See docs/operating/backup.md.
 */
export interface DataFolder {
  readonly root: string;
  /** The member's own shared log: checkpoint and tiles, servable as they are. */
  readonly log: string;
  readonly signing: string;
  /** The member's own log, which is served to nobody, and what was last signed of it. */
  readonly ownLog: string;
  readonly ownSigning: string;
  /** Copies of the other members' logs, a folder each. */
  readonly mirrors: string;
  /** What this node's witness cosigned: like `signing`, never restored from a backup. */
  readonly witness: string;
  /** The governance log: written by its keeper, a copy at everybody else; servable as it is. */
  readonly governanceLog: string;
  /** What its keeper last signed of it, a folder for each key. */
  readonly governanceSigning: string;
  /** Which paper this member signed for which state of the governance log. */
  readonly signedPapers: string;
  /** The genesis checkpoint: all trust comes from it. */
  readonly genesis: string;
  readonly keys: string;
  readonly logKey: string;
  readonly ownLogKey: string;
  /** Cosigns checkpoints of the others. */
  readonly witnessKey: string;
  /** Signs proposals. */
  readonly governanceKey: string;
  /** What is wrapped for this member is opened with it. */
  readonly sealingKey: string;
  /** The keys of epochs, a file for each: to destroy one is to take it away. */
  readonly epochKeys: string;
  /** Signs the governance log, where this member keeps it. */
  readonly governanceLogKey: string;
  /** The public half, to be given to the others. */
  readonly logPublicKey: string;
  /** Signs the cookies of people's sessions. */
  readonly signInKey: string;
  /** Hashes what certified firms are known again by; made where this member certifies. */
  readonly firmTraitKey: string;
  /** Files that firms have handed in. */
  readonly evidence: string;
  /** Files sealed in incidents, each under its hash. */
  readonly incidentEvidence: string;
  readonly store: string;
  readonly records: string;
  readonly tokens: string;
  readonly snapshot: string;
}

export function dataFolder(root: string): DataFolder {
  const keys = join(root, 'keys');
  return {
    root,
    log: join(root, 'log'),
    signing: join(root, 'signing'),
    ownLog: join(root, 'own-log'),
    ownSigning: join(root, 'own-signing'),
    mirrors: join(root, 'mirrors'),
    witness: join(root, 'witness'),
    governanceLog: join(root, 'governance-log'),
    governanceSigning: join(root, 'governance-signing'),
    signedPapers: join(root, 'signed-papers'),
    genesis: join(root, 'genesis'),
    keys,
    logKey: join(keys, 'log.key'),
    ownLogKey: join(keys, 'own-log.key'),
    witnessKey: join(keys, 'witness.key'),
    governanceKey: join(keys, 'governance.key'),
    sealingKey: join(keys, 'sealing.key'),
    epochKeys: join(keys, 'epochs'),
    governanceLogKey: join(keys, 'governance-log.key'),
    logPublicKey: join(keys, 'log.vkey'),
    signInKey: join(keys, 'sign-in.key'),
    firmTraitKey: join(keys, 'firm-traits.key'),
    evidence: join(root, 'evidence'),
    incidentEvidence: join(root, 'incident-evidence'),
    store: join(root, 'store.sqlite'),
    records: join(root, 'records'),
    tokens: join(root, 'tokens'),
    snapshot: join(root, 'standing.snapshot'),
  };
}
