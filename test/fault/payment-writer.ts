/**
 * The process that `payment-kill.test.ts` kills: the payment gate on its port, over a store in the folder it is given.
 * It says where it listens.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { paymentGateOn } from '../support/payment-gate.ts';

const [folder] = process.argv.slice(2) as [string];
const store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
const config = { checks: { linePayments: 1_000, cellPayers: 10_000 }, monthlyLimit: 1_000_000_000 };
const { address } = await paymentGateOn(store, { config, clock: systemClock });
writeSync(1, `${address}\n`);
