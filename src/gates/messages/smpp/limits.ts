/** Connections to the gate, of all firms. */
export const CONNECTIONS_MAX = 1_024;
/** Connections that have not bound. They cannot crowd out those that have. */
export const UNBOUND_CONNECTIONS_MAX = 128;
/** From connecting to a bind, and from a refusal to the client's end. */
export const BIND_WAIT_MS_MAX = 10_000;
/** After the gate's unbind: for its answer, and for answers to texts that are on their way. */
export const UNBIND_WAIT_MS_MAX = 2_000;
/** Passwords that are being checked at a time: each takes a thread of the pool for some 50 ms. */
export const PASSWORD_CHECKS_MAX = 16;
/** How long an answer to a refused bind is held back: nothing at first, then from MIN up to MAX, doubled each time. */
export const REFUSAL_HELD_MS_MIN = 250;
export const REFUSAL_HELD_MS_MAX = 8_000;
/** Who keeps away for so long begins anew. */
export const REFUSALS_FORGOTTEN_MS = 60_000;
/** Refused binds that are held back at a time. Above it the connection is cut. */
export const HELD_BACK_MAX = 64;
/** Receipts of one account that wait because it has no receiver; the oldest are dropped. */
export const RECEIPTS_WAITING_MAX = 10_000;
/** Receipts of one connection that wait for their answer. */
export const RECEIPT_WINDOW = 32;
export const SWEEP_INTERVAL_MS = 250;
