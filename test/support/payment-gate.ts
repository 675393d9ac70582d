import Value from 'typebox/value';
import { type Clock, HandClock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import type { CellSight } from '../../src/gates/payments/checks.ts';
import { PaymentGateConfig } from '../../src/gates/payments/config.ts';
import { type OpenedPaymentGate, openPaymentGate } from '../../src/gates/payments/open-gate.ts';
import type { LineKeeper } from '../../src/desks/lines/line-keeper.ts';
import { openPasskeyBook, openPaymentBook } from '../../src/node/payment-book.ts';
import { LineStanding } from '../../src/standing/lines.ts';
import type { PaymentRecord } from '../../src/records/payment-record.ts';
import type { CellDistrust } from '../../src/standing/cells.ts';
import type { Store } from '../../src/store/store.ts';

export const PAYER = '+821012345678';
export const PAYER_DIGITS = '821012345678';
export const HOME_CELL = '450-08-eci-00a1b2c';
export const ROGUE_CELL = '450-08-eci-0badce1';
/** Of the merchant `shop`; `agent-token` is an agent's. */
export const TOKEN = 'shop-token';
const HOLDERS: Readonly<Record<string, { name: string; role: string }>> = {
  [TOKEN]: { name: 'shop', role: 'merchant' },
  'other-token': { name: 'market', role: 'merchant' },
  'agent-token': { name: 'agent-1', role: 'agent' },
};

/** The `gates.payments` part of a configuration, with its defaults. */
export function paymentConfig(part: object = {}): PaymentGateConfig {
  const filled: unknown = Value.Default(PaymentGateConfig, { port: 0, ...structuredClone(part) });
  Value.Assert(PaymentGateConfig, filled);
  return filled;
}

export interface PaymentGateUnderTest extends OpenedPaymentGate {
  readonly clock: HandClock;
  readonly lines: LineStanding;
  /** Where lines were seen: tests write into it. */
  readonly sights: Map<string, CellSight[]>;
  readonly distrusts: Map<string, CellDistrust>;
  readonly unknownCells: Set<string>;
  /** What the gate has kept of payments that were not simply let pass. */
  readonly recorded: readonly PaymentRecord[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** The payment gate on a port of its own, over a real store. */
export async function paymentGateOn(
  store: Store,
  {
    config = {},
    clock = new HandClock(Date.UTC(2026, 10, 22, 9)),
    log = silentLog,
    keeper,
  }: { config?: object; clock?: Clock; log?: Log; keeper?: LineKeeper } = {},
): Promise<PaymentGateUnderTest> {
  const lines = keeper?.standing ?? new LineStanding();
  const sights = new Map<string, CellSight[]>();
  const distrusts = new Map<string, CellDistrust>();
  const unknownCells = new Set<string>();
  const recorded: PaymentRecord[] = [];
  const opened = await openPaymentGate(paymentConfig(config), {
    book: openPaymentBook(store),
    passkeys: openPasskeyBook(store),
    findHolder: (token) => Promise.resolve(HOLDERS[token]),
    lines,
    sights: { recent: (msisdn, sinceMs) => (sights.get(msisdn) ?? []).filter(({ atMs }) => atMs >= sinceMs) },
    cells: {
      distrusts: (cell) => [...distrusts.values()].filter((distrust) => distrust.cell === cell),
      isInInventory: (cell) => !unknownCells.has(cell),
    },
    record: (record) => recorded.push(record),
    clock,
    log,
  });
  const ask: PaymentGateUnderTest['ask'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`http://${opened.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson ? (JSON.parse(text) as {}) : {} };
  };
  return { ...opened, clock: clock as HandClock, lines, sights, distrusts, unknownCells, recorded, ask };
}

/** A request for a payment; `charging` and `more` change its parts. */
export function paymentBody(
  {
    amount = 10_000,
    correlator,
    phoneNumber = PAYER,
    channel,
  }: { amount?: number; correlator?: string; phoneNumber?: string; channel?: string } = {},
  charging: object = {},
): Record<string, unknown> {
  return {
    amountTransaction: {
      phoneNumber,
      ...(correlator !== undefined && { clientCorrelator: correlator }),
      paymentAmount: {
        chargingInformation: { amount, currency: 'KRW', description: 'Gift certificate', ...charging },
        chargingMetaData: {
          merchantName: 'Byeolbit Books',
          merchantIdentifier: 'byeolbit',
          ...(channel && { channel }),
        },
      },
      referenceCode: 'order-1',
    },
  };
}

/** Puts a line on a cell. */
export function onCell(gate: PaymentGateUnderTest, cell: string, minutesAgo = 120, msisdn = PAYER_DIGITS): void {
  const sights = gate.sights.get(msisdn) ?? [];
  sights.push({ atMs: gate.clock.nowMs() - minutesAgo * 60_000, cell, event: 'attach' });
  gate.sights.set(
    msisdn,
    sights.sort((a, b) => a.atMs - b.atMs),
  );
}

export function distrust(gate: PaymentGateUnderTest, cell: string): void {
  const entry = { member: 'hanbit', index: 7 };
  gate.distrusts.set(cell, { cell, fromMs: 0, reason: 'unregistered', entry });
}
