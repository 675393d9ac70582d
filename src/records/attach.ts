export const ATTACH_EVENTS = ['attach', 'tau', 'service-request', 'detach'] as const;

/**
 * A phone seen on a cell by the network's own signalling (TS 23.401: attach, tracking area update, service request,
 * detach). It names a subscriber, so it stays with the operator: never in a log.
 */
export interface AttachEvent {
  /** In ms since 1970. */
  readonly atMs: number;
  readonly imsi: string;
  /** E.164 without the plus, or '' where the network did not say. */
  readonly msisdn: string;
  /** 14 to 16 digits, or ''. */
  readonly imei: string;
  /** The cell's one spelling: see `identifiers/cell.ts`. */
  readonly cell: string;
  readonly event: (typeof ATTACH_EVENTS)[number];
}
