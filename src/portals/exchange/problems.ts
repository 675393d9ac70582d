import type { ExchangeFault } from '../../exchange/exchange-fault.ts';

/** How the exchange's faults are answered over HTTP, and what the caller can do. */
export const EXCHANGE_PROBLEMS = {
  EXCHANGE_FILE_UNREADABLE: [422, 'The file cannot be read. Send it again.'],
  EXCHANGE_FILE_TOO_LARGE: [413, 'The file is larger than `sizeMax` octets.'],
  EXCHANGE_RECORDS_TOO_MANY: [422, 'The file has more records than `recordsMax`.'],
  EXCHANGE_HEADER_MISSING: [422, 'The file does not begin as the register’s format says.'],
  EXCHANGE_HEADER_WRONG: [422, 'The header’s `field` is wrong.'],
  EXCHANGE_TRAILER_MISSING: [422, 'The file ends without its trailer: most likely it was cut. Fetch it again.'],
  EXCHANGE_TRAILER_WRONG: [422, 'The trailer’s `field` does not fit the file.'],
  EXCHANGE_ORGANISATION_UNKNOWN: [422, 'The header names an organisation that is not the register’s.'],
  EXCHANGE_LINES_WRONG: [422, 'Lines are wrong, and in this format one wrong line refuses the file.'],
  EXCHANGE_LINES_CONTRADICT: [422, 'Lines `earlier` and `line` say different things of one device.'],
  EXCHANGE_LIST_OLD: [409, 'A list with this number, or a later one, was taken already.'],
  EXCHANGE_LIST_GAP: [409, 'A list is missing between `last` and `number`. Ask the register for a full one.'],
  EXCHANGE_LIST_SHRUNK: [
    409,
    'The list is much shorter than before. Look at it; if it is meant, send it with `acceptShrink`.',
  ],
  EXCHANGE_REGISTER_UNKNOWN: [404, 'The configuration has no register of this name.'],
  EXCHANGE_FILE_UNKNOWN: [404, 'There is no such list.'],
  EXCHANGE_CONFLICT_UNKNOWN: [404, 'There is no such conflict.'],
  EXCHANGE_CONFLICT_RESOLVED: [409, 'Somebody has decided this conflict: `resolution`.'],
  EXCHANGE_RESOLUTION_UNFIT: [422, 'A conflict of this kind is decided in another way: `expected`.'],
  EXCHANGE_BUSY: [503, 'As many lists as may wait are waiting. Nothing was done; try again in a while.'],
  EXCHANGE_NOT_CONNECTED: [409, 'The configuration does not say where this register’s server is.'],
  EXCHANGE_NO_ANSWERS: [409, 'This register’s format has no answers to lists.'],
  EXCHANGE_ROLE_MISSING: [403, 'Only a member with the role `register` or `hub` exchanges lists.'],
  EXCHANGE_FORMAT_MALFORMED: [500, 'The format’s table of this register is wrong. Tell the operator of this node.'],
  EXCHANGE_SECRET_UNREADABLE: [
    500,
    'The key or the password for this register cannot be read. Tell the operator of this node.',
  ],
  EXCHANGE_HOST_KEY_WRONG: [
    502,
    'The server has another key than the one that is pinned. Ask the register before anything else.',
  ],
  EXCHANGE_SIGN_IN_REFUSED: [502, 'The register’s server refuses our key or password.'],
  EXCHANGE_UNREACHABLE: [504, 'The register’s server does not answer. What is ready is delivered at the next run.'],
  EXCHANGE_SERVER_REFUSED: [
    502,
    'The register’s server refuses a file or a folder. Everything else was done; the next run tries again.',
  ],
  EXCHANGE_TRANSFER_FAILED: [
    504,
    'The connection to the register’s server broke each time. What is ready is delivered at the next run.',
  ],
} as const satisfies Record<ExchangeFault['code'], readonly [status: number, detail: string]>;
