import Type, { type Static } from 'typebox';
import { PAYMENT_VERDICTS } from '../../records/payment-record.ts';
import type { EntryPair } from '../../records/record-line.ts';
import type { Refusal } from '../../records/refusal.ts';

const inAll = {
  at: Type.String({ description: 'When the gate decided.' }),
  gate: Type.String({ description: 'The interface on which it was asked.' }),
  entries: Type.Array(Type.Object({ member: Type.String(), index: Type.Integer() }), {
    description: 'The entries that it rests on.',
  }),
};
const shadow = Type.Boolean({ description: 'True where it passed all the same: the gate was only observing.' });

/** What a gate did not simply let pass, as people are shown it. No subscriber, no sender number, no text is in it. */
export const GateRefusal = Type.Union([
  Type.Object({
    gateKind: Type.Enum(['equipment']),
    ...inAll,
    imei: Type.String({ description: '14 digits, or empty where the network named no IMEI.' }),
    caller: Type.String({ description: 'Who asked.' }),
    verdict: Type.String({ description: '`blocked` or `tracked`.' }),
    reason: Type.Optional(Type.String({ description: 'The step that decided, where no entry says why.' })),
    shadow,
  }),
  Type.Object({
    gateKind: Type.Enum(['messages']),
    ...inAll,
    certificate: Type.String({ description: 'Of the firm.' }),
    account: Type.String({ description: 'The account that it came by.' }),
    verdict: Type.Enum(['refused']),
    check: Type.String({ description: 'The named check, or `bind`.' }),
    reason: Type.String({ description: 'The code that it was answered with.' }),
    shadow,
  }),
  Type.Object({
    gateKind: Type.Enum(['payments']),
    ...inAll,
    paymentId: Type.String({ description: 'Empty where no payment was kept.' }),
    merchant: Type.String({ description: 'The holder of the token that asked for it.' }),
    verdict: Type.Enum([...PAYMENT_VERDICTS]),
    reasons: Type.Array(Type.String(), { description: 'The named checks that spoke against it.' }),
  }),
]);
type GateRefusal = Static<typeof GateRefusal>;

export const LatestRefusals = Type.Object({
  refusals: Type.Array(GateRefusal, {
    description: 'The latest first. An event of `GET /v1/refusals/stream` is one of these.',
  }),
});

/** The fields of a record that people are shown, one by one: what a record gains later is not shown by itself. */
export function viewOf({ gateKind, record }: Refusal): GateRefusal {
  const at = new Date(record.timeMs).toISOString();
  const entries = entriesOf(record.entries);
  switch (gateKind) {
    case 'equipment': {
      const { gate, imei, caller, answer, decidedBy, shadow: isShadow } = record;
      const reason = decidedBy === undefined ? {} : { reason: decidedBy };
      return { gateKind, at, gate, entries, imei, caller, verdict: answer, ...reason, shadow: isShadow };
    }
    case 'messages': {
      const { via, certificate, account, check, reason, shadow: isShadow } = record;
      const verdict = 'refused';
      return { gateKind, at, gate: via, entries, certificate, account, verdict, check, reason, shadow: isShadow };
    }
    case 'payments': {
      const { gate, paymentId, merchant, verdict, reasons } = record;
      return { gateKind, at, gate, entries, paymentId, merchant, verdict, reasons: [...reasons] };
    }
  }
}

function entriesOf(entries: readonly EntryPair[]): { member: string; index: number }[] {
  return entries.map(([member, index]) => ({ member, index }));
}
