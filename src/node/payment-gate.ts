import type { CellSights } from '../gates/payments/evidence.ts';
import { PaymentRecordCounts, registerPaymentMetrics } from '../gates/payments/metrics.ts';
import type { PaymentRecord } from '../records/payment-record.ts';
import { RecordWriter } from '../records/record-writer.ts';
import { findHolder } from '../portals/tokens.ts';
import { LineStanding } from '../standing/lines.ts';
import { openPasskeyBook, openPaymentBook } from './payment-book.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** What the payment gate rests on beside the node itself. */
export interface PaymentGateNeeds {
  /** Where lines were seen lately; nothing is known of any without it. */
  readonly sights?: CellSights | undefined;
  /** Whether the operator's inventory has a cell; undefined where there is no inventory. */
  readonly isInInventory?: ((cell: string) => boolean | undefined) | undefined;
}

/** Starts the payment gate on its own port, where the configuration has one. */
export async function startPaymentGate(
  { surroundings, store, logs, lines }: NodeParts,
  { sights, isInInventory }: PaymentGateNeeds,
): Promise<NodeSystem> {
  const { config, folder, clock, log, stops } = surroundings;
  const { payments } = config.gates;
  if (payments === undefined) return {};
  const { standing } = logs.keeper;
  const counts = new PaymentRecordCounts();
  const records = new RecordWriter<PaymentRecord>(
    { folder: folder.records, writer: 0, name: 'payments' },
    {
      log,
      onWritten: (written) => counts.add('written', written),
      onDropped: (dropped) => counts.add('dropped', dropped),
    },
  );
  // The gate is stopped before: what it has decided by then is written.
  stops.add(records, (part) => part.close());
  // Its step-up brings a library for passkeys, which other nodes do without.
  const { openPaymentGate } = await import('../gates/payments/open-gate.ts');
  const opened = await openPaymentGate(payments, {
    book: openPaymentBook(store),
    passkeys: openPasskeyBook(store),
    findHolder: (token) => findHolder(token, { store, clock }),
    lines: lines?.standing ?? new LineStanding(),
    sights: sights ?? { recent: () => [] },
    cells: {
      distrusts: (cell, atMs) => standing.books.cells.find(cell, atMs),
      isInInventory: (cell) => isInInventory?.(cell),
    },
    record: (record) => records.add(record),
    clock,
    log,
  });
  stops.add(opened, (part) => part.close());
  return {
    registerMetrics: (registry) => registerPaymentMetrics(registry, counts),
    addresses: { payments: opened.address },
  };
}
