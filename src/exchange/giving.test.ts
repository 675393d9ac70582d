import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { Readable } from 'node:stream';
import { AGENT, FORM, SUPERVISOR } from '../../test/support/desk.ts';
import { describeOnEngines } from '../../test/support/engines.ts';
import { blockList, exchangeOn, insert } from '../../test/support/exchange.ts';

const ONE = '35209900176148';
const OTHER = '49015420323751';
type Under = Awaited<ReturnType<typeof exchangeOn>>;

async function give(under: Under, kind: 'full' | 'delta', register = 'worldlist'): Promise<string[] | undefined> {
  const { file } = await under.exchange.give(register, kind, SUPERVISOR);
  return file === undefined ? undefined : readFileSync(under.spool.path(file), 'ascii').trimEnd().split('\r\n');
}

function answer(under: Under, text: string): Promise<{ state: string; faultCode?: string }> {
  const source = Readable.from([Buffer.from(text)]);
  return under.exchange.receiveAnswer('worldlist', source, { name: 'answer' }, SUPERVISOR);
}

describeOnEngines('a list that is given out', (engine) => {
  it('says what changed since the last one, and nothing twice', async () => {
    const under = await exchangeOn(await engine.openStore());
    const { case: number } = await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    assert.deepEqual(await give(under, 'delta'), ['H|DELTA|HUB01|1|20261122', `D|I|${ONE}|${ONE}|0011|HUB01||`, 'T|1']);
    assert.equal(await give(under, 'delta'), undefined);
    await under.desk.report({ ...FORM, devices: [OTHER] }, AGENT);
    await under.desk.release(number, { reason: 'recovered' }, AGENT);
    assert.deepEqual(await give(under, 'delta'), [
      'H|DELTA|HUB01|2|20261122',
      `D|R|${ONE}|${ONE}|0014|HUB01||`,
      `D|I|${OTHER}|${OTHER}|0011|HUB01||`,
      'T|2',
    ]);
    assert.deepEqual(await give(under, 'full'), [
      'H|FULL|HUB01|3|20261122',
      `D|I|${OTHER}|${OTHER}|0011|HUB01||`,
      'T|1',
    ]);
  });

  it('says a range as a range, and leaves out what others list and what it has no code for', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.import(blockList(1, [insert(ONE, 'OPA')]));
    await under.desk.report({ ...FORM, devices: [OTHER], reason: 'counterfeit' }, AGENT);
    await under.desk.list({ from: '35123456000100', to: '35123456000199', reason: 'stolen' }, SUPERVISOR);
    const { leftOut, inserted } = await under.exchange.give('worldlist', 'full', SUPERVISOR);
    assert.deepEqual([leftOut, inserted], [1, 1]);
    assert.deepEqual(await give(under, 'full'), [
      'H|FULL|HUB01|2|20261122',
      'D|I|35123456000100|35123456000199|0011|HUB01||',
      'T|1',
    ]);
  });

  it('takes back what a regulator has ended', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    await give(under, 'delta');
    under.overruled.add(0);
    assert.deepEqual((await give(under, 'delta'))?.[1], `D|R|${ONE}|${ONE}|0014|HUB01||`);
  });

  it('says again what the register refused, and shows it at the desk until then', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    await give(under, 'delta');
    const name = 'HUB01_DELTA_000001.txt';
    assert.equal((await answer(under, `H|${name}|ACCEPTED|\nE|2|0012|\nT|1\n`)).state, 'taken');
    const [refused] = await under.exchange.refusedLines('worldlist');
    assert.deepEqual([refused?.target, refused?.code, refused?.line], [{ imei: ONE }, '0012', 2]);
    assert.deepEqual((await give(under, 'delta'))?.[1], `D|I|${ONE}|${ONE}|0011|HUB01||`);
    assert.deepEqual(await under.exchange.refusedLines('worldlist'), []);
  });

  for (const [why, text, code] of [
    ['no header', 'E|2|0012|\nT|1\n', 'EXCHANGE_HEADER_MISSING'],
    ['no trailer', 'H|x|ACCEPTED|\nE|2|0012|\n', 'EXCHANGE_TRAILER_MISSING'],
    ['a wrong count', 'H|x|ACCEPTED|\nE|2|0012|\nT|2\n', 'EXCHANGE_TRAILER_WRONG'],
    ['a line that is none', 'H|x|ACCEPTED|\nE|two|0012|\nT|1\n', 'EXCHANGE_LINES_WRONG'],
    ['an unknown outcome', 'H|x|PERHAPS|\nT|0\n', 'EXCHANGE_HEADER_WRONG'],
  ] as const) {
    it(`is not answered by a file with ${why}, which is kept as refused`, async () => {
      const under = await exchangeOn(await engine.openStore());
      const { state, faultCode } = await answer(under, text);
      assert.deepEqual([state, faultCode], ['refused', code]);
    });
  }

  it('for a DIRBS register has its columns, and is read back alike', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.desk.report({ ...FORM, devices: [ONE] }, AGENT);
    const lines = await give(under, 'full', 'stolen');
    assert.deepEqual(lines, ['imei,reporting_date,status', `${ONE},,blacklist`]);
    const other = await exchangeOn(await engine.openStore());
    const taken = await other.import(lines.join('\r\n'), { register: 'stolen' });
    assert.deepEqual([taken.state, taken.kind, taken.inserted], ['taken', 'full', 1]);
  });
});

