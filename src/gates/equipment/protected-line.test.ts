import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { HandClock } from '../../base/clock.ts';
import { orThrow } from '../../base/fault.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { parseImsi } from '../../identifiers/imsi.ts';
import { LineBindings, LineBindingsReader } from '../../standing/line-bindings.ts';
import { pairingTag } from '../../statements/pairing-tag.ts';
import { gateConfig, MEMBERS, PAIRING_KEY, TestStanding } from '../../../test/support/equipment-gate.ts';
import { ANSWER_NAMES, type AnswerName, EQUIPMENT_ANSWER, type GateName } from './answer.ts';
import { EquipmentChecker, type Sighting } from './check.ts';
import { GateCounters } from './counters.ts';
import { CompiledPolicy } from './policy.ts';

const IMEI = 35_209_900_176_148 as ImeiKey;
const OTHER_IMEI = 35_209_900_176_149 as ImeiKey;
const IMSI = '450970000000001';
const OTHER_IMSI = '450970000000002';

let test: TestStanding;
let bindings: LineBindings;
let sightings: Sighting[];

beforeEach(() => {
  test = new TestStanding();
  bindings = new LineBindings();
  sightings = [];
});

function checker(policy: object = {}): EquipmentChecker {
  return new EquipmentChecker(
    { policy: new CompiledPolicy(gateConfig({ policy }).policy, MEMBERS), ownMember: 0, pairingKey: PAIRING_KEY },
    {
      standing: test.standing.openReader(),
      bindings: new LineBindingsReader(bindings.memory),
      clock: new HandClock(),
      counters: new GateCounters(),
      onSighting: (sighting) => sightings.push(sighting),
    },
  );
}

function answer(
  policy: object,
  { imsi, gate = 's13', key = IMEI }: { imsi: string; gate?: GateName; key?: ImeiKey | -1 },
): AnswerName {
  return ANSWER_NAMES[checker(policy).check(gate, key, imsi, 'mme1')];
}

function state(what: string): void {
  if (what === 'open') test.state('hanbit', { kind: 'gate.opened' });
  else if (what === 'block') {
    test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' });
  } else {
    const tag = pairingTag(PAIRING_KEY, IMEI, orThrow(parseImsi(IMSI)));
    test.state('hanbit', { kind: 'device.paired', imei: IMEI, tag });
  }
}

describe('a protected line', () => {
  it('is refused in any device but the one it is bound to, and leaves a record that says why', () => {
    bindings.bind(IMSI, OTHER_IMEI);
    assert.equal(answer({}, { imsi: IMSI }), 'blocked');
    assert.deepEqual(sightings.at(-1), {
      gate: 's13',
      key: IMEI,
      imsi: IMSI,
      caller: 'mme1',
      answer: EQUIPMENT_ANSWER.blocked,
      shadow: false,
      entries: [],
      decidedBy: 'protected line',
    });
    assert.equal(answer({}, { imsi: IMSI, key: OTHER_IMEI }), 'unknown');
    assert.equal(answer({}, { imsi: OTHER_IMSI }), 'unknown');
    assert.equal(answer({}, { imsi: IMSI, key: -1, gate: 'n5g-eir' }), 'blocked');
  });

  it('is not freed by a pairing of the other device, nor by an IMSI range; an emergency opens it', () => {
    bindings.bind(IMSI, OTHER_IMEI);
    state('pair');
    const policy = { imsiRanges: [{ from: IMSI, to: IMSI, answer: 'allowed' }] };
    assert.equal(answer(policy, { imsi: IMSI }), 'blocked');
    assert.equal(checker(policy).explain('s13', IMEI, IMSI).decidedBy, 'protected line');
    state('open');
    assert.equal(answer(policy, { imsi: IMSI }), 'allowed');
  });

  it('is only observed in shadow mode', () => {
    bindings.bind(IMSI, OTHER_IMEI);
    assert.equal(answer({ shadow: true }, { imsi: IMSI }), 'unknown');
    assert.equal(sightings.at(-1)!.shadow, true);
  });

  it('keeps its place among the steps, whatever is stated: the first step that says something decides', () => {
    const property = fc.property(
      fc.subarray(['block', 'pair', 'open']),
      fc.constantFrom(undefined, IMEI, OTHER_IMEI),
      fc.constantFrom('', IMSI),
      (statements, bound, imsi) => {
        test = new TestStanding();
        bindings = new LineBindings();
        for (const what of statements) state(what);
        if (bound !== undefined) bindings.bind(IMSI, bound);
        const explained = checker().explain('s13', IMEI, imsi);
        const deciding = explained.steps.find(({ says }) => says !== 'nothing')!;
        assert.equal(deciding.name, explained.decidedBy);
        assert.equal(answer({}, { imsi }), deciding.says);
      },
    );
    fc.assert(property);
  });
});

describe('a line of the emergency services', () => {
  it('has a listed phone tracked and not refused, which leaves a record that says why', () => {
    bindings.prioritise(IMSI);
    state('block');
    assert.equal(answer({}, { imsi: IMSI }), 'tracked');
    assert.equal(sightings.at(-1)!.decidedBy, 'priority line');
    assert.equal(checker().explain('s13', IMEI, IMSI).decidedBy, 'priority line');
    assert.equal(answer({}, { imsi: OTHER_IMSI }), 'blocked');
    bindings.endPriority(IMSI);
    assert.equal(answer({}, { imsi: IMSI }), 'blocked');
  });

  it('is otherwise a line like any other: not listed, paired, protected', () => {
    bindings.prioritise(IMSI);
    assert.equal(answer({}, { imsi: IMSI }), 'unknown');
    state('block');
    state('pair');
    assert.equal(answer({}, { imsi: IMSI }), 'allowed');
    bindings.bind(IMSI, OTHER_IMEI);
    assert.equal(answer({}, { imsi: IMSI }), 'blocked', 'another took its subscription');
  });
});
