import type { ListFormat } from './list-format.ts';

/** The stolen list of DIRBS-Core, full or delta: `imei,reporting_date,status[,change_type]`. */
export const DIRBS_STOLEN: ListFormat = {
  name: 'dirbs-stolen',
  separator: ',',
  quotes: true,
  charset: 'utf-8',
  lineEnd: 'crlf',
  fileName: 'stolen_list_{kind}_{number}.csv',
  columnNames: true,
  body: {
    fields: [
      { is: 'from', name: 'imei', required: true },
      { is: 'date', name: 'reporting_date', required: false },
      { is: 'status', name: 'status', required: false },
      { is: 'action', name: 'change_type', required: true, onlyIn: 'delta' },
    ],
  },
  kinds: { full: 'full', delta: 'delta' },
  actions: { insert: ['add', 'update'], remove: ['remove'] },
  reasons: [],
  reasonWithout: 'stolen',
  given: ['stolen', 'lost'],
  effective: ['', 'blacklist'],
  imeiDigits: 14,
  checkDigit: 'ignore',
  malformedImei: 'skip',
  strict: true,
};
