/** Octets of a JSON body: a report of 100 devices with everything filled in is well below. */
export const JSON_SIZE_MAX = 64 * 1024;
/** A request that has not come whole after so long is given up. */
export const REQUEST_MS_MAX = 60_000;
/** An idle connection is kept so long. */
export const KEEP_ALIVE_MS = 30_000;
/** How long requests under way may take to finish once the API closes. */
export const CLOSE_MS_MAX = 2_000;
/** Characters of one part of a path. */
export const PATH_PART_LENGTH_MAX = 128;
/** Requests to the desk from one address in a minute. */
export const REQUESTS_PER_MINUTE_MAX = 6_000;
/** Requests for the public files and pages from one address in a minute: a follower fetches a log's tiles one by one. */
export const PUBLIC_REQUESTS_PER_MINUTE_MAX = 120_000;
/** Addresses whose requests are counted; the one unseen longest is forgotten first. */
export const ADDRESSES_COUNTED_MAX = 10_000;
/** Listeners for hints at one time: as many as a consortium has members. */
export const LISTENERS_MAX = 1_024;
/** Of them from one address: a member's node needs one, and several nodes may share an address. */
export const LISTENERS_PER_ADDRESS_MAX = 32;
/** Octets that may wait for a slow listener before it is let go. */
export const LISTENER_BACKLOG_MAX = 16 * 1024;
/** How often a listener hears that the connection stands. */
export const HEARTBEAT_MS = 15_000;
/** Octets of a request to the witness: far above a checkpoint with the longest proof. */
export const WITNESS_REQUEST_SIZE_MAX = 64 * 1024;
/** Requests to the witness from one address in a minute. */
export const WITNESS_REQUESTS_PER_MINUTE_MAX = 6_000;
/** Proofs of two histories from one address in a minute: each costs two signatures, and one is enough. */
export const EQUIVOCATIONS_PER_MINUTE_MAX = 60;
/** Requests from one member in a minute: it follows, mirrors, compares and asks for cosignatures. */
export const PEER_REQUESTS_PER_MINUTE_MAX = 120_000;
