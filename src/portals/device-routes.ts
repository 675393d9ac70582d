import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { Fault } from '../base/fault.ts';
import type { DeskRequest } from '../desks/decisions/decision.ts';
import { DeskError } from '../desks/devices/desk-fault.ts';
import { readImei } from '../desks/devices/fields.ts';
import { readSince } from '../desks/decisions/form-fields.ts';
import { imeiKeyText } from '../identifiers/imei.ts';
import { parseImsi } from '../identifiers/imsi.ts';
import type { CheckRecord } from '../records/record.ts';
import { deskRequest } from './access.ts';
import { DeviceCheck, RefusalPage } from './answer-schemas.ts';
import type { MemberApiDependencies, MemberApiOptions } from './dependencies.ts';
import { describe } from './describe.ts';
import { LOOK_UP_CASE } from './schemas.ts';
import { checkDevice, type DeviceCheckView } from './device-check.ts';

const TAG = 'devices';
/** How far back refusals are looked for when nobody says. */
const REFUSALS_SPAN_MS = 24 * 60 * 60 * 1_000;
const REFUSALS_DEFAULT = 100;

/** In a body, for the subscriber is private: what stands in an address stands in logs on the way. */
const CheckBody = Type.Object(
  {
    imei: Type.String({ maxLength: 64 }),
    imsi: Type.Optional(Type.String({ maxLength: 15, description: 'The subscriber, for pairings and IMSI ranges.' })),
    case: Type.Optional(LOOK_UP_CASE),
  },
  { additionalProperties: false },
);
const NoQuery = Type.Object({}, { additionalProperties: false });
const RefusalQuery = Type.Object(
  {
    imei: Type.Optional(Type.String({ maxLength: 64 })),
    since: Type.Optional(Type.String({ maxLength: 40, description: 'A day ago without it.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: REFUSALS_DEFAULT })),
    case: Type.Optional(LOOK_UP_CASE),
  },
  { additionalProperties: false },
);

interface CheckForm {
  readonly imei: string;
  readonly imsi?: string;
  readonly case?: string;
}

/** How a device stands at this member's gates, and what the gates saw. */
export function deviceRoutes(
  options: MemberApiOptions,
  dependencies: MemberApiDependencies,
): FastifyPluginAsyncTypebox {
  const { clock, readRefusals } = dependencies;
  const check = async (form: CheckForm, request: DeskRequest): Promise<DeviceCheckView> => {
    const { imei } = readImei(form.imei, 'imei', true);
    const imsi = readImsi(form.imsi);
    const { decisions } = dependencies;
    const about = { imei: imeiKeyText(imei.key) };
    const action = 'device.checked';
    if (imsi === '') await decisions.noteLook(request, { action, detail: about });
    else {
      const ground = { on: 'search', case: form.case } as const;
      await decisions.noteLookUp(request, { action, ground, subject: `imsi-${imsi}`, about });
    }
    return checkDevice(options, dependencies, { key: imei.key, imsi });
  };
  return async (app) => {
    app.get('/devices/:imei', {
      config: { action: 'devices.check' },
      schema: {
        ...describe(TAG, 'Explain how the gates answer for a device, and why', 200, DeviceCheck),
        params: Type.Object({ imei: Type.String({ maxLength: 64 }) }),
        querystring: NoQuery,
      },
      handler: (request) => check(request.params, deskRequest(request)),
    });

    app.post('/device-checks', {
      config: { action: 'devices.check' },
      schema: {
        ...describe(TAG, 'Explain how the gates answer for a device with a subscriber', 200, DeviceCheck),
        body: CheckBody,
      },
      handler: (request) => check(request.body, deskRequest(request)),
    });

    app.get('/refusals', {
      config: { action: 'refusals.read' },
      schema: { ...describe(TAG, 'What the gates refused or tracked', 200, RefusalPage), querystring: RefusalQuery },
      handler: async (request) => {
        const { limit = REFUSALS_DEFAULT } = request.query;
        const untilMs = clock.nowMs();
        const { since } = request.query;
        const sinceMs = since === undefined ? untilMs - REFUSALS_SPAN_MS : readSince(since, 'since');
        const imei = request.query.imei === undefined ? undefined : readImei(request.query.imei, 'imei', true).imei;
        const ofDevice = imei === undefined ? {} : { imei: imeiKeyText(imei.key) };
        // Where a device was refused is where its holder was; what was refused of late is nobody's in particular.
        const ground =
          imei === undefined ? ({ on: 'queue' } as const) : ({ on: 'search', case: request.query.case } as const);
        const look = { action: 'refusals.read', ground, about: ofDevice };
        await dependencies.decisions.noteLookUp(deskRequest(request), look);
        const records = await readRefusals({ sinceMs, untilMs, limit, ...ofDevice });
        return { refusals: records.map(refusalView) };
      },
    });
  };
}

function readImsi(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const imsi = parseImsi(text);
  if (imsi instanceof Fault) throw new DeskError({ ...imsi.facts, field: 'imsi' });
  return imsi.digits;
}

function refusalView({ timeMs, entries, ...record }: CheckRecord) {
  return {
    ...record,
    at: new Date(timeMs).toISOString(),
    entries: entries.map(([member, index]) => ({ member, index })),
  };
}
