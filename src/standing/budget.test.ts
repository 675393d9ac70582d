import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Budget } from '../governance/consortium.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { type ImeiKey, type Tac } from '../identifiers/imei.ts';
import type { Statement } from '../statements/statement.ts';
import { imei } from '../../test/support/standing.ts';
import { BudgetMeter, type Cost, costOf, DAY_MS, HOUR_MS, LEARNED_DAYS, learnedBudget } from './budget.ts';

const DAY_0 = 20_000 * DAY_MS;
const FLOOR: Budget = { perHour: 5, perDay: 10, perTac: 4 };
const TAC_A = 35_000_000 as Tac;
const one = (tac: Tac | -1 = -1): Cost => ({ devices: 1, tac });

/** Puts as many in force as fit, up to a number. @returns how many did */
function fill(meter: BudgetMeter, budget: Budget, many = 1_000, cost = one()): number {
  let count = 0;
  while (count < many && meter.fits(cost, budget)) {
    meter.charge(cost);
    count += 1;
  }
  return count;
}

function blockedOf(target: DeviceTarget): Statement {
  return { kind: 'device.blocked', target, reason: 'stolen' };
}

describe('what a statement costs', () => {
  it('is the devices that it is about', () => {
    const key = imei(TAC_A, 7);
    assert.deepEqual(costOf(blockedOf({ kind: 'imei', imei: key })), { devices: 1, tac: TAC_A });
    assert.deepEqual(costOf(blockedOf({ kind: 'tac', tac: TAC_A })), { devices: 1_000_000, tac: TAC_A });
    const range = { kind: 'range', from: key, to: (key + 9) as ImeiKey } as const;
    assert.deepEqual(costOf({ kind: 'device.tracked', target: range, reason: 'lost' }), { devices: 10, tac: TAC_A });
    assert.deepEqual(costOf({ kind: 'sender.suspended', certificate: 'KS-2026-000001', reason: 'spam' }), one());
    for (const kind of ['device.released', 'gate.opened', 'statements.confirmed', 'statements.struck'] as const) {
      assert.equal(costOf({ kind } as Statement), undefined);
    }
  });
});

