import type { PaymentBook, PaymentName } from '../gates/payments/payment-book.ts';
import { type PasskeyBook, PASSKEYS_PER_LINE_MAX } from '../gates/payments/step-up/passkey-book.ts';
import type { Payment } from '../records/payment.ts';
import type { LinePasskeyRow } from '../store/lines/line-tables.ts';
import type { PaymentRow } from '../store/payments/payment-tables.ts';
import type { Store, Tables } from '../store/store.ts';

/** What waits for its merchant or its payer, and not for a person at the desk. */
const EXPIRING_STATES = ['reserved', 'pending_validation'];

/** The gate's payments, kept in the desks' database: a write is one transaction. */
export function openPaymentBook(store: Store): PaymentBook {
  return {
    open: ({ merchant, clientCorrelator, msisdn, sinceMs }, open) =>
      store.write(async ({ payments }) => {
        const earlier = clientCorrelator && (await payments.byCorrelator(merchant, clientCorrelator));
        if (earlier) return earlier as Payment;
        const payment = open(await payments.spent(msisdn, sinceMs));
        await payments.add(payment);
        return payment;
      }),
    change: (name, change) =>
      store.write(async (tables) => {
        const payment = await findPayment(tables, name);
        if (payment === undefined) return undefined;
        const changed = change(payment);
        if (changed === undefined) return payment;
        await tables.payments.advance(changed);
        return changed;
      }),
    find: (name) => store.read((tables) => findPayment(tables, name)),
    list: ({ order, offset, limit, ...filter }) =>
      store.read(async ({ payments }) => {
        const shown = { ...filter, isShown: true } as const;
        const page = await payments.list(shown, { order, offset, limit });
        return { payments: page as Payment[], total: await payments.count(shown) };
      }),
    expire: (beforeMs, nowMs) => store.write(({ payments }) => payments.cancelOld(EXPIRING_STATES, beforeMs, nowMs)),
    recent: (sinceMs, limit) => store.read(({ payments }) => payments.recent(sinceMs, limit)),
  };
}

async function findPayment({ payments }: Tables, name: PaymentName): Promise<Payment | undefined> {
  const row: PaymentRow | undefined =
    'paymentId' in name ? await payments.find(name.paymentId) : await payments.byValidationToken(name.validationToken);
  const isTheirs = row !== undefined && (!('merchant' in name) || row.merchant === name.merchant);
  return isTheirs ? (row as Payment) : undefined;
}

/** The passkeys of lines' holders, in the same database. */
export function openPasskeyBook(store: Store): PasskeyBook {
  return {
    of: async (msisdn) => (await store.read(({ lines }) => lines.passkeysOf(msisdn))).map(passkeyOf),
    setCounter: (credentialId, counter) => store.write(({ lines }) => lines.setPasskeyCounter(credentialId, counter)),
    lineOfCode: async (codeHash, nowMs) => (await store.read(({ lines }) => lines.enrolment(codeHash, nowMs)))?.msisdn,
    enrol: (codeHash, { transports, ...passkey }, nowMs) =>
      store.write(async ({ lines, journal }) => {
        const enrolment = await lines.enrolment(codeHash, nowMs);
        const passkeys = await lines.passkeysOf(passkey.msisdn);
        if (enrolment?.msisdn !== passkey.msisdn || passkeys.length >= PASSKEYS_PER_LINE_MAX) return false;
        await lines.useEnrolment(codeHash, nowMs);
        await lines.addPasskey({ ...passkey, transports: JSON.stringify(transports), createdMs: nowMs });
        const detail = JSON.stringify({ enrolment: codeHash.slice(0, 12) });
        const row = { atMs: nowMs, actor: 'payment-gate', role: 'node', action: 'line.passkey-registered' };
        await journal.add({ ...row, caseId: null, detail });
        return true;
      }),
  };
}

function passkeyOf({ credentialId, msisdn, publicKey, counter, transports }: LinePasskeyRow) {
  return { credentialId, msisdn, publicKey, counter, transports: JSON.parse(transports) as string[] };
}
