import { createServer, connect, type AddressInfo } from 'node:net';
import { signatureLine } from '../../src/ledger/note.ts';
import { bundlePath } from '../../src/ledger/layout.ts';
import { proveConsistency } from '../../src/ledger/proof.ts';
import { TreeReader } from '../../src/ledger/reader.ts';
import { FolderSource, UrlSource } from '../../src/ledger/tile-source.ts';
import { WitnessClient } from '../../src/ledger/witness-client.ts';
import { inSetting, ISSUER, type Setting } from './setting.ts';
import { sealedBlock } from './statements.ts';
import { Witnesses } from './witnesses.ts';

const ENTRIES = 300;
/** In the newest bundle then. */
const PARTIAL = ENTRIES % 256;

/** Octets as they go over a connection, both ways together, without TLS and what is below it. */
export interface WireSizes {
  /** One sealed report, with its length in the bundle. */
  readonly entry: number;
  /** A request of the checkpoint and its answer, signed by the log alone. */
  readonly checkpoint: number;
  /** What stands around the new entries of a bundle, of which the beginning is held. */
  readonly aroundPart: number;
  /** A request for a cosignature and its answer. */
  readonly cosigning: number;
  /** One witness's line in a witnessed checkpoint. */
  readonly cosignature: number;
}

/** Measures the exchanges of a log of 300 entries, through a proxy that counts. */
export function measureWireSizes(): Promise<WireSizes> {
  return inSetting(measure);
}

async function measure({ folder, logFolder, sequencer, signingKey }: Setting): Promise<WireSizes> {
  const { logKey } = signingKey;
  const witnesses = await Witnesses.start(1, { folder, vkey: logKey.vkey });
  const { url, keys } = witnesses.peers[0]!;
  const proxy = await CountingProxy.open(new URL(url));
  const source = new UrlSource(`${proxy.url}/log`);
  const client = new WitnessClient({ url: `${proxy.url}/witness`, keys });
  const local = new FolderSource(logFolder);
  const cosign = () => {
    const { checkpoint } = sequencer;
    const prove = (older: number) => proveConsistency(new TreeReader(local, checkpoint.size), older);
    return client.submit({ ...checkpoint, logKey, prove });
  };
  const entry = sealedBlock(ISSUER, ENTRIES - 1).length + 2;
  await sequencer.append(Array.from({ length: ENTRIES - 1 }, (_, index) => sealedBlock(ISSUER, index)));
  await cosign();
  await sequencer.append([sealedBlock(ISSUER, ENTRIES - 1)]);
  const checkpoint = await proxy.count(() => source.read('checkpoint', 100_000));
  const held = (PARTIAL - 1) * entry;
  const part = await proxy.count(() => source.read(bundlePath(1, PARTIAL), 1_000_000, held));
  let cosignature = 0;
  const cosigning = await proxy.count(async () => {
    const [line] = await cosign();
    cosignature = Buffer.byteLength(signatureLine(line!));
  });
  proxy.close();
  await witnesses.close();
  return { entry, checkpoint, aroundPart: part - entry, cosigning, cosignature };
}

/** Passes octets on, and counts them. */
class CountingProxy {
  readonly url: string;
  readonly #close: () => void;
  readonly #counted: { octets: number };

  private constructor(url: string, counted: { octets: number }, close: () => void) {
    this.url = url;
    this.#counted = counted;
    this.#close = close;
  }

  static async open({ hostname, port }: URL): Promise<CountingProxy> {
    const counted = { octets: 0 };
    const count = (chunk: Buffer): void => void (counted.octets += chunk.length);
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.on('data', count).on('error', () => far.destroy());
      far.on('data', count).on('error', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new CountingProxy(url, counted, () => server.close());
  }

  /** The octets of both ways that a step causes. */
  async count(step: () => Promise<unknown>): Promise<number> {
    const before = this.#counted.octets;
    await step();
    return this.#counted.octets - before;
  }

  close(): void {
    this.#close();
  }
}
