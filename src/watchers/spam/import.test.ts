import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { FIRMS, REPORTER, SPAM_NOW_MS, spamOn } from '../../../test/support/spam.ts';
import { FAMILIES } from '../../../test/support/spam-texts.ts';
import { RowsRefused } from '../../base/csv-file.ts';
import type { RowResult } from './importing.ts';
import { readReport, REPORT_TEXT_LENGTH_MAX, REPORT_WORD_LENGTH_MAX, type ReportForm } from './report.ts';
import { readReportFile, REPORT_FILE_SIZE_MAX, REPORT_ROWS_MAX } from './report-file.ts';
import { SpamError } from './spam-fault.ts';

const findFirm = (originator: string): string | undefined => FIRMS[originator];

function file(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

/** The fields of KISA's report rows, under the names that docs/spam.md gives them. */
const KISA_HEADER =
  'reference,report_kind,kind,reply_number,number,relay,received_at,reported_at,text,message_kind,originator';
const MIXED = file(
  KISA_HEADER,
  `1,sms,loan,,010-1234-5678,relay-1,2026-11-22T17:00:00+09:00,2026-11-22,"${FAMILIES.loan}",lms,301200001`,
  `1,sms,loan,,010-1234-5678,relay-1,2026-11-22T17:00:00+09:00,2026-11-22,"${FAMILIES.loan}",lms,301200001`,
  `2,sms,loan,,010-1234-5678,relay-1,2026-13-22,,"${FAMILIES.loan}",lms,`,
  `3,sms,loan,,zero,relay-1,,,"${FAMILIES.loan}",lms,`,
  `4,sms,loan,,,,,,***,lms,`,
  `5,sms,loan,,,,,,text,lms,301299999`,
  `6,sms`,
);
const FAULTS = [
  undefined,
  undefined,
  {
    code: 'FIELD_MALFORMED',
    field: 'received_at',
    expected: 'a time such as 2026-11-22T18:30:00+09:00, or a day',
  },
  { code: 'SENDER_NUMBER_MALFORMED', field: 'number' },
  { code: 'REPORT_TEXT_EMPTY', field: 'text' },
  { code: 'ORIGINATOR_UNKNOWN', field: 'originator' },
  { code: 'ROW_FIELDS' },
];

describeOnEngines('a file of spam reports', (engine) => {
  it('does nothing where one row is wrong, and gives every row its result', async () => {
    const { spam } = await spamOn(await engine.openStore());
    await assert.rejects(spam.import(MIXED, { partial: false }, REPORTER), (thrown) => {
      assert(thrown instanceof RowsRefused);
      assert.deepEqual({ ...thrown.facts }, { code: 'IMPORT_REFUSED', rows: 7, rowsRefused: 5 });
      const rows = thrown.rows as RowResult[];
      assert.deepEqual(
        rows.map(({ fault }) => fault),
        FAULTS,
      );
      assert.equal(rows[0]?.status, 'valid');
      return true;
    });
    assert.deepEqual((await spam.reading.list({})).campaigns, []);
    await spam.close();
  });

  it('records the right rows where that was chosen, and a repeated file adds nothing', async () => {
    const { spam } = await spamOn(await engine.openStore());
    const { rows, ...counts } = await spam.import(MIXED, { partial: true }, REPORTER);
    assert.deepEqual(counts, { recorded: 1, duplicates: 1, refused: 5 });
    assert.deepEqual(
      rows.map(({ fault }) => fault),
      FAULTS,
    );
    const again = await spam.import(MIXED, { partial: true }, REPORTER);
    assert.deepEqual([again.recorded, again.duplicates], [0, 2]);
    const { campaigns } = await spam.reading.list({});
    assert.deepEqual(
      [campaigns.length, campaigns[0]?.reports, campaigns[0]?.firms[0]?.certificate],
      [1, 1, FIRMS['301200001']],
    );
    await spam.close();
  });

  it('takes texts with what no database should choke on', async () => {
    const { spam } = await spamOn(await engine.openStore());
    const texts = [
      '급전 \0 당일 대출 문의 환영',
      '반쪽 \uD83D 대출 문의 환영 \uDE00',
      '이모지 😀 대출 상담 환영합니다',
    ];
    const { reports } = await spam.report(
      texts.map((text) => ({ text })),
      REPORTER,
    );
    assert.deepEqual(
      reports.map(({ status }) => status),
      ['recorded', 'recorded', 'recorded'],
    );
    const { reportList } = await spam.reading.find(reports[1]!.campaign, { texts: true }, REPORTER);
    assert.equal(reportList[0]?.text, '반쪽 \uFFFD 대출 문의 환영 \uFFFD');
    await spam.close();
  });

  it('takes as many rows as the limit', { timeout: 120_000 }, async () => {
    const { spam } = await spamOn(await engine.openStore());
    const rows = Array.from(
      { length: REPORT_ROWS_MAX },
      (_, place) => `${place},${FAMILIES.loan.replaceAll(',', ' ')}`,
    );
    const { recorded } = await spam.import(file('reference,text', ...rows), { partial: false }, REPORTER);
    assert.equal(recorded, REPORT_ROWS_MAX);
    assert.equal((await spam.reading.list({})).campaigns[0]?.reports, REPORT_ROWS_MAX);
    await spam.close();
  });
});

describe('a file of spam reports that cannot be read is refused whole', () => {
  const HOSTILE: readonly (readonly [reason: string, bytes: Buffer, facts: object])[] = [
    ['nothing at all', file(), { code: 'IMPORT_EMPTY' }],
    ['a column of another kind of file', file('text,imei', 'a,b'), { code: 'IMPORT_COLUMN_UNKNOWN', column: 2 }],
    ['no text', file('number', '010'), { code: 'IMPORT_COLUMN_MISSING', name: 'text' }],
    ['the text twice', file('text,TEXT', 'a,b'), { code: 'IMPORT_COLUMN_TWICE', column: 2 }],
    [
      'one octet more than the limit',
      Buffer.alloc(REPORT_FILE_SIZE_MAX + 1, 0x61),
      { code: 'IMPORT_TOO_LARGE', size: REPORT_FILE_SIZE_MAX + 1, sizeMax: REPORT_FILE_SIZE_MAX },
    ],
    ['commas without end', file('text', ','.repeat(1_000_000)), { code: 'IMPORT_NOT_CSV', line: 2 }],
    ['quotes without end', file('text', '"'.repeat(30_001)), { code: 'IMPORT_NOT_CSV', line: 2 }],
    [
      'one row more than the limit',
      file('text', ...Array.from({ length: REPORT_ROWS_MAX + 1 }, () => 'a')),
      { code: 'IMPORT_TOO_MANY_ROWS', rowsMax: REPORT_ROWS_MAX },
    ],
  ];
  for (const [reason, bytes, facts] of HOSTILE) {
    it(reason, { timeout: 5_000 }, () => {
      assert.throws(() => readReportFile(bytes), refused(facts as { code: string }));
    });
  }
});

describe('a report', () => {
  const read = (form: ReportForm) => readReport(form, SPAM_NOW_MS, findFirm);

  it('is read, or refused with its field, whatever stands in it', () => {
    const word = fc.option(fc.string({ unit: 'binary', maxLength: 120 }), { nil: undefined });
    const form = fc.record(
      {
        text: fc.string({ unit: 'binary' }),
        number: word,
        certificate: word,
        originator: word,
        relay: word,
        kind: word,
        receivedAt: word,
        reference: word,
      },
      { requiredKeys: ['text'] },
    );
    fc.assert(
      fc.property(form, (anything) => {
        try {
          assert.match(read(anything as ReportForm).sameKey, /^[0-9a-f]{64}$/);
        } catch (thrown) {
          assert(thrown instanceof SpamError, String(thrown));
          assert('field' in thrown.facts);
        }
      }),
    );
  });

  it('has limits, and is taken at each of them', () => {
    read({ text: '가'.repeat(REPORT_TEXT_LENGTH_MAX), relay: 'r'.repeat(REPORT_WORD_LENGTH_MAX) });
    const longText = {
      code: 'FIELD_MALFORMED',
      field: 'text',
      expected: `at most ${REPORT_TEXT_LENGTH_MAX} characters`,
    };
    assert.throws(() => read({ text: '가'.repeat(REPORT_TEXT_LENGTH_MAX + 1) }), refused(longText));
    const longWord = {
      code: 'FIELD_MALFORMED',
      field: 'relay',
      expected: `at most ${REPORT_WORD_LENGTH_MAX} characters`,
    };
    assert.throws(() => read({ text: '가', relay: 'r'.repeat(REPORT_WORD_LENGTH_MAX + 1) }), refused(longWord));
  });

  it('names its firm by certificate or by originator code', () => {
    assert.equal(read({ text: '가', originator: '301200002' }).certificate, 'KS-2026-000002');
    assert.equal(
      read({ text: '가', certificate: 'KS-2026-000007', originator: '301200002' }).certificate,
      'KS-2026-000007',
    );
    assert.throws(
      () => read({ text: '가', originator: '30120000' }),
      refused({ code: 'ORIGINATOR_CODE_MALFORMED', field: 'originator' }),
    );
    assert.throws(
      () => read({ text: '가', certificate: 'KS-1' }),
      refused({ code: 'CERTIFICATE_CODE_MALFORMED', field: 'certificate' }),
    );
  });
});
