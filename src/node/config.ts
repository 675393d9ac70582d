import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { isAddressRange } from '../base/client-address.ts';
import { Fault } from '../base/fault.ts';
import { LookUpConfig } from '../desks/decisions/config.ts';
import { IncidentDeskConfig } from '../desks/incidents/config.ts';
import { SenderDeskConfig } from '../desks/senders/config.ts';
import { ExchangeConfig } from '../exchange/config.ts';
import { PledgesConfig } from '../desks/pledges/config.ts';
import { PublishConfig, withAbsoluteStores } from '../publishing/config.ts';
import { ArchiveConfig } from '../records/archive/config.ts';
import { CellWatchConfig } from '../watchers/cells/config.ts';
import { SpamWatchConfig, withAbsoluteToken } from '../watchers/spam/config.ts';
import { EquipmentGateConfig } from '../gates/equipment/config.ts';
import { MessageGateConfig } from '../gates/messages/config.ts';
import { withAbsoluteFiles } from '../gates/messages/config-files.ts';
import { PaymentGateConfig } from '../gates/payments/config.ts';
import { PagesConfig } from '../portals/pages/config.ts';
import { withAbsoluteExchangeFiles } from './exchange.ts';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

const PeersConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1' }),
    port: Port,
    openLog: Type.Boolean({
      default: false,
      description:
        'whether the sealed log, the copies and the governance log are served to anybody on the API’s port too',
    }),
  },
  {
    additionalProperties: false,
    description: 'the listener for members, over TLS; without it the API’s port serves them',
  },
);

/** A node's configuration file. Relative paths are taken from the file's own folder. */
const NodeConfigFile = Type.Object(
  {
    member: Type.String({ description: 'this node’s name in the consortium' }),
    genesis: Type.Optional(
      Type.String({ description: 'path of the genesis checkpoint; `genesis` in the data folder without it' }),
    ),
    governanceFrom: Type.Array(Type.String(), {
      default: [],
      description: 'where the governance log may be found before there is a copy of it here: folders, addresses',
    }),
    dataFolder: Type.String({ default: '.', description: 'where the node keeps its logs, keys and store' }),
    databaseUrl: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description: 'PostgreSQL for the desk; SQLite in the data folder without it',
      }),
    ),
    api: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1' }),
        port: Port,
        trustedProxies: Type.Array(Type.String(), {
          default: [],
          maxItems: 64,
          description: 'addresses or ranges of the proxies before it, whose X-Forwarded-For is believed',
        }),
      },
      { additionalProperties: false, description: 'the HTTP API, the served log and the pages of this member' },
    ),
    follow: Type.Object(
      {
        pollIntervalMs: Type.Integer({ minimum: 50, maximum: 3_600_000, default: 1_000 }),
        mirrors: Type.Array(Type.String({ pattern: '^https?://' }), {
          default: [],
          maxItems: 16,
          description:
            'web servers with copies: <address>/governance, <address>/mirrors/<member>; asked, with the members, where a log’s own address fails',
        }),
        stores: Type.Array(Type.String({ pattern: '^https://' }), {
          default: [],
          maxItems: 1_024,
          description: 'members’ addresses that are static stores, under certificates of the web',
        }),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'how often a log is looked at when no hint comes, and where',
      },
    ),
    peers: Type.Optional(PeersConfig),
    publish: PublishConfig,
    certificate: Type.Object(
      { adoptAfterSeconds: Type.Integer({ minimum: 0, maximum: 604_800, default: 300 }) },
      {
        additionalProperties: false,
        default: {},
        description: 'how long after it came into force the next TLS certificate is shown: others may hear of it later',
      },
    ),
    standing: Type.Object(
      {
        devicesExpected: Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: 100_000 }),
        snapshotIntervalSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 300 }),
      },
      { additionalProperties: false, default: {}, description: 'the index in memory and its snapshot on disk' },
    ),
    records: Type.Optional(
      Type.Object(
        { archive: Type.Optional(ArchiveConfig) },
        { additionalProperties: false, description: 'observed events that are searched' },
      ),
    ),
    watchers: Type.Optional(
      Type.Object(
        { cells: Type.Optional(CellWatchConfig), spam: Type.Optional(SpamWatchConfig) },
        { additionalProperties: false, description: 'what looks for wrong in records' },
      ),
    ),
    gates: Type.Object(
      {
        equipment: Type.Optional(EquipmentGateConfig),
        messages: Type.Optional(MessageGateConfig),
        payments: Type.Optional(PaymentGateConfig),
      },
      { additionalProperties: false, default: {}, description: 'none for a member without a network' },
    ),
    desks: Type.Object(
      {
        lookUps: LookUpConfig,
        senders: Type.Optional(SenderDeskConfig),
        incidents: Type.Optional(IncidentDeskConfig),
      },
      { additionalProperties: false, default: {}, description: 'the desks beside that of devices' },
    ),
    exchange: Type.Optional(ExchangeConfig),
    pledges: Type.Optional(PledgesConfig),
    pages: PagesConfig,
    countryCode: Type.String({
      pattern: '^[1-9][0-9]{0,2}$',
      default: '82',
      description: 'of this member’s country: what a number that begins with 0 has in its stead',
    }),
    log: Type.Object(
      {
        level: Type.Union(
          ['debug', 'info', 'warn', 'error'].map((level) => Type.Literal(level)),
          { default: 'info' },
        ),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false },
);

