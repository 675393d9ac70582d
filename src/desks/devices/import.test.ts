import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../base/fault.ts';
import { AGENT, deskOn, IMEI, IMEI_OTHER } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { IMPORT_DEVICES_MAX, IMPORT_ROWS_MAX, IMPORT_SIZE_MAX, readImportFile } from './import-file.ts';
import { ImportRefused } from './importing.ts';

const ALL_OR_NOTHING = { partial: false, acceptCheckDigit: false };
const PARTIAL = { partial: true, acceptCheckDigit: false };

function file(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

function refusedWith(facts: object): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.deepEqual({ ...thrown.facts }, facts);
    return true;
  };
}

describeOnEngines('a file of reports', (engine) => {
  it('opens a case for each row, columns in any order, in one append', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const answer = await desk.import(
      file(
        '\uFEFFreason,IMEI,imei2,Police_Reference,note,occurred_at',
        `stolen,${IMEI},,P-1,"Seoul, ""Station""\nexit 3",20261121`,
        `lost,${IMEI_OTHER},35209900200000,,,2026-11-21T23:00:00+09:00`,
      ),
      ALL_OR_NOTHING,
      AGENT,
    );
    assert.deepEqual(
      answer.rows.map(({ row, line, status, case: number, entries }) => [row, line, status, number, entries?.length]),
      [
        [1, 2, 'reported', 'C-2026-000001', 1],
        [2, 4, 'reported', 'C-2026-000002', 2],
      ],
    );
    assert.deepEqual([answer.reported, answer.refused, log.size, log.appends], [2, 0, 3, 1]);
    const { note, occurredAt } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual([note, occurredAt], ['Seoul, "Station"\nexit 3', '2026-11-21T00:00:00.000Z']);
  });

  const MIXED = file(
    'imei,imei2,reason',
    `${IMEI},,stolen`,
    '352099001761482,,stolen',
    `${IMEI_OTHER},${IMEI},lost`,
    '35209900300000,,theft',
    '35209900300001,lost',
    '35209900300002,,lost',
  );
  const FAULTS = [
    undefined,
    { code: 'IMEI_CHECK_DIGIT', field: 'imei', stated: 2, computed: 1 },
    { code: 'DEVICE_TWICE', field: 'imei2', earlier: 'row 1' },
    {
      code: 'FIELD_MALFORMED',
      field: 'reason',
      expected:
        'one of: stolen, lost, fraud, counterfeit, tampered, duplicated, non-payment, faulty, regulatory, other',
    },
    { code: 'ROW_FIELDS' },
    { code: 'ALREADY_STATED', field: 'imei', case: 'C-2026-000001' },
  ];

  it('does nothing where one row is wrong, and gives every row its result', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report({ devices: ['35209900300002'], reason: 'lost' }, AGENT);
    await assert.rejects(desk.import(MIXED, ALL_OR_NOTHING, AGENT), (thrown) => {
      assert(thrown instanceof ImportRefused);
      assert.deepEqual(thrown.facts, { code: 'IMPORT_REFUSED', rows: 6, rowsRefused: 5 });
      assert.deepEqual(
        thrown.rows.map(({ fault }) => fault),
        FAULTS,
      );
      assert.equal(thrown.rows[0]?.status, 'valid');
      return true;
    });
    assert.equal(log.size, 1);
    assert.equal((await desk.cases({})).cases.length, 1);
  });

  it('lets the right rows go ahead where that was chosen', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report({ devices: ['35209900300002'], reason: 'lost' }, AGENT);
    const answer = await desk.import(MIXED, PARTIAL, AGENT);
    assert.deepEqual(
      answer.rows.map(({ fault }) => fault),
      FAULTS,
    );
    assert.deepEqual(
      answer.rows.map(({ status }) => status),
      ['reported', 'refused', 'refused', 'refused', 'refused', 'refused'],
    );
    assert.equal(log.size, 2);
  });

  it('takes as many rows as the limit, in one append', { timeout: 120_000 }, async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const rows = Array.from(
      { length: IMPORT_ROWS_MAX },
      (_, serial) => `35209900${(serial + 1).toString().padStart(6, '0')},lost`,
    );
    const answer = await desk.import(file('imei,reason', ...rows), ALL_OR_NOTHING, AGENT);
    assert.deepEqual([answer.reported, log.size, log.appends], [IMPORT_ROWS_MAX, IMPORT_ROWS_MAX, 1]);
    assert.equal(answer.rows.at(-1)?.entries?.[0]?.entry.index, IMPORT_ROWS_MAX - 1);
  });
});

