import type { ListFormat } from './list-format.ts';

/**
 * The block list of an international device registry. Known of its files (docs/exchange.md): header, body and trailer
 * records, the sender's organisation in the header, ranges of at least 14 digits, insert and remove, a four-digit
 * reason, an answer with an error code per line. The order of the fields, the tags, separators and names are assumed.
 */
export const BLOCK_LIST: ListFormat = {
  name: 'block-list',
  separator: '|',
  quotes: false,
  charset: 'ascii',
  lineEnd: 'crlf',
  fileName: '{organisation}_{kind}_{number}.txt',
  header: { tag: 'H', fields: ['kind', 'organisation', 'number', 'date'] },
  body: {
    tag: 'D',
    fields: [
      { is: 'action', required: true },
      { is: 'from', required: true },
      { is: 'to', required: true },
      { is: 'reason', required: true },
      { is: 'organisation', required: false },
      { is: 'country', required: false },
      { is: 'date', required: false },
    ],
  },
  trailer: { tag: 'T', fields: ['records'] },
  columnNames: false,
  kinds: { full: 'FULL', delta: 'DELTA' },
  actions: { insert: ['I', 'Block Insert'], remove: ['R', 'Block Remove'] },
  reasons: [
    { theirs: '0011', meaning: 'Stolen or Lost', insert: 'stolen' },
    { theirs: '0014', meaning: 'Lost and Found', remove: 'recovered' },
  ],
  given: ['stolen', 'lost'],
  imeiDigits: 14,
  checkDigit: 'refuse',
  malformedImei: 'refuse',
  strict: false,
  response: {
    headerTag: 'H',
    lineTag: 'E',
    trailerTag: 'T',
    accepted: 'ACCEPTED',
    refused: 'REFUSED',
    fileName: '{file}.response',
    codes: {
      LIST_NOT_OWNER: '0002',
      LIST_NOT_LISTED: '0003',
      EXCHANGE_HEADER_WRONG: '0004',
      EXCHANGE_TRAILER_WRONG: '0005',
      EXCHANGE_HEADER_MISSING: '0006',
      EXCHANGE_TRAILER_MISSING: '0007',
      EXCHANGE_FILE_UNREADABLE: '0008',
      LIST_RANGE_WRONG: '0009',
      LIST_RANGE_TOO_WIDE: '0009',
      LIST_REASON_UNKNOWN: '0010',
      LIST_CHARACTERS: '0011',
      LIST_VALUE_WRONG: '0012',
      LIST_CHECK_DIGIT: '0012',
      LIST_IMEI_SHARED: '0012',
      LIST_TWICE: '0012',
      LIST_VALUE_MISSING: '0013',
      EXCHANGE_ORGANISATION_UNKNOWN: '0014',
      EXCHANGE_LIST_OLD: '0004',
      EXCHANGE_LIST_GAP: '0004',
    },
  },
};
