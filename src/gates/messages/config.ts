import Type, { type Static } from 'typebox';

export const ACCOUNTS_MAX = 10_000;
export const SMSCS_MAX = 32;
export const RATE_PER_SECOND_MAX = 100_000;
export const WINDOW_MAX = 10_000;
export const TRACES_MAX = 5_000_000;

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Host = Type.String({ default: '127.0.0.1', minLength: 1 });
const File = (description: string) => Type.String({ minLength: 1, description });
const SystemId = Type.String({ pattern: '^[!-~]{1,15}$', description: 'SMPP system_id' });
const SmscName = Type.String({ pattern: '^[a-z0-9-]{1,32}$' });
const EnquireLinkSeconds = Type.Integer({ minimum: 1, maximum: 600, default: 30 });

const ServerTls = Type.Object(
  {
    port: Port,
    certFile: File('PEM file with the certificate chain'),
    keyFile: File('PEM file with the private key'),
    caFile: Type.Optional(File('PEM file: only firms with a certificate signed by these may connect')),
  },
  { additionalProperties: false, description: 'a second port, for SMPP over TLS' },
);

const Smpp = Type.Object(
  {
    host: Host,
    port: Port,
    tls: Type.Optional(ServerTls),
    systemId: Type.String({ pattern: '^[!-~]{1,15}$', default: 'bongsu', description: 'what this gate calls itself' }),
    window: Type.Integer({
      minimum: 1,
      maximum: WINDOW_MAX,
      default: 1_000,
      description: 'texts of one connection that wait for their answer; those above are told to come again',
    }),
    enquireLinkSeconds: EnquireLinkSeconds,
  },
  { additionalProperties: false },
);

const Http = Type.Object({ host: Host, port: Port }, { additionalProperties: false });

const HttpKeyHash = Type.Optional(
  Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hex of the bearer key of the HTTP API' }),
);

const Account = Type.Object(
  {
    systemId: SystemId,
    passwordHash: Type.Optional(
      Type.String({ pattern: '^scrypt\\$', description: 'as `bongsu message password` prints it' }),
    ),
    passwordFile: Type.Optional(File('a file with the password alone, readable by the node only')),
    httpKeyHash: HttpKeyHash,
    certificate: Type.String({ pattern: '^[A-Z]{2,8}-[0-9]{4}-[0-9]{6}$' }),
    ratePerSecond: Type.Integer({ minimum: 1, maximum: RATE_PER_SECOND_MAX, description: 'texts agreed on' }),
    connectionsMax: Type.Integer({ minimum: 1, maximum: 64, default: 8 }),
    smscs: Type.Optional(Type.Array(SmscName, { minItems: 1, description: 'which message centres; any without it' })),
  },
  { additionalProperties: false },
);
export type AccountConfig = Static<typeof Account>;

const Smsc = Type.Object(
  {
    name: SmscName,
    host: Host,
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    tls: Type.Optional(
      Type.Object(
        { caFile: File('PEM file: who signs its certificate'), serverName: Type.String({ minLength: 1 }) },
        { additionalProperties: false },
      ),
    ),
    systemId: SystemId,
    passwordFile: Type.Optional(File('a file with the password alone; an empty password without it')),
    window: Type.Integer({ minimum: 1, maximum: WINDOW_MAX, default: 100 }),
    enquireLinkSeconds: EnquireLinkSeconds,
  },
  { additionalProperties: false },
);
export type SmscConfig = Static<typeof Smsc>;

/** The `gates.messages` part of a node's configuration. Paths of files are taken as they are: make them absolute. */
export const MessageGateConfig = Type.Object(
  {
    smpp: Type.Optional(Smpp),
    http: Type.Optional(Http),
    accounts: Type.Array(Account, { default: [], maxItems: ACCOUNTS_MAX }),
    own: Type.Object(
      {
        originator: Type.Optional(Type.String({ pattern: '^[0-9]{9}$', description: 'put into texts that bear none' })),
        httpKeyHash: HttpKeyHash,
        ratePerSecond: Type.Integer({ minimum: 1, maximum: RATE_PER_SECOND_MAX, default: 100 }),
      },
      { additionalProperties: false, default: {}, description: 'the operator’s own notices' },
    ),
    smscs: Type.Array(Smsc, { minItems: 1, maxItems: SMSCS_MAX }),
    whenLost: Type.Enum(['refuse', 'retry'], {
      default: 'refuse',
      description:
        'a text that a message centre took along when it died: refuse (the sender is told to send it again) or retry (it is sent once more here)',
    }),
    tracesMax: Type.Integer({
      minimum: 1,
      maximum: TRACES_MAX,
      default: 200_000,
      description: 'texts whose receipt or state is waited for; the oldest are forgotten first',
    }),
    appeal: Type.String({
      default: 'write to the certifier that issued the certificate, naming the case',
      maxLength: 120,
      pattern: '^[ -~]*$',
      description: 'how a refused firm appeals; a refusal bears it',
    }),
    shadow: Type.Boolean({ default: false, description: 'let every text pass, and record what would be refused' }),
  },
  { additionalProperties: false },
);
export type MessageGateConfig = Static<typeof MessageGateConfig>;
export type SmppConfig = Static<typeof Smpp>;
