import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordKind } from '../../records/archive/kinds.ts';
import { DAY_MS } from './network.ts';
import type { World } from './world.ts';

/** A file of a world, ready for `bongsu records import`. */
export interface WorldFile {
  readonly kind: RecordKind;
  readonly file: string;
  readonly mapping: string;
  /** Of an inventory. */
  readonly asOfMs?: number;
}

/** As an operator's own systems would write them: other names, other words, other times. */
const MAPPINGS: Readonly<Record<RecordKind, object>> = {
  inventory: { fields: { cell: 'cgi', form: { column: 'type', words: { M: 'macro', H: 'femto' } }, area: 'site' } },
  attaches: {
    fields: {
      at: { column: 'ts', time: { pattern: '%Y%m%d%H%M%S', offset: '+09:00' } },
      imsi: 'imsi',
      msisdn: { column: 'mdn', countryCode: '82' },
      imei: 'imei',
      cell: 'cgi',
      event: { column: 'proc', words: { ATTACH: 'attach', TAU: 'tau', SR: 'service-request', DETACH: 'detach' } },
    },
  },
  payments: {
    fields: {
      at: { column: 'paid_at' },
      payment: 'id',
      msisdn: { column: 'mdn', countryCode: '82' },
      amount: 'won',
      channel: 'auth',
      merchant: 'goods',
      cell: 'cgi',
    },
  },
};
const PROCEDURES = { attach: 'ATTACH', tau: 'TAU', 'service-request': 'SR', detach: 'DETACH' } as const;

/** Writes a world's records, their mappings, and the list of disputed payments. @returns what is to be imported, in order */
export async function writeWorld(
  { options, cells, attaches, payments }: World,
  folder: string,
): Promise<{ files: WorldFile[]; disputed: string }> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  for (const [kind, mapping] of Object.entries(MAPPINGS)) {
    await writeFile(at(`${kind}.mapping.json`), `${JSON.stringify(mapping, undefined, 2)}\n`);
  }
  const inventory = (isIn: 'inEarlier' | 'inNewest'): string[] => {
    const rows = cells
      .filter((cell) => cell[isIn])
      .map(({ cell, form, area }) => `${cell},${form === 'macro' ? 'M' : 'H'},${area}`);
    return [...new Set(rows.sort())];
  };
  const events = attaches.map(({ atMs, imsi, msisdn, imei, cell, event }) =>
    [koreanTime(atMs), imsi, national(msisdn), imei, cell, PROCEDURES[event]].join(','),
  );
  const paid = payments.map(({ atMs, payment, msisdn, amount, channel, merchant, cell }) =>
    [new Date(atMs).toISOString(), payment, national(msisdn), amount, channel, merchant, cell].join(','),
  );
  const disputed = payments.filter((payment) => payment.disputed).map(({ payment }) => payment);
  await writeCsv(at('inventory-earlier.csv'), 'cgi,type,site', inventory('inEarlier'));
  await writeCsv(at('inventory.csv'), 'cgi,type,site', inventory('inNewest'));
  await writeCsv(at('attaches.csv'), 'ts,imsi,mdn,imei,cgi,proc', events);
  await writeCsv(at('payments.csv'), 'paid_at,id,mdn,won,auth,goods,cgi', paid);
  await writeFile(at('disputed.txt'), `${disputed.join('\n')}\n`);
  const startMs = options.endMs - options.days * DAY_MS;
  return {
    disputed: at('disputed.txt'),
    files: [
      { kind: 'inventory', file: at('inventory-earlier.csv'), mapping: at('inventory.mapping.json'), asOfMs: startMs },
      { kind: 'inventory', file: at('inventory.csv'), mapping: at('inventory.mapping.json'), asOfMs: options.endMs },
      { kind: 'attaches', file: at('attaches.csv'), mapping: at('attaches.mapping.json') },
      { kind: 'payments', file: at('payments.csv'), mapping: at('payments.mapping.json') },
    ],
  };
}

async function writeCsv(file: string, header: string, rows: readonly string[]): Promise<void> {
  await writeFile(file, `${[header, ...rows].join('\n')}\n`);
}

/** `20261122093000`, on a clock of +09:00. */
function koreanTime(timeMs: number): string {
  return new Date(timeMs + 9 * 3_600_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
}

function national(msisdn: string): string {
  return `0${msisdn.slice(2)}`;
}
