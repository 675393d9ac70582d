import type { Payment } from '../../records/payment.ts';

/** A payment in CAMARA's shape: Payment, PaymentCreated and the answer to a preparation share it. */
export function paymentView(payment: Payment): object {
  const { paymentId, amountTransaction, msisdn, state, createdMs, chargedMs } = payment;
  return {
    paymentId,
    amountTransaction: {
      ...(JSON.parse(amountTransaction) as object),
      phoneNumber: `+${msisdn}`,
      serverReferenceCode: paymentId,
    },
    paymentStatus: state,
    paymentCreationDate: new Date(createdMs).toISOString(),
    ...(chargedMs !== null && { paymentDate: new Date(chargedMs).toISOString() }),
  };
}
