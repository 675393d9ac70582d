import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CellWindow, ExposedSubscriber } from '../../records/archive/exposure.ts';
import {
  CHANGES,
  countOf,
  type ExposedLine,
  EXPOSED_ITEMS,
  lineOfRow,
  nextLines,
  rowOfLine,
} from './exposed-version.ts';

const CELL = '001-01-eci-00a1b2c';
const WINDOWS: readonly CellWindow[] = [{ cell: CELL, fromMs: 0, toMs: 1_000 }];
const ALL = { items: EXPOSED_ITEMS, windows: WINDOWS };

function seen(imsi: string, more: Partial<ExposedSubscriber> = {}): ExposedSubscriber {
  return { imsi, msisdn: '', imeis: [], firstMs: 100, lastMs: 200, cells: [CELL], ...more };
}

function listed(lines: readonly ExposedLine[]): ExposedLine[] {
  return lines.filter(({ change }) => change !== 'dropped');
}

describe('the next version of an exposed list', () => {
  it('says of each person what changed', () => {
    const before = nextLines([seen('1'), seen('2'), seen('3'), seen('4')], [], { ...ALL, items: ['imsi'] });
    const now = [
      seen('1'),
      seen('2', { msisdn: '821000000002', imeis: ['35209900176148'] }),
      seen('3', { lastMs: 150 }),
      seen('5', { msisdn: '821000000005' }),
    ];
    assert.deepEqual(
      nextLines(now, before, ALL).map(({ imsi, change, items, droppedReason }) => [imsi, change, items, droppedReason]),
      [
        ['1', 'same', ['imsi'], undefined],
        ['2', 'grown', ['imei', 'imsi', 'msisdn'], undefined],
        ['3', 'narrowed', ['imsi'], undefined],
        ['4', 'dropped', ['imsi'], 'records-gone'],
        ['5', 'added', ['imsi', 'msisdn'], undefined],
      ],
    );
  });

  it('says why somebody is no longer on it', () => {
    const before = nextLines([seen('1')], [], ALL);
    const reason = (windows: readonly CellWindow[]) => nextLines([], before, { ...ALL, windows })[0]?.droppedReason;
    assert.equal(reason([]), 'cell-cleared');
    assert.equal(reason([{ cell: CELL, fromMs: 300, toMs: 400 }]), 'window-narrowed');
    assert.equal(reason(WINDOWS), 'records-gone');
  });

  it('never takes an item back: what was exposed once stays exposed', () => {
    const before = nextLines([seen('1', { imeis: ['35209900176148'] })], [], ALL);
    const [line] = nextLines([seen('1')], before, { ...ALL, items: ['imsi'] });
    assert.deepEqual([line!.items, line!.change], [['imei', 'imsi'], 'narrowed']);
  });

  it('nobody drops out silently: who was listed is listed, or dropped with a reason', () => {
    const people = fc.uniqueArray(fc.nat(30), { maxLength: 20 }).map((ids) => ids.map((id) => seen(String(id))));
    fc.assert(
      fc.property(people, people, people, (one, two, three) => {
        let last: ExposedLine[] = [];
        for (const found of [one, two, three]) {
          const next = nextLines(found, listed(last), ALL);
          const there = new Map(next.map((line) => [line.imsi, line]));
          assert.equal(there.size, next.length);
          for (const { imsi } of listed(last)) {
            const line = there.get(imsi);
            assert(line !== undefined && (line.change === 'dropped') === (line.droppedReason !== undefined));
          }
          assert.deepEqual(new Set(listed(next).map(({ imsi }) => imsi)), new Set(found.map(({ imsi }) => imsi)));
          last = next;
        }
      }),
    );
  });

  it('counts the revisions of 2025 as they were: 14,469 more people, then 2,197 more, and items that grew', () => {
    const people = Array.from({ length: 22_227 }, (_, at) =>
      seen(String(at).padStart(15, '0'), { msisdn: `82100${at}`, imeis: ['35209900176148'] }),
    );
    const first = nextLines(people.slice(0, 5_561), [], { ...ALL, items: ['imsi'] });
    const second = nextLines(people.slice(0, 20_030), first, ALL);
    const third = nextLines(people, second, ALL);
    const counts = [first, second, third].map((lines) => CHANGES.map((change) => countOf(lines, change)));
    assert.deepEqual(counts, [
      [5_561, 0, 0, 0, 0],
      [14_469, 5_561, 0, 0, 0],
      [2_197, 0, 0, 20_030, 0],
    ]);
  });

  it('is kept in rows and read back the same', () => {
    for (const line of nextLines([seen('1', { msisdn: '821000000001' })], nextLines([seen('2')], [], ALL), ALL)) {
      assert.deepEqual(lineOfRow(rowOfLine(line, { listId: 1, version: 2 })), line);
    }
  });
});
