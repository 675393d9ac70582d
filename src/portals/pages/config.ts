import Type, { type Static } from 'typebox';

/** A company's own sign-in (OpenID Connect). People are made here first; their mail address joins the two. */
export const OidcConfig = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9-]{1,32}$',
      description: 'stands in the redirect address: /auth/callback/<id>',
    }),
    name: Type.String({ minLength: 1, maxLength: 64, description: 'on the button' }),
    discoveryUrl: Type.String({ pattern: '^https?://' }),
    clientId: Type.String({ minLength: 1 }),
    clientSecretFile: Type.String({ description: 'a file that holds the client’s secret' }),
  },
  { additionalProperties: false },
);
export type OidcConfig = Static<typeof OidcConfig>;

/** The web pages of this member: on unless switched off. */
export const PagesConfig = Type.Object(
  {
    enabled: Type.Boolean({ default: true }),
    origin: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]+$',
        description: 'as browsers name this node, such as https://desk.hanbit.example; loopback without it',
      }),
    ),
    contactLine: Type.String({
      default: '114',
      maxLength: 40,
      description: 'the telephone line that is answered at all hours; it stands on every page',
    }),
    secondFactor: Type.Union([Type.Literal('required'), Type.Literal('optional')], {
      default: 'required',
      description: 'whether a password alone opens the console',
    }),
    phoneRequestDays: Type.Integer({
      minimum: 1,
      maximum: 3_650,
      default: 30,
      description: 'how long a request from the page “report my phone” is kept: then it is closed and erased',
    }),
    oidc: Type.Optional(OidcConfig),
  },
  { additionalProperties: false, default: {} },
);
export type PagesConfig = Static<typeof PagesConfig>;
