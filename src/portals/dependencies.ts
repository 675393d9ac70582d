import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Decisions } from '../desks/decisions/decision.ts';
import type { DeviceDesk } from '../desks/devices/desk.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import type { CheckRecord } from '../records/record.ts';
import type { EntryName } from '../statements/statement.ts';
import type { Store } from '../store/store.ts';
import type { RefusedRequests } from './refused-requests.ts';
import type { Sessions } from './sessions/sessions.ts';

export interface MemberApiOptions {
  /** The member whose API this is. */
  readonly member: string;
  /** The equipment gates whose answers `GET /v1/devices/{imei}` explains. */
  readonly gates: readonly string[];
  /** The member's own log: its checkpoint and tiles are served under `/log/`. */
  readonly logFolder: string;
  /** Copies of the others' logs, a folder each, served under `/mirrors/<member>/`. */
  readonly mirrorsFolder: string;
  /** Routes of the node's other systems: under `/v1` for holders of a token, and for anybody. */
  readonly routes?: readonly FastifyPluginAsyncTypebox[];
  readonly publicRoutes?: readonly FastifyPluginAsyncTypebox[];
  /** Addresses, or ranges of them, of proxies before this API: what they say of who asks is believed. */
  readonly trustedProxies?: readonly string[];
  /** False where the logs are served to members alone, on a listener of theirs. */
  readonly openLog?: boolean;
  /** False where members hear hints on a listener of theirs. */
  readonly openHints?: boolean;
  /** Requests from one address in a minute; `REQUESTS_PER_MINUTE_MAX` without it. */
  readonly requestsPerMinuteMax?: number;
}

/** How a gate answers and why: what `EquipmentChecker.explain` says. */
export interface GateExplanation {
  readonly gate: string;
  readonly answer: string;
  readonly verdict: string;
  readonly shadow: boolean;
  readonly decidedBy: string;
  readonly steps: readonly {
    readonly name: string;
    readonly decides: boolean;
    readonly says: string;
    readonly entries: readonly EntryName[];
  }[];
  readonly statements: readonly (EntryName & {
    readonly scope: string;
    readonly kind: string;
    readonly reason: string;
    readonly countsAs: string;
    /** It is beyond its member's budget: in force for nobody until it is confirmed. */
    readonly quarantined: boolean;
    readonly stale: boolean;
    readonly logAgeMs: number | undefined;
  })[];
}

export interface MemberView {
  readonly name: string;
  readonly roles: readonly string[];
  /** Entries of its log that this node has verified. */
  readonly size: number;
  /** When its log was last verified to be current, in ms since 1970. */
  readonly verifiedAtMs?: number;
  /** The code of what is wrong with its log. */
  readonly fault?: string;
}

/** The sizes of the logs that standing rests on, and how much of them has settled, in the order of the consortium, and its digest in hex. */
export interface StandingDigest {
  /** Entries of the governance log. */
  readonly governance: number;
  readonly logs: readonly { readonly member: string; readonly size: number; readonly settledSize: number }[];
  readonly sha256: string;
}

/** Both times inclusive, in ms since 1970. */
export interface RefusalQuery {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The 14 digits of one device. */
  readonly imei?: string;
  readonly limit: number;
}

export interface MemberApiDependencies {
  readonly desk: DeviceDesk;
  readonly decisions: Decisions;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly explain: (gate: string, key: ImeiKey, imsi: string) => GateExplanation;
  /** An entry of any member's log as this node has verified it. */
  readonly readEntry: (member: string, index: number) => Promise<Uint8Array | undefined>;
  /** Whether its member has released the statement of this entry, and that waits for witnesses. */
  readonly isReleaseWaiting: (member: string, index: number) => boolean;
  /** The newest epoch, where this node does not hold its key. */
  readonly missingEpoch: () => number | undefined;
  /** What the gates refused or tracked, newest first. */
  readonly readRefusals: (query: RefusalQuery) => Promise<readonly CheckRecord[]>;
  /** Who is signed in at the pages; without it only tokens open anything. */
  readonly sessions?: Sessions;
  /** Counts who was refused for want of a right. */
  readonly refused: RefusedRequests;
  readonly members: () => readonly MemberView[];
  /** Calls the listener with the log's size at each new checkpoint. @returns how to stop that */
  readonly subscribe: (listener: (size: number) => void) => () => void;
  /** How standing is, and what it rests on. It reads all of standing's memory, on the thread that asks. */
  readonly standingDigest: () => StandingDigest;
  /** `ok` false answers 503. */
  readonly health: () => { readonly ok: boolean } & Readonly<Record<string, unknown>>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string> | string;
}
