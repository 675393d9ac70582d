import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../base/fault.ts';
import { encodeStatement } from '../../statements/codec.ts';
import { parseImei, type ImeiKey } from '../../identifiers/imei.ts';
import { pairingTag } from '../../statements/pairing-tag.ts';
import { AGENT, DESK_NOW_MS, deskOn, FORM, IMEI, IMEI_OTHER, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { NOTE_LENGTH_MAX } from './fields.ts';
import { FOUND_JOURNALLED_MAX, searchDetail } from './reading.ts';
import type { CaseSummary } from './views.ts';

function key(imei: string): ImeiKey {
  const parsed = parseImei(imei);
  assert(!(parsed instanceof Fault));
  return parsed.key;
}

describeOnEngines('the device desk', (engine) => {
  it('reports a stolen phone: a case in the store, a statement in the log, and nothing private there', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const answer = await desk.report(FORM, AGENT);
    assert.deepEqual(answer, {
      case: 'C-2026-000001',
      status: 'open',
      warnings: [],
      entries: [{ kind: 'device.blocked', entry: { member: 'hanbit', index: 0 } }],
    });
    const [stated] = log.statements();
    assert.deepEqual(stated?.statement, {
      kind: 'device.blocked',
      target: { kind: 'imei', imei: key(IMEI) },
      reason: 'stolen',
      occurredAtMs: Date.UTC(2026, 10, 22, 8, 30),
      reference: 'C-2026-000001',
    });
    assert.deepEqual(await desk.show('C-2026-000001', AGENT), {
      case: 'C-2026-000001',
      kind: 'device',
      status: 'open',
      createdAt: new Date(DESK_NOW_MS).toISOString(),
      createdBy: 'desk-1',
      occurredAt: '2026-11-22T08:30:00.000Z',
      statements: [
        {
          kind: 'device.blocked',
          imei: IMEI,
          reason: 'stolen',
          standing: true,
          entry: { member: 'hanbit', index: 0 },
        },
      ],
      place: 'Seoul Station',
      policeReference: 'P-77',
      requester: FORM.requester,
    });
    const octets = Buffer.from(log.entries[0]!).toString('latin1');
    for (const secret of ['Kim', '1234', 'Seoul', 'P-77']) assert(!octets.includes(secret), secret);
  });

  it('reports both numbers of a phone in one case and one append', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const answer = await desk.report({ devices: [IMEI, IMEI_OTHER], reason: 'lost', listing: 'tracked' }, AGENT);
    assert.deepEqual(
      answer.entries.map(({ kind, entry }) => [kind, entry.index]),
      [
        ['device.tracked', 0],
        ['device.tracked', 1],
      ],
    );
    assert.equal(log.appends, 1);
  });

  it('refuses a device that it lists already, and names the case', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    const again = desk.report({ ...FORM, devices: [IMEI_OTHER, IMEI.slice(0, 14)] }, AGENT);
    await assert.rejects(again, refused({ code: 'ALREADY_STATED', field: 'devices[1]', case: 'C-2026-000001' }));
    assert.equal(log.size, 1);
  });

  it('refuses a check digit that does not fit until somebody has looked again', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const wrong = { ...FORM, devices: ['352099001761482'] };
    await assert.rejects(
      desk.report(wrong, AGENT),
      refused({ code: 'IMEI_CHECK_DIGIT', field: 'devices[0]', stated: 2, computed: 1 }),
    );
    assert.equal(log.size, 0);
    const { warnings } = await desk.report({ ...wrong, acceptCheckDigit: true }, AGENT);
    assert.deepEqual(warnings, [{ code: 'IMEI_CHECK_DIGIT', field: 'devices[0]', imei: IMEI }]);
  });

  it('releases a found phone, and may list it again in a new case', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    const answer = await desk.release('c-2026-000001', { reason: 'recovered', note: 'at the counter' }, AGENT);
    assert.deepEqual(answer, {
      case: 'C-2026-000001',
      status: 'released',
      warnings: [],
      entries: [{ kind: 'device.released', entry: { member: 'hanbit', index: 1 } }],
    });
    assert.deepEqual(log.statements()[1]?.statement, {
      kind: 'device.released',
      target: { kind: 'imei', imei: key(IMEI) },
      ends: { member: 'hanbit', index: 0 },
      reason: 'recovered',
      reference: 'C-2026-000001',
    });
    await assert.rejects(
      desk.release('C-2026-000001', { reason: 'recovered' }, AGENT),
      refused({ code: 'CASE_CLOSED', case: 'C-2026-000001', caseStatus: 'released' }),
    );
    assert.equal((await desk.report(FORM, AGENT)).case, 'C-2026-000002');
  });

  it('releases one device of several; the case ends with the last', async () => {
    const { desk } = deskOn(await engine.openStore());
    const { case: number } = await desk.report({ ...FORM, devices: [IMEI, IMEI_OTHER] }, AGENT);
    const first = await desk.release(number, { reason: 'recovered', devices: ['35-209900-176148-1'] }, AGENT);
    assert.equal(first.status, 'open');
    await assert.rejects(
      desk.release(number, { reason: 'recovered', devices: [IMEI] }, AGENT),
      refused({ code: 'DEVICE_NOT_IN_CASE', field: 'devices[0]', case: number }),
    );
    const last = await desk.release(number, { reason: 'withdrawn' }, AGENT);
    assert.equal(last.status, 'released', 'a case of which something was found is released, not withdrawn');
  });

  it('releases with a remark whatever was remarked before', async () => {
    const { desk } = deskOn(await engine.openStore());
    const note = 'x'.repeat(NOTE_LENGTH_MAX);
    await desk.report({ ...FORM, devices: [IMEI, IMEI_OTHER], note }, AGENT);
    for (const device of [IMEI, IMEI_OTHER]) {
      await desk.release('C-2026-000001', { reason: 'recovered', devices: [device], note }, AGENT);
    }
    assert.equal((await desk.show('C-2026-000001', AGENT)).note, [note, note, note].join('\n'));
  });

  it('finds a text however its letters were composed', async () => {
    const { desk } = deskOn(await engine.openStore());
    await desk.report({ ...FORM, policeReference: '서울-7'.normalize('NFD') }, AGENT);
    const { cases } = await desk.search({ policeReference: '서울-7'.normalize('NFC') }, AGENT);
    assert.equal(cases.length, 1);
  });

  it('lists a TAC and a range, and finds the case by a device in it', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.list({ tac: '35209900', reason: 'counterfeit' }, SUPERVISOR);
    await desk.list({ from: '49015420000000', to: '49015420999999', reason: 'regulatory' }, SUPERVISOR);
    assert.deepEqual(
      log.statements().map(({ statement }) => statement?.kind === 'device.blocked' && statement.target.kind),
      ['tac', 'range'],
    );
    const found = await desk.search({ imei: IMEI }, AGENT);
    assert.deepEqual(
      found.cases.map(({ case: number, statements }) => [number, statements[0]?.tac]),
      [['C-2026-000001', '35209900']],
    );
    await assert.rejects(
      desk.release('C-2026-000001', { reason: 'withdrawn' }, AGENT),
      refused({ code: 'ROLE_INSUFFICIENT', role: 'agent' }),
    );
    const answer = await desk.release('C-2026-000002', { reason: 'withdrawn' }, SUPERVISOR);
    assert.equal(answer.status, 'withdrawn');
    await assert.rejects(
      desk.list({ from: '49015420000000', to: '49015520000000', reason: 'other' }, SUPERVISOR),
      refused({ code: 'RANGE_SPANS_TACS', field: 'from' }),
    );
  });

  it('pairs a device with a subscriber: the log has the tag, the store the IMSI', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const imsi = '450050123456789';
    await desk.pair({ imei: IMEI, imsi }, SUPERVISOR);
    const tag = pairingTag(new Uint8Array(32).fill(7), key(IMEI), { digits: imsi, mcc: '450' });
    assert.deepEqual(log.statements()[0]?.statement, {
      kind: 'device.paired',
      imei: key(IMEI),
      tag: new Uint8Array(tag),
      reference: 'C-2026-000001',
    });
    assert.equal((await desk.show('C-2026-000001', SUPERVISOR)).imsi, imsi);
    await assert.rejects(
      desk.pair({ imei: IMEI, imsi }, SUPERVISOR),
      refused({ code: 'ALREADY_STATED', field: 'imsi', case: 'C-2026-000001' }),
    );
    const ended = await desk.endPairing('C-2026-000001', SUPERVISOR);
    assert.deepEqual(
      [ended.status, ended.entries[0]?.kind, ended.entries[0]?.entry.index],
      ['withdrawn', 'device.released', 1],
    );
    await assert.rejects(
      desk.pair({ imei: IMEI, imsi: '45005x' }, SUPERVISOR),
      refused({ code: 'IMSI_NOT_DIGITS', field: 'imsi' }),
    );
  });

  it('opens the emergency override once, and restores the check', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await assert.rejects(desk.override({ open: false }, SUPERVISOR), refused({ code: 'OVERRIDE_NOT_OPEN' }));
    await desk.override({ open: true, note: 'core network test' }, SUPERVISOR);
    await assert.rejects(
      desk.override({ open: true }, SUPERVISOR),
      refused({ code: 'ALREADY_STATED', field: 'open', case: 'C-2026-000001' }),
    );
    await desk.override({ open: false }, SUPERVISOR);
    assert.deepEqual(log.statements()[1]?.statement, {
      kind: 'gate.restored',
      ends: { member: 'hanbit', index: 0 },
      reference: 'C-2026-000001',
    });
    assert.equal((await desk.override({ open: true }, SUPERVISOR)).case, 'C-2026-000002');
  });

  it('overrules another member only as a regulator, and only what lists a device', async () => {
    const store = await engine.openStore();
    const { desk, log, others } = deskOn(store, { roles: () => ['regulator'] });
    const target = { kind: 'imei', imei: key(IMEI) } as const;
    const envelope = { issuer: 'dasom', timeMs: 1, id: new Uint8Array(16) };
    others.set('dasom:5', encodeStatement(envelope, { kind: 'device.blocked', target, reason: 'stolen' }));
    others.set('dasom:6', encodeStatement(envelope, { kind: 'gate.opened' }));
    others.set('dasom:7', new Uint8Array([1, 2, 3]));
    await desk.overrule({ member: 'dasom', index: 5 }, SUPERVISOR);
    assert.deepEqual(log.statements()[0]?.statement, {
      kind: 'device.released',
      target,
      ends: { member: 'dasom', index: 5 },
      reason: 'overruled',
      reference: 'C-2026-000001',
    });
    const attempt = (index: number) => desk.overrule({ member: 'dasom', index }, SUPERVISOR);
    await assert.rejects(attempt(5), refused({ code: 'ALREADY_STATED', field: 'index', case: 'C-2026-000001' }));
    await assert.rejects(attempt(4), refused({ code: 'STATEMENT_UNKNOWN', member: 'dasom', index: 4 }));
    for (const index of [6, 7]) {
      await assert.rejects(attempt(index), refused({ code: 'STATEMENT_NOT_A_LISTING', member: 'dasom', index }));
    }
    const { desk: operator } = deskOn(store);
    await assert.rejects(
      operator.overrule({ member: 'dasom', index: 5 }, SUPERVISOR),
      refused({ code: 'NOT_A_REGULATOR', member: 'hanbit' }),
    );
  });

  it('finds cases by IMEI in any form, number, police reference and whole contact', async () => {
    const { desk } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    await desk.report({ devices: [IMEI_OTHER], reason: 'lost' }, AGENT);
    const found = async (form: Parameters<typeof desk.search>[0]): Promise<string[]> =>
      (await desk.search(form, AGENT)).cases.map(({ case: number }) => number);
    for (const imei of [IMEI, IMEI.slice(0, 14), '35-209900-176148-1', `${IMEI.slice(0, 14)}05`]) {
      assert.deepEqual(await found({ imei }), ['C-2026-000001'], imei);
    }
    assert.deepEqual(await found({ case: 'C-2026-000002' }), ['C-2026-000002']);
    assert.deepEqual(await found({ case: 'nonsense' }), []);
    assert.deepEqual(await found({ policeReference: 'P-77' }), ['C-2026-000001']);
    assert.deepEqual(await found({ contact: '+821012345678' }), ['C-2026-000001']);
    for (const contact of ['1234', '+82 10-1234', '%', '+82101234567_']) assert.deepEqual(await found({ contact }), []);
    await assert.rejects(
      desk.search({}, AGENT),
      refused({
        code: 'FIELD_MALFORMED',
        field: 'search',
        expected: 'exactly one of imei, case, policeReference, contact',
      }),
    );
  });

  it('lists page by page, newest first, no case twice and none left out', async () => {
    const { desk, clock } = deskOn(await engine.openStore());
    const numbers: string[] = [];
    for (let serial = 100000; serial < 100007; serial++) {
      clock.advance(1000);
      numbers.push((await desk.report({ devices: [`35209900${serial}`], reason: 'lost' }, AGENT)).case);
    }
    const listed: string[] = [];
    for (let before: string | undefined; ;) {
      const page = await desk.cases({ limit: 3, ...(before !== undefined && { before }) });
      listed.push(...page.cases.map(({ case: number }) => number));
      before = page.next;
      if (before === undefined) break;
    }
    assert.deepEqual(listed, numbers.toReversed());
    await desk.release(numbers[0]!, { reason: 'recovered' }, AGENT);
    const released = await desk.cases({ status: 'released' });
    assert.deepEqual(
      released.cases.map(({ case: number }) => number),
      [numbers[0]],
    );
    const since = new Date(DESK_NOW_MS + 6_500).toISOString();
    assert.equal((await desk.cases({ since })).cases.length, 1);
  });

  it('journals who did and who looked, without what is private', async () => {
    const { desk } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    await desk.show('C-2026-000001', { actor: 'auditor-1', role: 'auditor' });
    await desk.search({ contact: '+821012345678' }, AGENT);
    await desk.correct('C-2026-000001', { place: 'Busan' }, SUPERVISOR);
    await desk.release('C-2026-000001', { reason: 'recovered', note: 'Kim came in' }, AGENT);
    const { actions } = await desk.journal({});
    assert.deepEqual(
      actions.map(({ actor, action, case: number }) => [actor, action, number]),
      [
        ['desk-1', 'case.reported', 'C-2026-000001'],
        ['auditor-1', 'case.shown', 'C-2026-000001'],
        ['desk-1', 'cases.searched', undefined],
        ['chief', 'case.corrected', 'C-2026-000001'],
        ['desk-1', 'case.released', 'C-2026-000001'],
      ],
    );
    const text = JSON.stringify(actions);
    assert.deepEqual(actions[2]?.detail, { by: 'contact', found: ['C-2026-000001'], withoutCase: true });
    assert.deepEqual(actions[3]?.detail['changed'], ['place']);
    assert(!text.includes('requesterContactKey'), 'a column that nobody has filled in');
    for (const secret of ['Kim', '1234', 'Seoul', 'Busan', 'P-77']) assert(!text.includes(secret), secret);
    const { actions: history } = await desk.history('C-2026-000001', { limit: 2 });
    assert.deepEqual(
      history.map(({ action }) => action),
      ['case.reported', 'case.shown'],
    );
    await assert.rejects(desk.history('C-2026-000009', {}), refused({ code: 'CASE_UNKNOWN' }));
  });
});

describe('the journal’s row of a search', () => {
  it('names as many cases as the limit, and counts those beyond it', () => {
    const found = (count: number) =>
      Array.from({ length: count }, (_, place) => ({ case: `C-${place}` }) as CaseSummary);
    const atLimit = searchDetail({ cases: found(FOUND_JOURNALLED_MAX) });
    assert.deepEqual(Object.keys(atLimit), ['found']);
    const beyond = searchDetail({ cases: found(FOUND_JOURNALLED_MAX + 1) });
    assert.deepEqual(beyond, { ...atLimit, more: 1 });
  });
});
