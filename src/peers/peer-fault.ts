import { Fault } from '../base/fault.ts';

export type PeerFault =
  /** Who answers at a member's address shows a certificate that governance does not bind to that member. */
  { code: 'PEER_NOT_THAT_MEMBER'; member: string } | { code: 'PEER_CERTIFICATE_UNREADABLE'; file: string };
export class PeerError extends Fault<PeerFault> {}
