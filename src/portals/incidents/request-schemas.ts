import Type from 'typebox';
import { REQUEST_EVENTS, USIM_WAYS } from '../../desks/incidents/incident-states.ts';
import { LANGUAGES } from '../../desks/incidents/languages.ts';
import { CONSENT_FORMS, HELP_CHANNELS } from '../../desks/incidents/request-forms.ts';
import { STOCK_ADDED_MAX } from '../../desks/incidents/usim-stock.ts';
import { LOOK_UP_CASE } from '../schemas.ts';
import { closed, MOMENT, NOTE, TEXT, words } from './incident-schemas.ts';

const LINE = Type.String({
  maxLength: 40,
  description: 'A telephone number as people write it.',
  examples: ['010-1234-5678'],
});
const INCIDENT = Type.String({ maxLength: 20, examples: ['I-2026-000001'] });
const REQUEST = Type.String({ maxLength: 20, examples: ['R-2026-000001'] });
const SHOP = Type.String({ maxLength: 64 });
const PROXY = Type.Object(
  {
    name: TEXT,
    relation: TEXT,
    contact: Type.Optional(TEXT),
    consent: Type.Optional(
      Type.Object({ form: words(CONSENT_FORMS), givenAt: MOMENT }, { ...closed, description: 'Required of a proxy.' }),
    ),
  },
  { ...closed, description: 'Who acts for the person. Private.' },
);
const ASKING = {
  incident: INCIDENT,
  name: Type.Optional(TEXT),
  contact: Type.Optional(TEXT),
  proxy: Type.Optional(PROXY),
  help: Type.Optional(
    Type.Object(
      {
        channel: Type.Optional(words(HELP_CHANNELS)),
        language: Type.Optional(words(LANGUAGES)),
        largeType: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
  ),
};
const USIM = {
  kind: Type.Literal('usim'),
  way: words(USIM_WAYS),
  shop: SHOP,
  address: Type.Optional(Type.String({ maxLength: 200, description: 'For a courier or a visit. Private.' })),
  ...ASKING,
};
const DAMAGE = {
  kind: Type.Literal('damage'),
  what: NOTE,
  paymentId: Type.Optional(TEXT),
  won: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  ...ASKING,
};
const AT_DESK = { line: LINE };
const OWN = { token: Type.String({ maxLength: 100, description: 'Of the answer of the self-check.' }) };

export const TakeBody = Type.Union([
  Type.Object({ ...USIM, ...AT_DESK }, closed),
  Type.Object({ ...DAMAGE, ...AT_DESK }, closed),
]);
export const OwnRequestBody = Type.Union([
  Type.Object({ ...USIM, ...OWN }, closed),
  Type.Object({ ...DAMAGE, ...OWN }, closed),
]);
export const EventBody = Type.Object({ event: words(REQUEST_EVENTS) }, closed);
export const RequestParams = Type.Object({ request: REQUEST });
export const StockBody = Type.Object(
  { shop: SHOP, count: Type.Integer({ minimum: 1, maximum: STOCK_ADDED_MAX }) },
  closed,
);
export const LetterQuery = Type.Object(
  { format: Type.Optional(Type.Union([Type.Literal('html'), Type.Literal('text')], { default: 'html' })) },
  closed,
);
export const LookUpBody = Type.Object({ line: LINE, case: Type.Optional(LOOK_UP_CASE) }, closed);

export const RequestAnswer = Type.Object({
  request: Type.String(),
  kind: Type.String(),
  requestState: Type.String(),
});
export const RequestDetail = Type.Object({
  ...RequestAnswer.properties,
  incident: Type.String(),
  line: Type.String(),
  shop: Type.Optional(Type.String()),
  paymentId: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  contact: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  way: Type.Optional(Type.String()),
  what: Type.Optional(Type.String()),
  won: Type.Optional(Type.Integer()),
  proxy: Type.Optional(
    Type.Object({
      name: Type.String(),
      relation: Type.String(),
      contact: Type.Optional(Type.String()),
      consentForm: Type.String(),
      consentAt: Type.String(),
    }),
  ),
  help: Type.Object({ channel: Type.String(), language: Type.String(), largeType: Type.Boolean() }),
  createdAt: Type.String(),
  createdBy: Type.String(),
  changedAt: Type.String(),
});
export const StockAnswer = Type.Object({
  shop: Type.String(),
  free: Type.Integer(),
  reserved: Type.Array(Type.String(), { description: 'Requests that waited and have a USIM now.' }),
});
export const StockList = Type.Object({
  stock: Type.Array(Type.Object({ shop: Type.String(), free: Type.Integer() })),
});
const LINE_INCIDENTS = Type.Array(
  Type.Object({
    incident: Type.String(),
    items: Type.Array(Type.String()),
    firstDay: Type.String(),
    lastDay: Type.String(),
  }),
);
export const LookUpAnswer = Type.Object({
  withoutCase: Type.Boolean(),
  incidents: LINE_INCIDENTS,
  requests: Type.Array(Type.Object({ request: Type.String(), kind: Type.String(), requestState: Type.String() })),
});

export const BeginBody = Type.Object({ line: LINE }, closed);
export const BeginAnswer = Type.Object({ check: Type.String(), expiresAt: Type.String() });
export const CheckParams = Type.Object({ check: Type.String({ pattern: '^[0-9a-f]{32}$' }) });
export const CodeBody = Type.Object(
  { code: Type.String({ maxLength: 20, description: 'As the text to the line says.' }) },
  closed,
);
export const LineAnswer = Type.Object({
  exposed: Type.Boolean(),
  incidents: LINE_INCIDENTS,
  contact: Type.String({ description: 'A number to call, at any hour.' }),
  token: Type.String({ description: 'For requests about this line, for a while.' }),
  tokenExpiresAt: Type.String(),
  padding: Type.String({ description: 'Makes every answer as long as any other.' }),
});
export const NoticeCheckBody = Type.Object(
  { line: LINE, code: Type.String({ maxLength: 20, description: 'As the notice says.' }) },
  closed,
);
export const NoticeCheckAnswer = Type.Object({
  notice: Type.String({ description: 'real: we sent it to this line. none: we did not.' }),
});
