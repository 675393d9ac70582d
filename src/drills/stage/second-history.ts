import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { quorumFor } from '../../governance/quorum.ts';
import { Cosigning } from '../../ledger/cosigning.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { governanceOf } from './council.ts';
import { Pen, type Written } from './pen.ts';
import type { Stage } from './stage.ts';
import { StaticServer } from './static-server.ts';

/** It is in a hurry: once members have compared what they were shown, nobody cosigns it. */
const ASK_AGAIN_MS = 100;
/** Its tree contradicts what the witness cosigned; or its owner is convicted, so that nothing of it is cosigned. */
const REFUSALS = ['WITNESS_CONTRADICTS', 'WITNESS_REFUSED'] as const;

/** Another history of a member's log, signed with its own key: it goes on from a copy, and asks witnesses of its own. */
export class SecondHistory {
  /** How many cosignatures make a quorum of this log. */
  readonly threshold: number;
  readonly #pen: Pen;
  readonly #server: StaticServer;
  readonly #cosigning: Cosigning;
  readonly #asked: Set<string>;

  private constructor(parts: {
    pen: Pen;
    server: StaticServer;
    cosigning: Cosigning;
    asked: Set<string>;
    threshold: number;
  }) {
    this.#pen = parts.pen;
    this.#server = parts.server;
    this.#cosigning = parts.cosigning;
    this.#asked = parts.asked;
    this.threshold = parts.threshold;
  }

  /**
   * @param folder where the copy is kept
   * @param asked whose witness is asked, at first
   */
  static async open(
    stage: Stage,
    { member, folder, asked: first }: { member: string; folder: string; asked: readonly string[] },
    { clock }: { clock: Clock },
  ): Promise<SecondHistory> {
    const root = stage.folder(member);
    const { log, signing, logKey: keyFile } = dataFolder(root);
    const place = { log: join(folder, 'log'), signing: join(folder, 'signing') };
    await cp(log, place.log, { recursive: true });
    await cp(signing, place.signing, { recursive: true });
    const pen = await Pen.open({ root, member }, place);
    const server = await StaticServer.open({ log: place.log });
    const { witnesses, threshold } = quorumFor((await governanceOf(stage)).consortium, member);
    const asked = new Set(first);
    const peers = witnesses.map((witness) => ({ ...witness, url: `http://${stage.authority(witness.name)}/witness` }));
    const cosigning = await Cosigning.open(
      { folder: place.log, logKey: (await readSigningKey(keyFile)).logKey, backoffMsMax: ASK_AGAIN_MS },
      {
        clock,
        log: silentLog,
        checkpoints: pen.sequencer,
        peers: () => [{ witnesses: peers.filter(({ name }) => asked.has(name)), threshold }],
      },
    );
    return new SecondHistory({ pen, server, cosigning, asked, threshold });
  }

  /** Where it is served, as a member's log is. */
  get authority(): string {
    return this.#server.authority;
  }

  get size(): number {
    return this.#pen.sequencer.size;
  }

  /** Whether all of it has a quorum of cosignatures. */
  get hasQuorum(): boolean {
    return this.#cosigning.witnessed?.size === this.size;
  }

  /** What a witness says to all of it: that it cosigned, or the code of a refusal; nothing where it has not answered yet. */
  answerOf(name: string): 'cosigned' | (typeof REFUSALS)[number] | undefined {
    const health = this.#cosigning.state().witnesses.find((one) => one.name === name);
    if (health?.size === this.size) return 'cosigned';
    return REFUSALS.find((code) => code === health?.fault?.code);
  }

  /** Asks these from now on, and those before. */
  ask(names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  async write(written: readonly Written[]): Promise<void> {
    await this.#pen.write(written.length, (place) => written[place]!);
  }

  async close(): Promise<void> {
    await this.#cosigning.close();
    await this.#server.close();
    await this.#pen.close();
  }
}