export type NodeConfig = Static<typeof NodeConfigFile>;

export type NodeConfigFault =
  | { code: 'NODE_CONFIG_UNREADABLE'; file: string }
  | { code: 'NODE_CONFIG_MALFORMED'; file: string; field: string; expected: string };
export class NodeConfigError extends Fault<NodeConfigFault> {}

/** Reads a node's configuration, fills in defaults and makes its paths absolute. @throws NodeConfigError */
export async function readNodeConfig(file: string): Promise<NodeConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new NodeConfigError({ code: 'NODE_CONFIG_UNREADABLE', file }, { cause });
  }
  const filled = Value.Default(NodeConfigFile, value);
  const [wrong] = Value.Errors(NodeConfigFile, filled);
  if (wrong !== undefined) {
    throw new NodeConfigError({
      code: 'NODE_CONFIG_MALFORMED',
      file,
      field: wrong.instancePath === '' ? '/' : wrong.instancePath,
      expected: wrong.message,
    });
  }
  refuseWrongProxies(filled as NodeConfig, file);
  return withAbsolutePaths(filled as NodeConfig, dirname(resolve(file)));
}

/** @throws NodeConfigError */
function refuseWrongProxies({ api }: NodeConfig, file: string): void {
  const place = api.trustedProxies.findIndex((text) => !isAddressRange(text));
  if (place < 0) return;
  const expected = 'an IP address, or a range such as 10.0.0.0/8';
  throw new NodeConfigError({ code: 'NODE_CONFIG_MALFORMED', file, field: `/api/trustedProxies/${place}`, expected });
}

function withAbsolutePaths(config: NodeConfig, folder: string): NodeConfig {
  const { equipment, messages } = config.gates;
  return {
    ...config,
    ...(config.genesis !== undefined && { genesis: resolve(folder, config.genesis) }),
    governanceFrom: config.governanceFrom.map((place) => (isUrl(place) ? place : resolve(folder, place))),
    dataFolder: resolve(folder, config.dataFolder),
    publish: withAbsoluteStores(config.publish, folder),
    ...(config.records !== undefined && { records: withAbsoluteArchive(config.records, folder) }),
    ...(config.watchers?.spam && {
      watchers: { ...config.watchers, spam: withAbsoluteToken(config.watchers.spam, folder) },
    }),
    ...(config.exchange !== undefined && { exchange: withAbsoluteExchangeFiles(config.exchange, folder) }),
    ...(config.pledges !== undefined && {
      pledges: { ...config.pledges, catalogueFile: resolve(folder, config.pledges.catalogueFile) },
    }),
    pages: withAbsoluteSecret(config.pages, folder),
    desks: withAbsoluteDuties(config.desks, folder),
    gates: {
      ...config.gates,
      ...(equipment !== undefined && { equipment: withAbsoluteCertificates(equipment, folder) }),
      ...(messages !== undefined && { messages: withAbsoluteFiles(messages, folder) }),
    },
  };
}

function withAbsoluteCertificates(gate: EquipmentGateConfig, folder: string): EquipmentGateConfig {
  const { s13, n5gEir } = gate;
  const absolute = <T extends { certFile: string; keyFile: string; caFile?: string }>(tls: T): T => ({
    ...tls,
    certFile: resolve(folder, tls.certFile),
    keyFile: resolve(folder, tls.keyFile),
    ...(tls.caFile !== undefined && { caFile: resolve(folder, tls.caFile) }),
  });
  return {
    ...gate,
    ...(s13?.tls && { s13: { ...s13, tls: absolute(s13.tls) } }),
    ...(n5gEir?.tls && { n5gEir: { ...n5gEir, tls: absolute(n5gEir.tls) } }),
  };
}

function withAbsoluteSecret(pages: PagesConfig, folder: string): PagesConfig {
  const { oidc } = pages;
  if (oidc === undefined) return pages;
  return { ...pages, oidc: { ...oidc, clientSecretFile: resolve(folder, oidc.clientSecretFile) } };
}

function withAbsoluteArchive(
  records: NonNullable<NodeConfig['records']>,
  folder: string,
): NonNullable<NodeConfig['records']> {
  const { archive } = records;
  if (archive?.folder === undefined) return records;
  return { archive: { ...archive, folder: resolve(folder, archive.folder) } };
}

function withAbsoluteDuties(desks: NodeConfig['desks'], folder: string): NodeConfig['desks'] {
  const { incidents } = desks;
  if (incidents === undefined) return desks;
  const { dutiesFile, texts } = incidents;
  const absolute = {
    ...incidents,
    dutiesFile: resolve(folder, dutiesFile),
    ...(texts !== undefined && { texts: { ...texts, keyFile: resolve(folder, texts.keyFile) } }),
  };
  return { ...desks, incidents: absolute };
}

function isUrl(place: string): boolean {
  return /^https?:/i.test(place);
}
