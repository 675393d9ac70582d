import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/demo/ports.ts';

const RELAY_CONFIG = new URL('../../examples/freediameter/relay.conf', import.meta.url);

export interface RelayOptions {
  readonly identity: string;
  readonly realm: string;
  readonly gate: { readonly identity: string; readonly port: number };
  readonly mme: string;
}

/** Where the example listens: the network that RFC 5737 keeps for documents. */
export const RELAY_ADDRESS = '192.0.2.10';

/**
 * Runs a script where there is a loopback interface and nothing else, with the relay's address on it: freeDiameter
 * listens on no loopback address, and must not be reached from outside. Resolves to the exit code and the output.
 */
export async function runOnLoopbackAlone(script: string): Promise<{ code: number | null; output: string }> {
  const steps = `ip link set lo up && ip address add ${RELAY_ADDRESS}/32 dev lo && exec "$0" "$1"`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // the script reports to us, not to the runner
  const inside = ['--net', '--map-root-user', 'sh', '-c', steps, process.execPath, script];
  const child = spawn('unshare', inside, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, output };
}

/** A freeDiameter relay that runs `examples/freediameter/relay.conf` with other names and ports. */
export class FreeDiameter {
  readonly port: number;
  /** What it logged. */
  output = '';
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<number | null>;
  #wake = Promise.withResolvers<void>();

  private constructor(port: number, folder: string, config: string) {
    this.port = port;
    this.#folder = folder;
    this.#process = spawn('freeDiameterd', ['-c', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#stir();
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', (code) => {
        resolve(code);
        this.#stir();
      });
    });
  }

  static async start(options: RelayOptions): Promise<FreeDiameter> {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-freediameter-'));
    const [port, deadPort] = [await freePort(), await freePort()];
    makeCertificate(folder, options.identity);
    const config = join(folder, 'relay.conf');
    writeFileSync(config, relayConfig(options, { folder, port, deadPort }));
    return new FreeDiameter(port, folder, config);
  }

  /** Resolves when it has logged that text. */
  async logged(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      assert(this.#process.exitCode === null, `freeDiameter ended:\n${this.output}`);
      await this.#wake.promise;
    }
  }

  /** Stops it as an operator does: it disconnects its peers. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** The example with what a test must change, each change required to fit. */
function relayConfig(
  { identity, realm, gate, mme }: RelayOptions,
  { folder, port, deadPort }: { folder: string; port: number; deadPort: number },
): string {
  let config = readFileSync(RELAY_CONFIG, 'utf8');
  const changes: readonly [string, string][] = [
    ['"dra.hanbit.example"', `"${identity}"`],
    ['"hanbit.example"', `"${realm}"`],
    ['Port = 3868;', `Port = ${port};`],
    ['/etc/freeDiameter', folder],
    ['TcTimer = 30', 'TcTimer = 6'],
    ['TwTimer = 30', 'TwTimer = 6'],
    ['"eir.hanbit.example"', `"${gate.identity}"`],
    ['Port = 3869;', `Port = ${gate.port};`],
    ['"mme1.hanbit.example"', `"${mme}"`],
    ['Port = 3870;', `Port = ${deadPort};`],
  ];
  for (const [example, ours] of changes) {
    assert(config.includes(example), `the example has no ${example}`);
    config = config.replaceAll(example, ours);
  }
  return config;
}

function makeCertificate(folder: string, name: string): void {
  const quiet = { cwd: folder, stdio: 'ignore' } as const;
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes', '-x509', '-newkey', 'rsa:2048'];
  execFileSync('openssl', ['req', ...subject, '-keyout', 'relay.key.pem', '-out', 'relay.cert.pem'], quiet);
  // A named group is there at once; searching for a prime would take minutes.
  const group = ['-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', 'dh.pem'];
  execFileSync('openssl', ['genpkey', '-genparam', ...group], quiet);
}
