/** Our gate with many exposed lines and sights of lines, over a store on this disk, in a process of its own. */
import { join } from 'node:path';
import Value from 'typebox/value';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { PaymentGateConfig } from '../../src/gates/payments/config.ts';
import { openPaymentGate } from '../../src/gates/payments/open-gate.ts';
import { openPasskeyBook, openPaymentBook } from '../../src/node/payment-book.ts';
import type { PaymentRecord } from '../../src/records/payment-record.ts';
import { RecentAttaches } from '../../src/records/recent-attaches.ts';
import { RecordWriter } from '../../src/records/record-writer.ts';
import { CellBook } from '../../src/standing/cells.ts';
import { LineStanding } from '../../src/standing/lines.ts';
import { openStore } from '../../src/store/store.ts';
import { answerCpu } from '../n5g/measured-process.ts';

const PAYER = '821099999999';
const CELL = '450-08-eci-00a1b2c';
const [folder, count] = process.argv.slice(2) as [string, string];
const store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
const lines = new LineStanding();
lines.acceptExposed(
  Array.from({ length: Number(count) }, (_, number) => ({ msisdn: `8210${10_000_000 + number}`, imsi: '', list: 'E' })),
);
const attaches = new RecentAttaches({}, { clock: systemClock });
for (let hours = 1; hours <= 16; hours++) {
  const atMs = systemClock.nowMs() - hours * 60 * 60_000;
  attaches.add({ atMs, imsi: '450080000000001', msisdn: PAYER, imei: '', cell: CELL, event: 'tau' });
}
const config = Value.Default(PaymentGateConfig, {
  port: 0,
  monthlyLimit: 1e9,
  requestsPerMinuteMax: 1e9,
  checks: { linePayments: 1_000, cellPayers: 10_000, decisions: { 'many payments of one line': 'allow' } },
}) as PaymentGateConfig;
const cells = new CellBook();
const records = new RecordWriter<PaymentRecord>(
  { folder: join(folder, 'records'), writer: 0, name: 'payments' },
  { log: silentLog },
);
const { address } = await openPaymentGate(config, {
  book: openPaymentBook(store),
  passkeys: openPasskeyBook(store),
  findHolder: () => Promise.resolve({ name: 'bench', role: 'merchant' }),
  lines,
  sights: attaches,
  cells: { distrusts: (cell, atMs) => cells.find(cell, atMs), isInInventory: () => true },
  record: (record) => records.add(record),
  clock: systemClock,
  log: silentLog,
});
answerCpu(Number(address.split(':')[1]));
