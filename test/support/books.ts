import * as fc from 'fast-check';
import { TIME_MS_MAX } from '../../src/base/clock.ts';
import type { CellIdentity } from '../../src/identifiers/cell.ts';
import type { Role } from '../../src/governance/consortium.ts';
import { type BookEntry, isBookStatement } from '../../src/standing/books.ts';
import { decodeStatement } from '../../src/statements/codec.ts';
import { CELL_REASONS, type CellStatement } from '../../src/statements/cell-statement.ts';
import { SENDER_PRIORITIES, SENDER_REASONS, type SenderStatement } from '../../src/statements/sender-statement.ts';

/** An entry of a log as books take it; undefined where it is not about senders or cells. */
export function bookEntry(member: string, index: number, bytes: Uint8Array): BookEntry | undefined {
  const { timeMs, statement } = decodeStatement(bytes);
  return statement !== undefined && isBookStatement(statement) ? { member, index, timeMs, statement } : undefined;
}

/** Two certifiers, two operators and a regulator. */
export const BOOK_MEMBERS: readonly { readonly name: string; readonly roles: readonly Role[] }[] = [
  { name: 'injeung', roles: ['certifier'] },
  { name: 'hyeopoe', roles: ['certifier', 'operator'] },
  { name: 'hanbit', roles: ['operator'] },
  { name: 'gwan', roles: ['regulator'] },
];

/** Few of each, so that statements meet. */
export const CERTIFICATES = ['KS-2026-000001', 'KS-2026-000002'] as const;
export const NUMBER_TAGS: readonly Uint8Array[] = [1, 2].map((tag) => new Uint8Array(16).fill(tag));
export const CELLS: readonly CellIdentity[] = [
  { radio: 'eci', mcc: '450', mnc: '08', cell: 0xa1b2c },
  { radio: 'nci', mcc: '450', mnc: '08', cell: 2 ** 36 - 1 },
];

const certificate = fc.constantFrom(...CERTIFICATES);
const reason = fc.constantFrom(...SENDER_REASONS);
const reference = fc.stringMatching(/^[A-Za-z0-9._:/-]{1,64}$/);
const tag = fc.constantFrom(...NUMBER_TAGS);
const timeMs = fc.nat(1_000);
const plain = { noNullPrototype: true } as const;

/** Any statement about a sender. */
export const senderStatements: fc.Arbitrary<SenderStatement> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('sender.certified' as const),
      certificate,
      firm: fc.constantFrom('바른문자', 'Bareun 2', '주식회사 ㈜'),
      originator: fc.constantFrom('301200001', '000000000'),
      priority: fc.constantFrom(...SENDER_PRIORITIES),
      validUntilMs: fc.nat(TIME_MS_MAX),
      reference,
    },
    { ...plain, requiredKeys: ['kind', 'certificate', 'firm', 'originator', 'priority'] },
  ),
  fc.record(
    {
      kind: fc.constant('sender.rate-limited' as const),
      certificate,
      permille: fc.integer({ min: 1, max: 999 }),
      reason,
      reference,
    },
    { ...plain, requiredKeys: ['kind', 'certificate', 'permille', 'reason'] },
  ),
  fc.record(
    {
      kind: fc.constantFrom('sender.suspended' as const, 'sender.reinstated' as const, 'sender.cancelled' as const),
      certificate,
      reason,
      reference,
    },
    { ...plain, requiredKeys: ['kind', 'certificate', 'reason'] },
  ),
  fc.record(
    {
      kind: fc.constant('number.registered' as const),
      certificate,
      tag,
      customer: fc.constantFrom('u-1', 'u-2'),
      reference,
    },
    { ...plain, requiredKeys: ['kind', 'certificate', 'tag', 'customer'] },
  ),
  fc.record(
    { kind: fc.constant('number.withdrawn' as const), certificate, tag, reference },
    { ...plain, requiredKeys: ['kind', 'certificate', 'tag'] },
  ),
);

/** Any statement about a cell; a clearance names an entry that may be anybody's, or none. */
export const cellStatements: fc.Arbitrary<CellStatement> = fc.oneof(
  fc
    .record(
      { cell: fc.constantFrom(...CELLS), from: timeMs, length: fc.option(fc.integer({ min: 1, max: 1_000 })) },
      plain,
    )
    .chain(({ cell, from, length }) =>
      fc.constantFrom(...CELL_REASONS).map((reason) => ({
        kind: 'cell.distrusted' as const,
        cell,
        fromMs: from,
        ...(length !== null && { toMs: from + length }),
        reason,
      })),
    ),
  fc.record(
    {
      kind: fc.constant('cell.cleared' as const),
      cell: fc.constantFrom(...CELLS),
      ends: fc.record({ member: fc.constantFrom(...BOOK_MEMBERS.map(({ name }) => name)), index: fc.nat(12) }, plain),
    },
    plain,
  ),
);
