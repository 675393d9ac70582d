import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CatchUp } from '../base/catch-up.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { readWitnessKey, type WitnessSigningKey } from '../ledger/cosignature.ts';
import { covers, type LogVerifier } from '../ledger/log-verifier.ts';
import { readSigningKey, type SigningKey } from '../ledger/note-key.ts';
import type { DataFolder } from './data-folder.ts';
import type { NodeGovernance } from './governance.ts';
import { adoptNextKeys, MemberKeysError } from './member-keys.ts';

interface OwnKeysDependencies {
  readonly governance: NodeGovernance;
  readonly log: Log;
}

/**
 * This member's own signing keys, level with governance while the node runs: a key that was exchanged there takes its
 * place without a restart, and the one before it goes on as long as it may.
 */
export class OwnKeys {
  readonly #folder: DataFolder;
  readonly #member: string;
  readonly #deps: OwnKeysDependencies;
  readonly #unsubscribe: () => void;
  readonly #listeners = new Set<() => void>();
  #log: readonly SigningKey[] = [];
  #witness: readonly WitnessSigningKey[] = [];
  #ownLog: readonly SigningKey[] = [];
  #status: Member['status'] = 'active';
  readonly #adopting: CatchUp;

  private constructor(folder: DataFolder, member: string, deps: OwnKeysDependencies) {
    this.#folder = folder;
    this.#member = member;
    this.#deps = deps;
    this.#adopting = new CatchUp(
      () => this.#adopt(),
      (error) => deps.log.error({ reason: String(error) }, 'the keys of this member could not be taken up'),
    );
    this.#unsubscribe = deps.governance.onChanged(() => void this.#adopting.run());
  }

  /** @throws MemberKeysError, KeyError */
  static async open(folder: DataFolder, member: string, deps: OwnKeysDependencies): Promise<OwnKeys> {
    const keys = new OwnKeys(folder, member, deps);
    await keys.#adopt();
    return keys;
  }

  /**
   * The key that signs the shared log at this size; undefined where this member has none that the others would believe.
   * While two may sign it is the old one: who has not heard of the new one yet believes that.
   */
  readonly logKeyAt = (size: number): SigningKey | undefined => {
    const { logKeys } = this.#deps.governance.member(this.#member)!;
    const vkey = logKeys.find((span) => covers(span, size) && this.#logKey(span.vkey) !== undefined)?.vkey;
    return vkey === undefined ? undefined : this.#logKey(vkey);
  };

  /** All that the others count as this member's witness. */
  get witness(): readonly WitnessSigningKey[] {
    const { witnessKeys } = this.#deps.governance.member(this.#member)!;
    return this.#witness.filter(({ witnessKey }) => witnessKeys.includes(witnessKey.vkey));
  }

  /** Verifies the own log, of which nobody else has a copy: with all the keys that it ever had here. */
  get ownLogVerifier(): LogVerifier {
    return { name: this.ownLogKey().name, at: () => this.#ownLog.map(({ logKey }) => logKey) };
  }

  /** The key that signs the own log from now on: the consortium's, where it is here. */
  readonly ownLogKey = (): SigningKey => {
    const vkey = this.#deps.governance.consortium.ownLogKeys.get(this.#member as MemberName);
    return this.#ownLog.find(({ logKey }) => logKey.vkey === vkey) ?? this.#ownLog[0]!;
  };

  /** Calls after governance has changed and the keys are level with it. */
  onChanged(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** When the keys are as governance said last, unless that failed and is tried again. */
  get settled(): Promise<void> {
    return this.#adopting.settled;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#adopting.close();
  }

  #tellStatus({ status }: Member): void {
    if (status === this.#status) return;
    this.#status = status;
    if (status === 'active') this.#deps.log.info({ status }, 'this member takes part again');
    else this.#deps.log.error({ status }, 'the consortium does not count what this member states any more');
  }

  #logKey(vkey: string): SigningKey | undefined {
    return this.#log.find(({ logKey }) => logKey.vkey === vkey);
  }

  async #adopt(): Promise<void> {
    const { consortium } = this.#deps.governance;
    const self = consortium.members.find(({ name }) => name === this.#member)!;
    this.#tellStatus(self);
    const { root, keys } = this.#folder;
    const adopted = await adoptNextKeys(root, self, consortium.ownLogKeys.get(self.name)!);
    if (adopted.length > 0) this.#deps.log.info({ keys: adopted.join(' ') }, 'keys were exchanged for the next ones');
    // Those of before among them, and those that the consortium does not have yet.
    const names = await readdir(keys);
    const filesOf = (key: string): string[] =>
      names
        .filter((name) => name === `${key}.key` || (name.startsWith(`${key}.`) && name.endsWith('.key')))
        .map((name) => join(keys, name));
    this.#log = await Promise.all(filesOf('log').map(readSigningKey));
    this.#ownLog = await Promise.all(filesOf('own-log').map(readSigningKey));
    if (this.#ownLog.length === 0) throw new MemberKeysError({ code: 'MEMBER_KEY_MISSING', key: 'own-log' });
    this.#witness = await Promise.all(filesOf('witness').map(readWitnessKey));
    for (const listener of this.#listeners) listener();
  }
}
