import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FORM, AGENT, SUPERVISOR } from '../../test/support/desk.ts';
import { describeOnEngines } from '../../test/support/engines.ts';
import { blockList, exchangeOn, insert, remove } from '../../test/support/exchange.ts';

const ONE = '35209900176100';
const OTHER = '49015420323751';

describeOnEngines('a list from another register', (engine) => {
  it('is stated line by line, with who says so', async () => {
    const under = await exchangeOn(await engine.openStore());
    const taken = await under.import(
      blockList(1, [insert(ONE, 'OPA'), insert(OTHER, 'OPB', '0011', '49015420323799')]),
    );
    assert.deepEqual([taken.state, taken.inserted, taken.refused], ['taken', 2, 0]);
    const [first, second] = under.statements();
    assert.deepEqual(first, {
      kind: 'device.blocked',
      target: { kind: 'imei', imei: 35209900176100 },
      reason: 'stolen',
      occurredAtMs: Date.UTC(2026, 10, 20),
      reference: 'worldlist:OPA:KR',
    });
    assert(second?.kind === 'device.blocked');
    assert.deepEqual(second.target, { kind: 'range', from: 49015420323751, to: 49015420323799 });
  });

  it('changes nothing the second time, whole or line by line', async () => {
    const under = await exchangeOn(await engine.openStore());
    const list = blockList(1, [insert(ONE, 'OPA')]);
    const first = await under.import(list, { name: 'a' });
    assert.equal((await under.import(list, { name: 'b' })).file, first.file);
    const again = await under.import(blockList(2, [insert(ONE, 'OPA')]));
    assert.deepEqual([again.inserted, again.unchanged], [0, 1]);
    assert.equal(under.log.size, 1);
  });

  it('is unlisted only by who listed', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.import(blockList(1, [insert(ONE, 'OPA')]));
    const stranger = await under.import(blockList(2, [remove(ONE, 'OPB')]));
    assert.deepEqual([stranger.removed, stranger.refused, stranger.conflicts], [0, 1, 1]);
    assert.deepEqual(await under.exchange.lines(stranger.file, {}), [
      { line: 2, code: 'LIST_NOT_OWNER', field: 'organisation' },
    ]);
    assert.equal(under.log.size, 1);
    const owner = await under.import(blockList(3, [remove(ONE, 'OPA')]));
    assert.deepEqual([owner.removed, owner.refused], [1, 0]);
    assert.deepEqual(under.statements()[1], {
      kind: 'device.released',
      target: { kind: 'imei', imei: 35209900176100 },
      ends: { member: 'hanbit', index: 0 },
      reason: 'recovered',
      reference: 'worldlist:OPA',
    });
    const unknown = await under.import(blockList(4, [remove(ONE, 'OPA')]));
    assert.deepEqual((await under.exchange.lines(unknown.file, {}))[0]?.code, 'LIST_NOT_LISTED');
  });

  it('of a device that two list stays stated until both have unlisted it', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.import(blockList(1, [insert(ONE, 'OPA'), insert(ONE, 'OPB')]));
    assert.equal(under.log.size, 1);
    await under.import(blockList(2, [remove(ONE, 'OPA')]));
    assert.equal(under.log.size, 1);
    await under.import(blockList(3, [remove(ONE, 'OPB')]));
    assert.equal(under.log.size, 2);
  });

  it('may list and unlist the same device in one file', async () => {
    const under = await exchangeOn(await engine.openStore());
    const taken = await under.import(blockList(1, [insert(ONE), remove(ONE), insert(ONE), remove(ONE), insert(OTHER)]));
    assert.deepEqual([taken.inserted, taken.removed, taken.recordsDone], [3, 2, 5]);
    assert.deepEqual(
      under.statements().map(({ kind }) => kind),
      ['device.blocked', 'device.released', 'device.blocked', 'device.released', 'device.blocked'],
    );
  });

  it('that is whole drops what it has no more', async () => {
    const under = await exchangeOn(await engine.openStore());
    const keep = Array.from({ length: 8 }, (_, place) => insert(String(35209900176100 + place), 'OPA'));
    await under.import(blockList(1, [...keep, insert(OTHER, 'OPB')], { kind: 'FULL' }));
    const next = await under.import(blockList(2, keep, { kind: 'FULL' }));
    assert.deepEqual([next.unchanged, next.removed], [8, 1]);
    assert.equal(under.statements().at(-1)?.kind, 'device.released');
  });

  it('that is whole and has no number is news again after another one', async () => {
    const under = await exchangeOn(await engine.openStore());
    const stolen = (...imeis: string[]): string =>
      `imei,reporting_date,status\n${imeis.map((imei) => `${imei},20261120,blacklist\n`).join('')}`;
    const give = (text: string) => under.import(text, { register: 'stolen', acceptShrink: true });
    const first = await give(stolen(ONE));
    assert.equal((await give(stolen(ONE))).file, first.file, 'the same list twice in a row is one');
    assert.equal((await give(stolen(ONE, OTHER))).inserted, 1);
    const again = await give(stolen(ONE));
    assert.deepEqual([again.state, again.removed], ['taken', 1]);
    assert.notEqual(again.file, first.file);
    assert.equal(under.statements().at(-1)?.kind, 'device.released');
  });

  it('that shrank is refused until somebody means it', async () => {
    const under = await exchangeOn(await engine.openStore());
    const all = Array.from({ length: 8 }, (_, place) => insert(String(35209900176100 + place), 'OPA'));
    await under.import(blockList(1, all, { kind: 'FULL' }));
    const small = blockList(2, all.slice(0, 5), { kind: 'FULL' });
    const refused = await under.import(small);
    assert.deepEqual([refused.state, refused.faultCode], ['refused', 'EXCHANGE_LIST_SHRUNK']);
    const meant = await under.import(small, { acceptShrink: true });
    assert.deepEqual([meant.state, meant.removed], ['taken', 3]);
    const edge = await under.import(blockList(3, all.slice(0, 4), { kind: 'FULL' }));
    assert.equal(edge.state, 'taken', 'four of five is above three quarters');
  });
});