describeOnEngines('a list that is out of turn or out of form', (engine) => {
  const list = (number: number, kind: 'FULL' | 'DELTA' = 'DELTA'): string => blockList(number, [insert(ONE)], { kind });

  it('is refused whole: an old number, a gap, another sender; a full list may leave a gap', async () => {
    const under = await exchangeOn(await engine.openStore());
    await under.import(list(5));
    assert.equal((await under.import(list(5).replace(ONE, OTHER))).faultCode, 'EXCHANGE_LIST_OLD');
    assert.equal((await under.import(list(7))).faultCode, 'EXCHANGE_LIST_GAP');
    assert.equal((await under.import(list(9, 'FULL'))).state, 'taken');
    const stranger = blockList(10, [insert(ONE)], { organisation: 'OTHER' });
    assert.equal((await under.import(stranger)).faultCode, 'EXCHANGE_ORGANISATION_UNKNOWN');
    assert.equal(under.log.size, 1);
  });

  it('is refused whole by one wrong line, where the format says so, and names the lines', async () => {
    const under = await exchangeOn(await engine.openStore());
    const text = `imei,reporting_date,status\n${ONE},20261120,\n${OTHER},20269999,\n`;
    const refused = await under.import(text, { register: 'stolen' });
    assert.deepEqual([refused.state, refused.faultCode, refused.faultLine], ['refused', 'EXCHANGE_LINES_WRONG', 3]);
    assert.deepEqual(await under.exchange.lines(refused.file, {}), [
      { line: 3, code: 'LIST_VALUE_WRONG', field: 'date' },
    ]);
    assert.equal(under.log.size, 0);
  });

  it('is refused whole where it contradicts itself, and not where it repeats itself', async () => {
    const under = await exchangeOn(await engine.openStore());
    const head = 'imei,reporting_date,status\n';
    const twice = await under.import(`${head}${ONE},20261120,\n${ONE}1,20261121,\n`, { register: 'stolen' });
    assert.equal(twice.faultCode, 'EXCHANGE_LINES_CONTRADICT');
    const same = await under.import(`${head}${ONE},20261120,\n${ONE}1,20261120,\n`, { register: 'stolen' });
    assert.deepEqual([same.state, same.inserted, same.unchanged], ['taken', 1, 1]);
    const absent = await under.import(`imei,reporting_date,status,change_type\n${OTHER},,,remove\n`, {
      register: 'stolen',
    });
    assert.equal(absent.faultCode, 'EXCHANGE_LINES_WRONG');
    const pending = await under.import(`imei,reporting_date,status,change_type\n${ONE},,pending,update\n`, {
      register: 'stolen',
    });
    assert.deepEqual([pending.state, pending.removed], ['taken', 1]);
  });

  it('lists a device twice in a full list: the second, with other words, is refused', async () => {
    const under = await exchangeOn(await engine.openStore(), [
      { name: 'worldlist', format: 'block-list', organisation: 'HUB01', sender: 'WORLD', ignore: ['OPX'] },
    ]);
    const lines = [insert(ONE, 'OPA'), insert(ONE, 'OPA'), insert(OTHER, 'OPX'), insert(OTHER, 'HUB01')];
    const taken = await under.import(blockList(1, lines, { kind: 'FULL' }));
    assert.deepEqual([taken.inserted, taken.unchanged, taken.skipped], [1, 1, 2]);
    const codes = (await under.exchange.lines(taken.file, {})).map(({ code }) => code);
    assert.deepEqual(codes, ['LIST_ORGANISATION_IGNORED', 'LIST_OWN']);
  });
});