describe('a file that cannot be read is refused whole', () => {
  const read = (bytes: Uint8Array) => () => readImportFile(bytes, {});

  const HOSTILE: readonly (readonly [reason: string, bytes: Buffer, facts: object])[] = [
    ['nothing at all', file(), { code: 'IMPORT_EMPTY' }],
    ['a header alone', file('imei,reason', ''), { code: 'IMPORT_EMPTY' }],
    ['blank lines alone', file('', '', ''), { code: 'IMPORT_EMPTY' }],
    [
      'Korean in CP949, as a spreadsheet saves it',
      Buffer.concat([file('imei,reason,place', `${IMEI},lost,`), Buffer.from([0xbc, 0xad, 0xbf, 0xef])]),
      { code: 'IMPORT_NOT_UTF8', line: 2 },
    ],
    ['UTF-16', Buffer.from('\uFEFFimei,reason', 'utf16le'), { code: 'IMPORT_NOT_UTF8', line: 1 }],
    [
      'an overlong form of a slash on line 3',
      Buffer.concat([file('imei,reason', `${IMEI},lost`, ''), Buffer.from([0xc0, 0xaf])]),
      { code: 'IMPORT_NOT_UTF8', line: 3 },
    ],
    [
      'half a surrogate pair in UTF-8',
      Buffer.concat([file('imei,reason,', ''), Buffer.from([0xed, 0xa0, 0x80])]),
      {
        code: 'IMPORT_NOT_UTF8',
        line: 2,
      },
    ],
    ['a quote that never closes', file('imei,reason', `"${IMEI},lost`), { code: 'IMPORT_NOT_CSV', line: 2 }],
    ['text after a closing quote', file('imei,reason', `"${IMEI}"x,lost`), { code: 'IMPORT_NOT_CSV', line: 2 }],
    [
      'a row of 20,000 characters',
      file('imei,reason', `${IMEI},${'x'.repeat(20_000)}`),
      {
        code: 'IMPORT_NOT_CSV',
        line: 2,
      },
    ],
    ['a line of 70,000 commas', file('imei,reason', ','.repeat(70_000)), { code: 'IMPORT_NOT_CSV', line: 2 }],
    ['a row of 80 fields', file('imei,reason', ','.repeat(80)), { code: 'IMPORT_NOT_CSV', line: 2 }],
    ['a column that we do not know', file('imei,reason,imsi', 'x'), { code: 'IMPORT_COLUMN_UNKNOWN', column: 3 }],
    [
      'a column named like an object’s own',
      file('imei,reason,__proto__', 'x'),
      {
        code: 'IMPORT_COLUMN_UNKNOWN',
        column: 3,
      },
    ],
    ['a column twice', file('imei,reason,IMEI', 'x'), { code: 'IMPORT_COLUMN_TWICE', column: 3 }],
    ['no column for the reason', file('imei', IMEI), { code: 'IMPORT_COLUMN_MISSING', name: 'reason' }],
    ['semicolons', file('imei;reason', `${IMEI};lost`), { code: 'IMPORT_COLUMN_UNKNOWN', column: 1 }],
    [
      'one octet more than the limit',
      Buffer.alloc(IMPORT_SIZE_MAX + 1, 0x20),
      {
        code: 'IMPORT_TOO_LARGE',
        size: IMPORT_SIZE_MAX + 1,
        sizeMax: IMPORT_SIZE_MAX,
      },
    ],
    [
      'one device more than the limit',
      file('imei,imei2,imei3,reason', ...Array.from({ length: 6_667 }, () => '1,2,3,lost')),
      { code: 'DEVICES_TOO_MANY', devices: 20_001, devicesMax: IMPORT_DEVICES_MAX },
    ],
    [
      'one row more than the limit',
      file('imei,reason', ...Array.from({ length: IMPORT_ROWS_MAX + 1 }, () => '1,2')),
      {
        code: 'IMPORT_TOO_MANY_ROWS',
        rowsMax: IMPORT_ROWS_MAX,
      },
    ],
  ];
  for (const [reason, bytes, facts] of HOSTILE) {
    it(reason, () => assert.throws(read(bytes), refusedWith(facts)));
  }

  it('not with LF alone, nor with a formula, which stays text', () => {
    const [row] = readImportFile(Buffer.from(`imei,reason,place\n${IMEI},lost,=cmd|x\n`), {});
    assert.equal(row?.form?.place, '=cmd|x');
  });
});
