import Type, { type Static } from 'typebox';

const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' });
const Organisation = Type.String({ pattern: '^[A-Za-z0-9._-]{1,24}$' });
const Folder = Type.String({ maxLength: 256, description: 'a folder on the register’s server' });

/** Where a register's files are fetched and delivered. */
export const SftpConfig = Type.Object(
  {
    host: Type.String({ maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 22 }),
    user: Type.String({ maxLength: 64 }),
    hostKey: Type.String({
      pattern: '^SHA256:[A-Za-z0-9+/]{43}$',
      description: 'the fingerprint of the server’s key, as ssh-keygen -l prints it: no other server is believed',
    }),
    privateKeyFile: Type.Optional(Type.String({ description: 'a key that ssh-keygen made' })),
    passwordFile: Type.Optional(Type.String({ description: 'a file with the password, in place of a key' })),
    inbox: Type.Optional(Folder),
    outbox: Type.Optional(Folder),
    responses: Type.Optional(Folder),
    answers: Type.Optional(Folder),
    namePattern: Type.String({ default: '', maxLength: 200, description: 'a regular expression of the lists’ names' }),
    quietMs: Type.Integer({
      minimum: 10,
      maximum: 600_000,
      default: 2_000,
      description: 'a file whose size or time changes within so long is still being written',
    }),
    attemptsMax: Type.Integer({ minimum: 1, maximum: 20, default: 5 }),
    retryWaitMs: Type.Integer({ minimum: 10, maximum: 600_000, default: 1_000 }),
    stallMsMax: Type.Integer({ minimum: 100, maximum: 600_000, default: 30_000 }),
  },
  { additionalProperties: false },
);
export type SftpConfig = Static<typeof SftpConfig>;

/** A register that is no member, and how its lists are read and made. */
export const RegisterConfig = Type.Object(
  {
    name: Name,
    format: Type.Enum(['block-list', 'dirbs-stolen']),
    formatFile: Type.Optional(Type.String({ description: 'a table that stands in place of the format named' })),
    organisation: Organisation,
    sender: Organisation,
    listing: Type.Enum(['blocked', 'tracked'], { default: 'blocked' }),
    ignore: Type.Array(Organisation, {
      default: [],
      maxItems: 1_000,
      description: 'whose records have no effect here',
    }),
    rangeSizeMax: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000 }),
    keepShareMin: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.75,
      description: 'a full list with a smaller share of what the register listed before is refused',
    }),
    give: Type.Enum(['none', 'delta', 'full'], { default: 'none', description: 'what each run gives out' }),
    everySeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
    sftp: Type.Optional(SftpConfig),
  },
  { additionalProperties: false },
);
export type RegisterConfig = Static<typeof RegisterConfig>;

export const ExchangeConfig = Type.Object(
  { registers: Type.Array(RegisterConfig, { maxItems: 32 }) },
  { additionalProperties: false, description: 'registers that are not members, with which lists are exchanged' },
);
export type ExchangeConfig = Static<typeof ExchangeConfig>;