describe('a budget', () => {
  it('fills up within an hour, and is free again when that has passed, to the millisecond', () => {
    const meter = new BudgetMeter(DAY_0);
    assert.equal(fill(meter, FLOOR), FLOOR.perHour);
    meter.advance(DAY_0 + HOUR_MS - 1);
    assert.equal(fill(meter, FLOOR), 0);
    meter.advance(DAY_0 + HOUR_MS);
    assert.equal(fill(meter, FLOOR), FLOOR.perHour);
    meter.advance(DAY_0 + 2 * HOUR_MS);
    assert.equal(fill(meter, FLOOR), 0, 'the day is full');
    meter.advance(DAY_0 + DAY_MS - 1);
    assert.equal(fill(meter, FLOOR), 0);
    meter.advance(DAY_0 + DAY_MS);
    assert.equal(fill(meter, FLOOR), FLOOR.perHour);
  });

  it('holds for one TAC as for all, and what is too large never fits', () => {
    const meter = new BudgetMeter(DAY_0);
    assert.equal(fill(meter, FLOOR, 1_000, one(TAC_A)), FLOOR.perTac);
    assert.equal(fill(meter, FLOOR, 1_000, one((TAC_A + 1) as Tac)), 1);
    assert.equal(new BudgetMeter(DAY_0).fits({ devices: FLOOR.perHour + 1, tac: -1 }, FLOOR), false);
  });

  it('goes by the issuer’s clock forward alone, and a day beyond the last witnessed time at most', () => {
    const meter = new BudgetMeter(DAY_0);
    const at = (statedMs: number): number => {
      meter.advance(statedMs);
      return meter.timeMs - DAY_0;
    };
    assert.deepEqual([at(0), at(DAY_0 + 5), at(DAY_0 + 2), at(Number.MAX_SAFE_INTEGER)], [0, 5, 5, DAY_MS]);
    meter.anchor(DAY_0 - 1);
    assert.equal(at(Number.MAX_SAFE_INTEGER), DAY_MS, 'an earlier witnessed time changes nothing');
    meter.anchor(DAY_0 + 3 * DAY_MS);
    assert.equal(meter.timeMs - DAY_0, 3 * DAY_MS);
    assert.equal(at(Number.MAX_SAFE_INTEGER), 4 * DAY_MS);
  });

  it('is learned from the days that had something in force: three times the middle one, never less than the floor', () => {
    assert.deepEqual(learnedBudget([], FLOOR), FLOOR);
    assert.deepEqual(learnedBudget([100, 1, 40], FLOOR), { perHour: 30, perDay: 120, perTac: 12 });
    assert.deepEqual(learnedBudget([100, 40], FLOOR), { perHour: 30, perDay: 120, perTac: 12 });
    assert.deepEqual(learnedBudget([1, 2, 3], FLOOR), FLOOR);
    const meter = new BudgetMeter(DAY_0);
    const generous = { perHour: 40, perDay: 40, perTac: 40 };
    for (let day = 0; day < 3; day++) {
      meter.anchor(DAY_0 + day * DAY_MS);
      assert.equal(meter.budget(undefined, FLOOR).perDay, day === 0 ? FLOOR.perDay : 120, 'of whole days before');
      assert.equal(fill(meter, generous), 40);
    }
    meter.anchor(DAY_0 + 3 * DAY_MS);
    assert.deepEqual(meter.budget(generous, FLOOR), generous, 'a governed one replaces it');
    meter.anchor(DAY_0 + (2 + LEARNED_DAYS) * DAY_MS);
    assert.equal(meter.budget(undefined, FLOOR).perDay, 120);
    meter.anchor(DAY_0 + (3 + LEARNED_DAYS) * DAY_MS);
    assert.deepEqual(meter.budget(undefined, FLOOR), FLOOR, 'what lies further back is forgotten');
  });

  it('keeps no more than fits it, and goes on from what is kept as if nothing had been', () => {
    const steps = fc.array(
      fc.record({ ms: fc.nat(20 * HOUR_MS), anchors: fc.boolean(), many: fc.nat(8), tac: fc.nat(2) }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const meter = new BudgetMeter(DAY_0);
        let nowMs = DAY_0;
        for (const { ms, anchors, many, tac } of taken) {
          nowMs += ms;
          const again = BudgetMeter.from(structuredClone(meter.state()));
          for (const one of [meter, again]) {
            if (anchors) one.anchor(nowMs);
            one.advance(nowMs);
            fill(one, one.budget(undefined, FLOOR), many, { devices: 1, tac: (TAC_A + tac) as Tac });
          }
          assert.deepEqual(again.state(), meter.state());
          const { charges, days } = meter.state();
          assert(charges.length <= meter.budget(undefined, FLOOR).perDay * 3 && days.length <= LEARNED_DAYS + 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives what the words say: the sums over the last hour, day, and day of a TAC', () => {
    const steps = fc.array(
      fc.record({ ms: fc.nat(3 * HOUR_MS), devices: fc.integer({ min: 1, max: 4 }), tac: fc.nat(2) }),
      {
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const meter = new BudgetMeter(DAY_0);
        const inForce: { atMs: number; devices: number; tac: number }[] = [];
        let nowMs = DAY_0;
        for (const { ms, devices, tac } of taken) {
          nowMs += ms;
          meter.anchor(nowMs);
          const sum = (spanMs: number, of = -1): number =>
            inForce
              .filter((charge) => charge.atMs > nowMs - spanMs && (of === -1 || charge.tac === of))
              .reduce((total, charge) => total + charge.devices, devices);
          const fits = sum(HOUR_MS) <= FLOOR.perHour && sum(DAY_MS) <= FLOOR.perDay && sum(DAY_MS, tac) <= FLOOR.perTac;
          const cost = { devices, tac: tac as Tac };
          assert.equal(meter.fits(cost, FLOOR), fits);
          if (!fits) continue;
          meter.charge(cost);
          inForce.push({ atMs: nowMs, devices, tac });
        }
      }),
    );
  });
});
