import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CsvFileError, type CsvShape, readCsvFile, RowsRefused } from './csv-file.ts';

const SHAPE: CsvShape = { columns: ['name', 'place', 'note'], required: ['name'], sizeMax: 10_000, rowsMax: 50 };

function rowsOf(text: string): unknown {
  return readCsvFile(Buffer.from(text), SHAPE).map(({ row, line, fields }) => [row, line, fields && [...fields]]);
}

describe('a CSV file', () => {
  it('is rows of what stands in its columns, with the line on which each begins', () => {
    assert.deepEqual(rowsOf('\uFEFFplace,NAME\r\n"a\nb",x\n,"y"",z"\n\nonly\nq,r,s\n'), [
      [
        1,
        2,
        [
          ['place', 'a\nb'],
          ['name', 'x'],
        ],
      ],
      [2, 4, [['name', 'y",z']]],
      [3, 6, undefined],
      [4, 7, undefined],
    ]);
  });

  it('gives back what was written into it', () => {
    const field = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\r', ' ').trim());
    const row = fc.tuple(
      field.map((text) => `n${text}`),
      field,
      field,
    );
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const text = ['name,place,note', ...rows.map((fields) => fields.map(quoted).join(','))].join('\r\n');
        const read = readCsvFile(Buffer.from(text), SHAPE);
        const fieldsOf = SHAPE.columns.map((column) => (place: number) => read[place]?.fields?.get(column) ?? '');
        assert.deepEqual(
          rows.map((_, place) => fieldsOf.map((at) => at(place))),
          rows,
        );
      }),
    );
  });

  it('is read or refused with a code, whatever its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        try {
          readCsvFile(octets, SHAPE);
        } catch (thrown) {
          assert(thrown instanceof CsvFileError, String(thrown));
          assert.match(thrown.facts.code, /^IMPORT_/);
        }
      }),
    );
  });

  it('has limits, and is taken at each of them', () => {
    const rows = (count: number): Buffer =>
      Buffer.from(['name', ...Array.from({ length: count }, () => 'a')].join('\n'));
    assert.equal(readCsvFile(rows(50), SHAPE).length, 50);
    assert.throws(() => readCsvFile(rows(51), SHAPE), { message: 'IMPORT_TOO_MANY_ROWS' });
    const sized = (size: number): Buffer => Buffer.from(`name\n${'a\n'.repeat(size)}`.slice(0, size));
    assert.equal(readCsvFile(sized(10_000), { ...SHAPE, rowsMax: 10_000 }).length, 4_998);
    assert.throws(() => readCsvFile(sized(10_001), { ...SHAPE, rowsMax: 10_000 }), { message: 'IMPORT_TOO_LARGE' });
  });

  it('that is refused for its rows counts them', () => {
    const { facts } = new RowsRefused([{ status: 'valid' }, { status: 'refused' }]);
    assert.deepEqual(facts, { code: 'IMPORT_REFUSED', rows: 2, rowsRefused: 1 });
  });
});
