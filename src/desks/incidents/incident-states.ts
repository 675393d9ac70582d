import { nextState, type Transitions } from '../../base/transitions.ts';
import { IncidentError } from './incident-fault.ts';

export const INCIDENT_STATUSES = ['open', 'closed'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];
export type IncidentEvent = 'changed' | 'closed' | 'reopened';

/** Every legal change of an incident. */
export const INCIDENT_TRANSITIONS: Transitions<IncidentStatus, IncidentEvent> = {
  open: { changed: 'open', closed: 'closed' },
  closed: { reopened: 'open' },
};

/** @throws IncidentError INCIDENT_CLOSED */
export function nextIncidentStatus(incident: string, status: string, event: IncidentEvent): IncidentStatus {
  const next = nextState(INCIDENT_TRANSITIONS, status as IncidentStatus, event);
  if (next === undefined) throw new IncidentError({ code: 'INCIDENT_CLOSED', incident });
  return next;
}

export const NOTICE_STATES = [
  'queued',
  'sent',
  'delivered',
  'bounced',
  'failed',
  'uncertain',
  'told-otherwise',
] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];
export type NoticeEvent =
  | 'tried'
  | 'accepted'
  | 'given-up'
  | 'unknown'
  | 'delivered'
  | 'undelivered'
  | 'told-otherwise';

/**
 * Every legal change of a notice. Bounced and failed ones wait to be told over another channel, and so do uncertain ones:
 * a text of them may have arrived, and none goes out again.
 */
export const NOTICE_TRANSITIONS: Transitions<NoticeState, NoticeEvent> = {
  queued: { tried: 'queued', accepted: 'sent', 'given-up': 'failed', unknown: 'uncertain' },
  sent: { delivered: 'delivered', undelivered: 'bounced' },
  delivered: {},
  // A receipt may say twice what became of a text, and the last word counts.
  bounced: { delivered: 'delivered', 'told-otherwise': 'told-otherwise' },
  failed: { 'told-otherwise': 'told-otherwise' },
  uncertain: { 'told-otherwise': 'told-otherwise' },
  'told-otherwise': {},
};
/** Those who were reached by no text, as far as anybody knows. */
export const UNREACHED: readonly NoticeState[] = ['bounced', 'failed', 'uncertain'];

/** @throws IncidentError NOTICE_STATE */
export function nextNoticeState(state: string, event: NoticeEvent): NoticeState {
  const next = nextState(NOTICE_TRANSITIONS, state as NoticeState, event);
  if (next === undefined) throw new IncidentError({ code: 'NOTICE_STATE', noticeState: state, event });
  return next;
}

export const REQUEST_STATES = [
  'waiting',
  'reserved',
  'dispatched',
  'planned',
  'done',
  'cancelled',
  'reported',
  'fraudulent',
  'refunded',
  'rejected',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];
export const REQUEST_EVENTS = [
  'reserved',
  'handed-over',
  'dispatched',
  'delivered',
  'returned',
  'visit-planned',
  'visited',
  'cancelled',
  'judged-fraudulent',
  'judged-rightful',
  'appealed',
  'refunded',
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/**
 * Every legal change of a request. A USIM begins as `waiting` for stock or as `reserved`, a damage report as
 * `reported`.
 */
export const REQUEST_TRANSITIONS: Transitions<RequestState, RequestEvent> = {
  waiting: { reserved: 'reserved', cancelled: 'cancelled' },
  reserved: { 'handed-over': 'done', dispatched: 'dispatched', 'visit-planned': 'planned', cancelled: 'cancelled' },
  dispatched: { delivered: 'done', returned: 'reserved' },
  planned: { visited: 'done', returned: 'reserved', cancelled: 'cancelled' },
  done: {},
  cancelled: {},
  reported: { 'judged-fraudulent': 'fraudulent', 'judged-rightful': 'rejected', cancelled: 'cancelled' },
  fraudulent: { refunded: 'refunded' },
  refunded: {},
  rejected: { appealed: 'reported' },
};

/** Events that belong to one way of getting a USIM. */
export const EVENTS_OF_WAY = {
  shop: ['handed-over'],
  courier: ['dispatched', 'delivered', 'returned'],
  visit: ['visit-planned', 'visited', 'returned'],
} as const satisfies Record<string, readonly RequestEvent[]>;
export const USIM_WAYS = Object.keys(EVENTS_OF_WAY) as readonly (keyof typeof EVENTS_OF_WAY)[];
export type UsimWay = (typeof USIM_WAYS)[number];

/** @throws IncidentError REQUEST_STATE */
export function nextRequestState(request: string, state: string, event: RequestEvent): RequestState {
  const next = nextState(REQUEST_TRANSITIONS, state as RequestState, event);
  if (next === undefined) throw new IncidentError({ code: 'REQUEST_STATE', request, requestState: state, event });
  return next;
}
