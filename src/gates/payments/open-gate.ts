import type { FindHolder } from './merchants.ts';
import { Merchants } from './merchants.ts';
import type { PaymentGateConfig } from './config.ts';
import { PaymentGate, type PaymentGateParts } from './payment-gate.ts';
import { createPaymentServer, listeningAddress } from './payment-server.ts';
import type { PasskeyBook } from './step-up/passkey-book.ts';
import { PasskeyStepUp } from './step-up/passkey-step-up.ts';

export interface OpenedPaymentGate {
  readonly gate: PaymentGate;
  /** `host:port` */
  readonly address: string;
  /** Where payers reach the step-up pages. */
  readonly publicUrl: string;
  close(): Promise<void>;
}

/** Opens the payment gate with its passkeys and its port. */
export async function openPaymentGate(
  config: PaymentGateConfig,
  parts: PaymentGateParts & { readonly passkeys: PasskeyBook; readonly findHolder: FindHolder },
): Promise<OpenedPaymentGate> {
  const { clock, log } = parts;
  const gate = await PaymentGate.open(config, parts);
  let publicUrl = config.publicUrl ?? '';
  const passkeys = new PasskeyStepUp({ publicUrl: () => publicUrl }, { book: parts.passkeys, payments: gate, clock });
  gate.useStepUp(passkeys);
  const merchants = new Merchants({ findHolder: parts.findHolder, clock });
  const app = await createPaymentServer({ gate, merchants, passkeys, clock, log });
  const close = async (): Promise<void> => {
    gate.close();
    await app.close();
  };
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await close();
    throw error;
  }
  const { host, port } = listeningAddress(app);
  // The port may be the system's choice. A browser allows passkeys without TLS on this one name.
  publicUrl ||= `http://localhost:${port}`;
  return { gate, address: `${host}:${port}`, publicUrl, close };
}
