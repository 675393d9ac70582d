import Type, { type Static } from 'typebox';
import { DEVICE_REASONS } from '../../statements/statement.ts';
import { GATES } from './answer.ts';

/** As many as an operator's own networks, roamers and test subscribers need; larger than other registers allow. */
export const IMSI_RANGES_MAX = 1_000;
export const RULES_MAX = 256;
export const THREADS_MAX = 64;
export const S13_PEERS_MAX = 1_024;

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Host = Type.String({ default: '127.0.0.1', minLength: 1 });
const CertFile = Type.String({ minLength: 1, description: 'PEM file with the certificate chain' });
const KeyFile = Type.String({ minLength: 1, description: 'PEM file with the private key' });
const CaFile = Type.Optional(
  Type.String({ minLength: 1, description: 'PEM file: only peers with a certificate signed by these may connect' }),
);
const ImsiDigits = Type.String({ pattern: '^[0-9]{6,15}$' });

const Unknown = Type.Enum(['unknown', 'allowed', 'tracked', 'blocked']);

const S13 = Type.Object(
  {
    host: Host,
    port: Port,
    originHost: Type.String({ minLength: 1, maxLength: 255, description: 'this register’s DiameterIdentity' }),
    originRealm: Type.String({ minLength: 1, maxLength: 255 }),
    tls: Type.Optional(
      Type.Object(
        { port: Port, certFile: CertFile, keyFile: KeyFile, caFile: CaFile },
        { additionalProperties: false, description: 'a second port, for Diameter over TLS' },
      ),
    ),
    peers: Type.Array(
      Type.Object(
        { originHost: Type.String({ minLength: 1, maxLength: 255 }), unknown: Type.Optional(Unknown) },
        { additionalProperties: false },
      ),
      { default: [], maxItems: S13_PEERS_MAX, description: 'who may connect, by Origin-Host' },
    ),
    watchdogSeconds: Type.Integer({ minimum: 6, maximum: 600, default: 30, description: 'RFC 3539 timer Tw' }),
  },
  { additionalProperties: false },
);

const N5gEir = Type.Object(
  {
    host: Host,
    port: Port,
    tls: Type.Optional(
      Type.Object(
        { certFile: CertFile, keyFile: KeyFile, caFile: CaFile },
        { additionalProperties: false, description: 'TLS on this port; without it, h2c with prior knowledge' },
      ),
    ),
    pathPrefix: Type.String({
      default: '',
      pattern: '^(/[A-Za-z0-9._~-]+)*$',
      description: 'the part of apiRoot after the authority (TS 29.501 clause 4.4), such as /core-1',
    }),
  },
  { additionalProperties: false },
);

const Rule = Type.Object(
  {
    gates: Type.Optional(Type.Array(Type.Enum([...GATES]), { minItems: 1, description: 'all when left out' })),
    members: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: '"*", a name, or "role:operator"' }),
    reasons: Type.Array(Type.Enum(['*', ...DEVICE_REASONS]), { minItems: 1 }),
    kinds: Type.Optional(
      Type.Array(Type.Enum(['blocked', 'tracked']), {
        minItems: 1,
        description: 'what was stated; both when left out',
      }),
    ),
    answer: Type.Enum(['as-stated', 'blocked', 'tracked', 'ignored']),
  },
  { additionalProperties: false },
);

const ImsiRange = Type.Object(
  { from: ImsiDigits, to: ImsiDigits, answer: Type.Enum(['allowed', 'tracked', 'blocked']) },
  { additionalProperties: false, description: 'inclusive; both ends have as many digits as the IMSIs meant' },
);

/** What counts at the gates. docs/gates/policy.md tells it to people. */
export const EquipmentPolicy = Type.Object(
  {
    rules: Type.Array(Rule, {
      default: [],
      maxItems: RULES_MAX,
      description: 'the first that fits decides; what none fits counts as stated',
    }),
    imsiRanges: Type.Array(ImsiRange, { default: [], maxItems: IMSI_RANGES_MAX }),
    defaults: Type.Object(
      {
        s13: Type.Enum(['unknown', 'allowed', 'tracked', 'blocked'], { default: 'unknown' }),
        n5gEir: Type.Enum(['unknown', 'allowed', 'tracked', 'blocked'], { default: 'unknown' }),
      },
      { additionalProperties: false, default: {}, description: 'the answer for a device that nothing is stated about' },
    ),
    pairingMembers: Type.Array(Type.String({ minLength: 1 }), {
      default: ['*'],
      description: 'whose pairings of a device with a subscriber count: "*", names, or "role:operator"',
    }),
    staleAfterSeconds: Type.Integer({
      minimum: 1,
      maximum: 31_536_000,
      default: 86_400,
      description: 'a followed log that was not known to be current for so long is stale',
    }),
    whenStale: Type.Enum(['enforce', 'track', 'ignore'], { default: 'enforce' }),
    shadow: Type.Boolean({ default: false, description: 'answer as if nothing were listed, and record what would be' }),
  },
  { additionalProperties: false, default: {} },
);
export type EquipmentPolicy = Static<typeof EquipmentPolicy>;

/** The `gates.equipment` part of a node's configuration. Paths of files are taken as they are: make them absolute. */
export const EquipmentGateConfig = Type.Object(
  {
    threads: Type.Integer({
      minimum: 1,
      maximum: THREADS_MAX,
      default: 1,
      description: 'worker threads; above one, they share the ports by SO_REUSEPORT',
    }),
    s13: Type.Optional(S13),
    n5gEir: Type.Optional(N5gEir),
    policy: EquipmentPolicy,
  },
  { additionalProperties: false },
);
export type EquipmentGateConfig = Static<typeof EquipmentGateConfig>;
export type N5gEirConfig = Static<typeof N5gEir>;
