import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';
import { RowsRefused } from '../base/csv-file.ts';
import { Fault, type Facts } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { PortalError, type PortalFault } from './portal-fault.ts';
import { type ProblemCode, PROBLEMS } from './problem-table.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** When a caller may try again what failed for the moment. */
const RETRY_AFTER_SECONDS = 2;

/** A problem document (RFC 9457). `code` is ours: docs/errors.md has them all. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly [fact: string]: unknown;
}

/** The facts become members of their own; none is named as RFC 9457's are. */
export function problemOf(fault: Fault): Problem {
  const { code, ...facts } = fault.facts;
  const [status, detail] = PROBLEMS[code as ProblemCode];
  const rows = fault instanceof RowsRefused ? { results: fault.rows } : {};
  return { type: 'about:blank', title: STATUS_CODES[status]!, status, detail, code, ...facts, ...rows };
}

/** Answers any failure. What is no expected one is told to nobody but the log, and there without its message. */
export function sendProblem(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const fault = faultOf(error);
  const problem = problemOf(fault);
  if (fault.facts.code === 'INTERNAL') log.error({ code: 'INTERNAL', frames: framesOf(error) }, 'a request failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (problem.status === 429 && problem['retryAfterSeconds'] !== undefined) {
    void reply.header('retry-after', problem['retryAfterSeconds']);
  }
  if (problem.code === 'METHOD_UNKNOWN') void reply.header('allow', problem['allowed']);
  return reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault && isProblemCode((error as Fault).facts)) return error;
  if (!(error instanceof Error)) return new PortalError({ code: 'INTERNAL' });
  return new PortalError(frameworkFault(error as FastifyError) ?? { code: 'INTERNAL' });
}

function isProblemCode(facts: Facts): boolean {
  return Object.hasOwn(PROBLEMS, facts.code);
}

/** What Fastify itself refuses, in our words. */
function frameworkFault(error: FastifyError): PortalFault | undefined {
  if (error.validation !== undefined) return validationFault(error.validation, error.validationContext ?? 'body');
  // Of a file: a follower that has all of it asked for more.
  if (error.statusCode === 416) return { code: 'RANGE_NOT_THERE' };
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'REQUEST_TOO_LARGE' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'MEDIA_TYPE_UNKNOWN', expected: 'application/json' };
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return { code: 'REQUEST_NOT_JSON' };
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return { code: 'ROUTE_UNKNOWN' };
    default:
      return undefined;
  }
}

/** The first thing that does not fit its schema, by its place. The value itself is not repeated. */
function validationFault([wrong]: NonNullable<FastifyError['validation']>, context: string): PortalFault {
  const { instancePath = '', params = {}, message = '' } = wrong ?? {};
  const missing = params['requiredProperties'];
  const place = instancePath.slice(1).replaceAll('/', '.');
  const parts = [context, place, Array.isArray(missing) ? String(missing[0]) : ''];
  // `false` is the schema of every property that an object's schema does not name.
  const expected = message === 'schema is false' || params['additionalProperties'] ? 'no such field' : message;
  return { code: 'REQUEST_MALFORMED', field: parts.filter((part) => part !== '').join('.'), expected };
}

/** Where it failed. The message stays out: a database's message may hold what was being written. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 12).map((line) => line.trim())].join(' | ');
}
