import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Readable } from 'node:stream';
import Value from 'typebox/value';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import { DeviceDesk } from '../../src/desks/devices/desk.ts';
import { RegisterConfig } from '../../src/exchange/config.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { openRegister } from '../../src/exchange/register.ts';
import { Spool } from '../../src/exchange/spool.ts';
import type { FileView } from '../../src/exchange/views.ts';
import { decodeStatement } from '../../src/statements/codec.ts';
import type { Statement } from '../../src/statements/statement.ts';
import type { Store } from '../../src/store/store.ts';
import { ALL_IN_FORCE, DESK_NOW_MS, SUPERVISOR } from './desk.ts';
import { MemoryLog } from './memory-log.ts';

/** A register named `worldlist`, whose lists come from the organisation `WORLD`. */
export const WORLD: Partial<RegisterConfig> & Pick<RegisterConfig, 'name'> = {
  name: 'worldlist',
  format: 'block-list',
  organisation: 'HUB01',
  sender: 'WORLD',
};
/** A national register whose stolen lists are DIRBS's. */
export const STOLEN: Partial<RegisterConfig> & Pick<RegisterConfig, 'name'> = {
  name: 'stolen',
  format: 'dirbs-stolen',
  organisation: 'HUB01',
  sender: 'NEIGHBOUR',
};

/** An exchange over a store, with logs in memory and its spool in a temporary folder. */
export async function exchangeOn(store: Store, configs: readonly object[] = [WORLD, STOLEN]) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-exchange-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const log = new MemoryLog();
  const own = new MemoryLog();
  const clock = new HandClock(DESK_NOW_MS);
  const overruled = new Set<number>();
  const registers = await Promise.all(
    configs.map((config) => openRegister(Value.Default(RegisterConfig, { ...config }) as RegisterConfig)),
  );
  const spool = await Spool.open(join(folder, 'spool'));
  const open = () => {
    const decisions = new Decisions({ member: 'hanbit' }, { store, logs: { shared: log, own }, clock, log: silentLog });
    const exchange = new Exchange(
      { registers },
      {
        decisions,
        spool,
        clock,
        log: silentLog,
        isPast: ({ logIndex }) => logIndex !== null && overruled.has(logIndex),
      },
    );
    after(() => exchange.inbox.close());
    const desk = new DeviceDesk(
      { member: 'hanbit', roles: () => ['register'], pairingKey: new Uint8Array(32).fill(7) },
      { decisions, clock, readEntry: () => Promise.resolve(undefined), ...ALL_IN_FORCE },
    );
    return { decisions, exchange, desk };
  };
  const parts = open();
  return {
    ...parts,
    open,
    log,
    own,
    clock,
    store,
    spool,
    folder,
    overruled,
    /** Gives a list in, and waits until it is taken. */
    import: (text: string | Buffer, more: { name?: string; register?: string; acceptShrink?: boolean } = {}) =>
      importList(parts.exchange, text, more),
    statements: () => statementsOf(log),
  };
}

export async function importList(
  exchange: Exchange,
  text: string | Buffer,
  {
    name,
    register = 'worldlist',
    acceptShrink = false,
  }: { name?: string; register?: string; acceptShrink?: boolean } = {},
): Promise<FileView> {
  const bytes = Buffer.from(text);
  const fallback = `list-${createHash('sha256').update(bytes).digest('hex').slice(0, 6)}`;
  const received = await exchange.receive(
    register,
    Readable.from([bytes]),
    { name: name ?? fallback, acceptShrink },
    SUPERVISOR,
  );
  await exchange.inbox.settled();
  return exchange.file(received.file);
}

export function statementsOf(log: MemoryLog): Statement[] {
  return log.entries.map((bytes) => decodeStatement(bytes).statement!);
}

/** Lists in the format of the block list, numbered and counted as they must be. */
export function blockList(
  number: number,
  lines: readonly string[],
  { kind = 'DELTA', organisation = 'WORLD' }: { kind?: 'FULL' | 'DELTA'; organisation?: string } = {},
): string {
  const body = lines.map((line) => `D|${line}\r\n`).join('');
  return `H|${kind}|${organisation}|${number}|20261122\r\n${body}T|${lines.length}\r\n`;
}

/** One line that lists, or unlists, a device. */
export function insert(imei: string, organisation = '', reason = '0011', to = imei): string {
  return `I|${imei}|${to}|${reason}|${organisation}|KR|20261120`;
}

export function remove(imei: string, organisation = '', reason = '0014', to = imei): string {
  return `R|${imei}|${to}|${reason}|${organisation}||`;
}
