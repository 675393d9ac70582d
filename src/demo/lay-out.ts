import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { writeDurably } from '../base/durable.ts';
import { type Log, silentLog } from '../base/log.ts';
import type { Role, SharedPolicy } from '../governance/consortium.ts';
import { foundConsortium } from './found.ts';
import { freePort } from './ports.ts';

/** Where a member that has no node here would answer: nobody listens there. */
const UNSERVED_PORT = 1;

/** The parts of a node's file that are read here; the rest goes through as it is, but for ports that are in use. */
export interface NodeFile {
  readonly member: string;
  readonly api: { readonly host?: string; readonly port: number };
  readonly peers?: { readonly port: number };
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
  readonly members: readonly { readonly name: string; readonly roles: readonly string[] }[];
  readonly policy?: Partial<SharedPolicy>;
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

const FILES = ['duties.json', 'pledges.json'];

/** Reads `consortium.json` and `nodes/*.json`. */
export async function readExample(folder: string): Promise<Example> {
  return {
    consortium: await readJson<ConsortiumFile>(join(folder, 'consortium.json')),
    nodes: await readNodes(join(folder, 'nodes')),
    files: Object.fromEntries(
      await Promise.all(FILES.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
    ),
  };
}

/**
 * Copies a consortium into `folder`, a data folder for each member, and founds it where that is not done yet. A port that
 * is in use is exchanged for a free one, and governance is told so.
 */
export async function layOutConsortium(
  example: Example,
  folder: string,
  { clock, log }: { clock: Clock; log: Log } = { clock: systemClock, log: silentLog },
): Promise<LaidOutMember[]> {
  const { consortium } = example;
  const nodes = await withFreePorts(example.nodes);
  for (const node of nodes) {
    const root = join(folder, node.member);
    await mkdir(root, { recursive: true, mode: 0o700 });
    await makeSecrets(root, node);
    await writeJson(join(root, 'node.json'), node);
  }
  const members = consortium.members.map(({ name, roles }) => {
    const node = nodes.find(({ member }) => member === name);
    return { name, roles: roles as readonly Role[], root: join(folder, name), url: addressOf(node) };
  });
  await foundConsortium({ ...consortium, members, folder }, { clock, log });
  for (const [name, text] of Object.entries(example.files ?? {})) await writeDurably(join(folder, name), text);
  return consortium.members.map(({ name }) => ({
    name,
    node: nodes.find(({ member }) => member === name)!,
    folder: join(folder, name),
    configFile: join(folder, name, 'node.json'),
  }));
}

/** Where the other members find a node: over TLS where it has a listener for them. */
function addressOf(node: NodeFile | undefined): string {
  if (node?.peers !== undefined) return `https://127.0.0.1:${node.peers.port}`;
  return `http://${node?.api.host ?? '127.0.0.1'}:${node?.api.port ?? UNSERVED_PORT}`;
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
