import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import { readSigningKey } from '../ledger/note-key.ts';
import { dataFolder } from '../node/data-folder.ts';
import { makeNodeKeys, readPairingKey } from '../node/keys.ts';
import { PAIRING_KEY_SIZE } from '../statements/pairing-tag.ts';
import { freePort } from './ports.ts';

/** The parts of a node's file that are read here; the rest goes through as it is, but for ports that are in use. */
export interface NodeFile {
  readonly member: string;
  readonly api: { readonly host?: string; readonly port: number };
  readonly gates?: { readonly messages?: MessagesFile; readonly [gate: string]: unknown };
  readonly desks?: { readonly incidents?: { readonly texts?: { readonly keyFile: string } } };
  readonly [part: string]: unknown;
}
export interface MessagesFile {
  readonly accounts: readonly {
    readonly systemId: string;
    readonly passwordFile?: string;
    readonly certificate: string;
  }[];
  own?: { readonly httpKeyHash?: string };
  readonly smscs: readonly { readonly port: number }[];
}
export interface ConsortiumFile {
  readonly name: string;
  readonly members: { readonly name: string; readonly roles: readonly string[]; logKey: string; url: string }[];
}

export interface LaidOutMember {
  readonly name: string;
  readonly node: NodeFile;
  readonly folder: string;
  readonly configFile: string;
}

export interface Example {
  /** Other files that nodes name beside the consortium's, by their name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly consortium: ConsortiumFile;
  readonly nodes: readonly NodeFile[];
}

const DUTIES = 'duties.json';

/** Reads `consortium.json` and `nodes/*.json`. */
export async function readExample(folder: string): Promise<Example> {
  return {
    consortium: await readJson<ConsortiumFile>(join(folder, 'consortium.json')),
    nodes: await readNodes(join(folder, 'nodes')),
    files: { [DUTIES]: await readFile(join(folder, DUTIES), 'utf8') },
  };
}

/**
 * Copies a consortium into `folder`, a data folder for each member: keys are made where there are none, the public ones
 * go into the consortium file, and a port that is in use is exchanged for a free one.
 */
export async function layOutConsortium(example: Example, folder: string): Promise<LaidOutMember[]> {
  const { consortium } = example;
  const nodes = await withFreePorts(example.nodes);
  const pairingKey = await sharedPairingKey(folder, nodes);
  for (const node of nodes) {
    const root = join(folder, node.member);
    await mkdir(root, { recursive: true, mode: 0o700 });
    const keys = dataFolder(root);
    if (!(await exists(keys.logKey))) {
      await makeNodeKeys({ root, origin: `log.${node.member}.example/shared`, pairingKey });
    }
    const member = consortium.members.find(({ name }) => name === node.member);
    if (member === undefined) continue;
    member.logKey = (await readSigningKey(keys.logKey)).logKey.vkey;
    member.url = `http://${node.api.host ?? '127.0.0.1'}:${node.api.port}`;
    await makeSecrets(root, node);
    await writeJson(join(root, 'node.json'), node);
  }
  await writeJson(join(folder, 'consortium.json'), consortium);
  for (const [name, text] of Object.entries(example.files ?? {})) await writeDurably(join(folder, name), text);
  return consortium.members.map(({ name }) => ({
    name,
    node: nodes.find(({ member }) => member === name)!,
    folder: join(folder, name),
    configFile: join(folder, name, 'node.json'),
  }));
}

/** The secrets that a node's file names, where they are not there yet: firms' passwords, the key for its own notices. */
async function makeSecrets(root: string, { gates, desks }: NodeFile): Promise<void> {
  const { messages } = gates ?? {};
  for (const { passwordFile } of messages?.accounts ?? []) {
    // SMPP 3.4 clause 5.2.2: eight characters at most.
    if (passwordFile !== undefined) await makeSecret(join(root, passwordFile), 4);
  }
  const keyFile = desks?.incidents?.texts?.keyFile;
  if (keyFile === undefined || messages === undefined) return;
  const key = await makeSecret(join(root, keyFile), 32);
  messages.own = { ...messages.own, httpKeyHash: createHash('sha256').update(key).digest('hex') };
}

async function makeSecret(file: string, size: number): Promise<string> {
  if (!(await exists(file))) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeDurably(file, randomBytes(size).toString('hex'), 0o600);
  }
  return (await readFile(file, 'utf8')).trim();
}

async function readNodes(folder: string): Promise<NodeFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map((name) => readJson<NodeFile>(join(folder, name))));
}

/** The nodes, where each port in use is exchanged for a free one, and named so wherever another part calls it. */
async function withFreePorts(nodes: readonly NodeFile[]): Promise<NodeFile[]> {
  const wanted = nodes.flatMap(portsIn);
  const given: number[] = [];
  for (const port of wanted) given.push(await freePort(port, new Set(given)));
  // `portsIn` and `JSON.stringify` go through an object in the same order.
  const left = [...given];
  const text = JSON.stringify(nodes, (field, value: unknown) => (isPort(field, value) ? left.shift() : value));
  const moved = new Map(wanted.map((port, place) => [String(port), given[place]!]));
  const called = text.replaceAll(/(127\.0\.0\.1:)([0-9]+)/g, (_, host: string, port: string) => {
    return `${host}${moved.get(port) ?? port}`;
  });
  return JSON.parse(called) as NodeFile[];
}

/** Every port that a node listens on, or that is its alone to call. */
function portsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => (isPort(field, inner) ? [inner] : portsIn(inner)));
}

function isPort(field: string, value: unknown): value is number {
  return field === 'port' && typeof value === 'number';
}

/** Members share the pairing key: a folder that was laid out before keeps the one it has. */
async function sharedPairingKey(folder: string, nodes: readonly NodeFile[]): Promise<Uint8Array> {
  for (const { member } of nodes) {
    const file = dataFolder(join(folder, member)).pairingKey;
    if (await exists(file)) return readPairingKey(file);
  }
  return randomBytes(PAIRING_KEY_SIZE);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

function writeJson(file: string, value: unknown): Promise<void> {
  return writeDurably(file, `${JSON.stringify(value, null, 2)}\n`);
}
