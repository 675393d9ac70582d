import { join } from 'node:path';
import Value from 'typebox/value';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { RegisterConfig } from '../../src/exchange/config.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { openRegister } from '../../src/exchange/register.ts';
import { Spool } from '../../src/exchange/spool.ts';
import { WORLD } from './exchange.ts';
import { openDesk } from './real-desk.ts';

/** An exchange over a real store and a real log, all in one folder. */
export async function openExchange(folder: string) {
  const desk = await openDesk(folder);
  const register = await openRegister(Value.Default(RegisterConfig, { ...WORLD }) as RegisterConfig);
  const spool = await Spool.open(join(folder, 'spool'));
  const { decisions } = desk;
  const exchange = new Exchange(
    { registers: [register] },
    { decisions, spool, clock: systemClock, log: silentLog, isPast: () => false },
  );
  return { ...desk, exchange, spool };
}