describeOnEngines('a conflict', (engine) => {
  it('with an own case waits for a person, and is decided once', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    const taken = await under.import(blockList(1, [insert(ONE, 'OPA')]));
    assert.deepEqual([taken.inserted, taken.conflicts], [1, 1]);
    assert.equal(under.log.size, 1);
    const [conflict] = await under.exchange.conflicts({});
    assert.deepEqual([conflict?.kind, conflict?.choices], ['own-case', ['keep', 'state']]);
    await under.exchange.resolve(conflict!.conflict, 'keep', SUPERVISOR);
    assert.deepEqual(await under.exchange.conflicts({}), []);
    await under.import(blockList(2, [remove(ONE, 'OPA'), insert(ONE, 'OPA')]));
    assert.deepEqual(await under.exchange.conflicts({}), [], 'what was decided is not asked again');
    assert.equal(under.log.size, 1);
  });

  it('can be decided for what the organisation says', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    await under.import(blockList(1, [insert(ONE, 'OPA')]));
    const [conflict] = await under.exchange.conflicts({});
    const { entries } = await under.exchange.resolve(conflict!.conflict, 'state', SUPERVISOR);
    assert.deepEqual(entries, [{ kind: 'device.blocked', entry: { member: 'hanbit', index: 1 } }]);
  });

  it('with a stranger can be decided for the stranger, and then holds against the next full list', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.import(blockList(1, [insert(ONE, 'OPA')], { kind: 'FULL' }));
    await under.import(blockList(2, [remove(ONE, 'OPB')]));
    const [conflict] = await under.exchange.conflicts({});
    assert.equal(conflict?.kind, 'stranger');
    under.clock.advance(1_000);
    await under.exchange.resolve(conflict.conflict, 'release', SUPERVISOR);
    assert.equal(under.statements()[1]?.kind, 'device.released');
    await under.import(blockList(3, [insert(ONE, 'OPA')], { kind: 'FULL' }));
    assert.equal(under.log.size, 2);
  });
});
