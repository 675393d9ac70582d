import { EQUIPMENT_ANSWER, type EquipmentAnswer } from '../answer.ts';
import type { N5gEirProblem } from './events.ts';

/** An answer made beforehand: the octets that are sent are the same each time. */
export interface PreparedAnswer {
  /** Names and values in turn, the form that Node has least to do with. */
  readonly headers: readonly string[];
  /** Undefined where the answer has none. */
  readonly body: Buffer | undefined;
}

/** When a caller that met congestion may come again. */
export const RETRY_AFTER_SECONDS = 1;

/** TS 29.571 type ProblemDetails, the members that are used here. */
interface ProblemDetails {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly cause?: string;
  readonly invalidParams?: readonly { param: string; reason: string }[];
}

/** TS 29.511 type EirResponseData; a device that is not known is a 404 with its cause (table 6.1.3.2.3.1-3). */
export const STATUS_ANSWERS: Readonly<Record<EquipmentAnswer, PreparedAnswer>> = {
  [EQUIPMENT_ANSWER.allowed]: status('WHITELISTED'),
  [EQUIPMENT_ANSWER.blocked]: status('BLACKLISTED'),
  [EQUIPMENT_ANSWER.tracked]: status('GREYLISTED'),
  [EQUIPMENT_ANSWER.unknown]: problem({
    title: 'Not Found',
    status: 404,
    detail: 'the register does not know this equipment: ERROR_EQUIPMENT_UNKNOWN',
    cause: 'ERROR_EQUIPMENT_UNKNOWN',
  }),
};

/** What TS 29.500 table 5.2.7.2-1 says to requests that cannot be served. */
export const PROBLEM_ANSWERS: Readonly<Record<N5gEirProblem, PreparedAnswer>> = {
  MANDATORY_QUERY_PARAM_MISSING: problem({
    title: 'Bad Request',
    status: 400,
    detail: 'the query parameter pei is missing',
    cause: 'MANDATORY_QUERY_PARAM_MISSING',
    invalidParams: [{ param: 'pei', reason: 'missing' }],
  }),
  MANDATORY_QUERY_PARAM_INCORRECT: problem({
    title: 'Bad Request',
    status: 400,
    detail: 'the query parameter pei must be given once, and must not be empty',
    cause: 'MANDATORY_QUERY_PARAM_INCORRECT',
    invalidParams: [{ param: 'pei', reason: 'empty, repeated or wrongly escaped' }],
  }),
  OPTIONAL_QUERY_PARAM_INCORRECT: problem({
    title: 'Bad Request',
    status: 400,
    detail: 'the query parameter supi must not be repeated',
    cause: 'OPTIONAL_QUERY_PARAM_INCORRECT',
    invalidParams: [{ param: 'supi', reason: 'repeated' }],
  }),
  INVALID_API: problem({
    title: 'Bad Request',
    status: 400,
    detail: 'the API served here is n5g-eir-eic in version v1',
    cause: 'INVALID_API',
  }),
  INVALID_MSG_FORMAT: problem({
    title: 'Bad Request',
    status: 400,
    detail: 'the request has no path',
    cause: 'INVALID_MSG_FORMAT',
  }),
  RESOURCE_URI_STRUCTURE_NOT_FOUND: problem({
    title: 'Not Found',
    status: 404,
    detail: 'the only resource of this API is equipment-status',
    cause: 'RESOURCE_URI_STRUCTURE_NOT_FOUND',
  }),
  METHOD_NOT_ALLOWED: problem(
    { title: 'Method Not Allowed', status: 405, detail: 'this resource can only be read with GET' },
    ['allow', 'GET'],
  ),
  // TS 29.571 response 406 has no body.
  NOT_ACCEPTABLE: { headers: [':status', '406'], body: undefined },
  URI_TOO_LONG: problem({ title: 'URI Too Long', status: 414, detail: 'the path has more than 2048 characters' }),
  NF_CONGESTION: problem(
    { title: 'Service Unavailable', status: 503, detail: 'too much to do', cause: 'NF_CONGESTION' },
    ['retry-after', RETRY_AFTER_SECONDS.toString()],
  ),
};

function status(value: string): PreparedAnswer {
  return prepared(200, 'application/json', { status: value }, []);
}

function problem(details: ProblemDetails, headers: readonly string[] = []): PreparedAnswer {
  return prepared(details.status, 'application/problem+json', details, headers);
}

function prepared(status: number, type: string, value: object, headers: readonly string[]): PreparedAnswer {
  const body = Buffer.from(JSON.stringify(value));
  const length = body.length.toString();
  return { headers: [':status', status.toString(), 'content-type', type, 'content-length', length, ...headers], body };
}
