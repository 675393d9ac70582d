import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { quorumFor } from '../../governance/quorum.ts';
import { Cosigning, type WitnessHealth } from '../../ledger/cosigning.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { governanceOf } from './council.ts';
import { Pen, type Written } from './pen.ts';
import type { Stage } from './stage.ts';
import { StaticServer } from './static-server.ts';

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
      { folder: place.log, logKey: (await readSigningKey(keyFile)).logKey },
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

  /** How the witnesses did that are asked. */
  get witnesses(): readonly WitnessHealth[] {
    return this.#cosigning.state().witnesses;
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
