import { join, resolve } from 'node:path';
import type { ExchangeConfig } from '../exchange/config.ts';
import { Exchange } from '../exchange/exchange.ts';
import { ExchangeError } from '../exchange/exchange-fault.ts';
import { openRegister } from '../exchange/register.ts';
import { Runner } from '../exchange/running.ts';
import { Spool } from '../exchange/spool.ts';
import { targetOf } from '../exchange/subject.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import { exchangeRoutes } from '../portals/exchange/exchange-routes.ts';
import { ownStatements } from './own-statements.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/**
 * Lists from and for registers that are not members, where the configuration names some.
 * @throws ExchangeError EXCHANGE_ROLE_MISSING, EXCHANGE_FORMAT_MALFORMED
 */
export async function startExchange(parts: NodeParts): Promise<NodeSystem> {
  const { surroundings, decisions } = parts;
  const { config, folder, self, clock, log, stops } = surroundings;
  if (config.exchange === undefined) return {};
  if (!self.roles.includes('register') && !self.roles.includes('hub')) {
    throw new ExchangeError({ code: 'EXCHANGE_ROLE_MISSING', member: self.name });
  }
  const registers = await Promise.all(config.exchange.registers.map(openRegister));
  const spool = await Spool.open(join(folder.root, 'exchange'));
  const own = ownStatements(parts);
  const exchange = new Exchange(
    { registers },
    {
      decisions,
      spool,
      clock,
      log,
      isPast: ({ kind, imeiFrom, imeiTo, logIndex }) => {
        if (imeiFrom === null || imeiTo === null || logIndex === null) return false;
        const target = targetOf({ from: imeiFrom as ImeiKey, to: imeiTo as ImeiKey });
        return own.pastOf({ kind, target, index: logIndex }) !== undefined;
      },
    },
  );
  stops.add(exchange.inbox, (part) => part.close());
  const runner = stops.add(new Runner({ exchange, decisions, spool, log }), (part) => part.close());
  await exchange.inbox.resume();
  runner.start();
  return { routes: [exchangeRoutes({ exchange, runner })] };
}

/** The configuration with the paths of its files made absolute. */
export function withAbsoluteExchangeFiles({ registers }: ExchangeConfig, folder: string): ExchangeConfig {
  const absolute = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : resolve(folder, file);
  return {
    registers: registers.map((register) => {
      const { sftp, ...rest } = register;
      const formatFile = absolute(register.formatFile);
      const named = { ...rest, ...(formatFile !== undefined && { formatFile }) };
      if (sftp === undefined) return named;
      const privateKeyFile = absolute(sftp.privateKeyFile);
      const passwordFile = absolute(sftp.passwordFile);
      return {
        ...named,
        sftp: {
          ...sftp,
          ...(privateKeyFile !== undefined && { privateKeyFile }),
          ...(passwordFile !== undefined && { passwordFile }),
        },
      };
    }),
  };
}
