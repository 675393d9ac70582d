import { type PaymentRecord, parsePaymentRecord } from './payment-record.ts';
import type { RecordName } from './record-files.ts';
import { type CheckRecord, parseRecord } from './record.ts';
import { parseTextRecord, type TextRecord } from './text-record.ts';

export type GateKind = 'equipment' | 'messages' | 'payments';

/** What a gate did not simply let pass, as that gate has kept it. */
export type Refusal =
  | { readonly gateKind: 'equipment'; readonly record: CheckRecord }
  | { readonly gateKind: 'messages'; readonly record: TextRecord }
  | { readonly gateKind: 'payments'; readonly record: PaymentRecord };

/** Which gates write the files of a name. */
export const KIND_OF_RECORDS = {
  checks: 'equipment',
  texts: 'messages',
  payments: 'payments',
} as const satisfies Record<RecordName, GateKind>;

/** Reads a line of a record file of any name. @returns undefined for what is no record */
export function parseRefusal(name: RecordName, line: string): Refusal | undefined {
  switch (name) {
    case 'checks':
      return refusalOf('equipment', parseRecord(line));
    case 'texts':
      return refusalOf('messages', parseTextRecord(line));
    case 'payments':
      return refusalOf('payments', parsePaymentRecord(line));
  }
}

function refusalOf<K extends GateKind, R>(gateKind: K, record: R | undefined): { gateKind: K; record: R } | undefined {
  return record && { gateKind, record };
}
