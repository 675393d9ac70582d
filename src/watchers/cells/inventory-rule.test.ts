import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inventoryFindings } from './inventory-rule.ts';

const AS_OF_MS = Date.UTC(2026, 10, 22);
const LAG = { asOfMs: AS_OF_MS, lagHours: 48 };
const HOUR_MS = 3_600_000;

function confidence(firstMs: number, known = false): string {
  const cell = { cell: '001-01-eci-0000001', firstMs, lastMs: firstMs, events: 1, lines: 1, known };
  const [finding] = inventoryFindings([cell], LAG);
  return `${finding!.reason} ${finding!.confidence}`;
}

describe('attach on a cell that is not in inventory', () => {
  it('is held against the cell once the inventory had time to know it, to the millisecond', () => {
    assert.equal(confidence(AS_OF_MS - 48 * HOUR_MS), 'unregistered high');
    assert.equal(confidence(AS_OF_MS - 48 * HOUR_MS + 1), 'unregistered low');
  });

  it('waits for nothing where an earlier inventory had the cell: it was taken out of service, and is awake', () => {
    assert.equal(confidence(AS_OF_MS, true), 'woken high');
  });
});
