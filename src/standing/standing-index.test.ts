import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../base/log.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { IMEI_KEYS, type ImeiKey, type Tac, tacOf } from '../identifiers/imei.ts';
import { MEMBERS_MAX } from '../governance/consortium.ts';
import { DEVICE_REASONS } from '../statements/statement.ts';
import { Findings, SCOPES } from './findings.ts';
import { LOG_SIZE_MAX } from './memory.ts';
import { StandingReader } from './reader.ts';
import { gateMember, gatePlace, kindOfCode, listedCode, reasonOfCode, tacAt, tacPlace } from './slots.ts';
import { Standing } from './standing.ts';
import { StandingIndex } from './standing-index.ts';

const NO_MARKS = { overruled: false, quarantined: false };
const NAMES = Array.from({ length: MEMBERS_MAX }, (_, number) => `member-${number}`);

describe('the index', () => {
  it('keeps the largest and the smallest of everything', () => {
    const index = new StandingIndex({ hashKey: { low: 1, high: 3 } }, { onGrown() {} });
    const reader = new StandingReader(index.memory(NAMES));
    const findings = new Findings(MEMBERS_MAX);
    for (const key of [0, IMEI_KEYS - 1] as ImeiKey[]) {
      const targets: DeviceTarget[] = [
        { kind: 'imei', imei: key },
        { kind: 'range', from: key, to: key },
        { kind: 'tac', tac: tacOf(key) },
      ];
      for (const [scope, target] of targets.entries()) {
        const kind = scope === 1 ? 'device.tracked' : 'device.blocked';
        for (const [member, entry] of [
          [0, 0],
          [MEMBERS_MAX - 1, LOG_SIZE_MAX - 1],
        ] as const) {
          index.hold({ kind, target, reason: DEVICE_REASONS.at(-1)! }, { member, index: entry }, NO_MARKS);
        }
        assert.equal(reader.find(key, findings), (scope + 1) * 2);
      }
      const at = Array.from({ length: 6 }, (_, number) => number);
      assert.deepEqual(
        at.map((number) => SCOPES[findings.scope(number)]),
        ['exact', 'exact', 'range', 'range', 'tac', 'tac'],
      );
      assert.deepEqual(
        at.map((number) => findings.member(number)),
        [0, 1023, 0, 1023, 0, 1023],
      );
      assert.deepEqual(
        at.map((number) => findings.index(number) % LOG_SIZE_MAX),
        [0, LOG_SIZE_MAX - 1, 0, LOG_SIZE_MAX - 1, 0, LOG_SIZE_MAX - 1],
      );
      for (const target of targets) {
        assert(index.end(target, { member: 0, index: 0 }));
        assert(index.end(target, { member: MEMBERS_MAX - 1, index: LOG_SIZE_MAX - 1 }));
      }
      assert.equal(reader.find(key, findings), 0);
    }
  });

  it('finds each range that covers a device once, among thousands that lie in the same buckets', () => {
    const index = new StandingIndex({ hashKey: { low: 77, high: 99 } }, { onGrown() {} });
    const findings = new Findings(MEMBERS_MAX);
    const tacStart = 35_209_900_000_000;
    const ranges = Array.from({ length: 12_000 }, (_, number) => {
      const from = (tacStart + ((number * 7_919) % 990_000)) as ImeiKey;
      return { from, to: (from + 10 ** (number % 5)) as ImeiKey };
    });
    for (const [number, { from, to }] of ranges.entries()) {
      const statement = { kind: 'device.blocked', target: { kind: 'range', from, to }, reason: 'fraud' } as const;
      index.hold(statement, { member: number % MEMBERS_MAX, index: number }, NO_MARKS);
    }
    const reader = new StandingReader(index.memory(NAMES));
    for (let key = tacStart as ImeiKey; key < tacStart + 1_000_000; key = (key + 9_973) as ImeiKey) {
      const expected = [...ranges.keys()].filter((number) => ranges[number]!.from <= key && key <= ranges[number]!.to);
      reader.find(key, findings);
      const found = Array.from({ length: findings.count }, (_, at) => findings.index(at));
      assert.deepEqual(
        found.sort((a, b) => a - b),
        expected,
      );
    }
  });

  it('codes each kind and reason apart', () => {
    const codes = new Set<number>();
    for (const kind of ['device.blocked', 'device.tracked'] as const) {
      for (const reason of DEVICE_REASONS) {
        const code = listedCode(kind, reason);
        codes.add(code);
        assert.deepEqual([kindOfCode(code), reasonOfCode(code)], [kind, reason]);
      }
    }
    assert.equal(codes.size, 2 * DEVICE_REASONS.length);
    assert(Math.max(...codes) < 32);
  });

  it('keeps devices, TACs and gates at places apart', () => {
    const last = 99_999_999 as Tac;
    assert(tacPlace(0 as Tac) > IMEI_KEYS && gatePlace(0) === tacPlace(last) + 1);
    assert.deepEqual(
      [tacAt(IMEI_KEYS), tacAt(tacPlace(0 as Tac)), tacAt(tacPlace(last)), tacAt(gatePlace(0))],
      [-1, 0, last, -1],
    );
    assert.deepEqual(
      [gateMember(tacPlace(last)), gateMember(gatePlace(0)), gateMember(gatePlace(1023))],
      [-1, 0, 1023],
    );
    assert(gatePlace(MEMBERS_MAX - 1) < 2 ** 47);
  });

  it(`serves ${MEMBERS_MAX} members and no more`, () => {
    const members = [...NAMES, 'one-more'].map((name) => ({ name, roles: [] }));
    assert.equal(
      new Standing({ members: members.slice(0, -1) }, { log: silentLog }).memory.members.length,
      MEMBERS_MAX,
    );
    assert.throws(() => new Standing({ members }, { log: silentLog }), { code: 'ERR_ASSERTION' });
  });
});
