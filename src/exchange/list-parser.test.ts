import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../base/fault.ts';
import { blockList, insert, remove } from '../../test/support/exchange.ts';
import { BLOCK_LIST } from './formats/block-list.ts';
import { DIRBS_STOLEN } from './formats/dirbs-stolen.ts';
import type { ListFormat } from './formats/list-format.ts';
import { LINE_SIZE_MAX, LineSplitter } from './lines.ts';
import { FIELDS_MAX, ListParser } from './list-parser.ts';
import type { ListItem } from './list-record.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 9);
const ONE = '35209900176100';
const LINE = insert(ONE);

/** Reads octets in pieces of this size; all at once without it. */
function read(octets: string | Buffer, format: ListFormat = BLOCK_LIST, pieceSize = 1e9): ListItem[] {
  const splitter = new LineSplitter(format.charset);
  const parser = new ListParser(format, { rangeSizeMax: 1_000, nowMs: NOW_MS });
  const bytes = Buffer.from(octets);
  const items: ListItem[] = [];
  const take = (lines: ReturnType<LineSplitter['push']>): void => {
    for (const line of lines) {
      const item = parser.push(line);
      if (item !== undefined) items.push(item);
    }
  };
  for (let at = 0; at < bytes.length; at += pieceSize) take(splitter.push(bytes.subarray(at, at + pieceSize)));
  take(splitter.end());
  parser.end();
  return items;
}

function refusal(octets: string | Buffer, format?: ListFormat): string {
  try {
    read(octets, format);
  } catch (thrown) {
    assert(thrown instanceof Fault, String(thrown));
    return (thrown as Fault).facts.code;
  }
  return 'taken';
}

function faultOf(line: string | Buffer): string | undefined {
  const [head, tail] = [Buffer.from('H|DELTA|WORLD|1|20261122\r\nD|'), Buffer.from('\r\nT|1\r\n')];
  return read(Buffer.concat([head, Buffer.from(line), tail]))[0]?.fault?.code;
}

describe('a block list', () => {
  it('is read alike in pieces of any size, with LF and with CR LF', () => {
    const list = blockList(1, [LINE, remove(ONE), 'X', insert('1')]);
    const whole = read(list);
    assert.deepEqual(
      whole.map(({ line, fault }) => [line, fault?.code]),
      [
        [2, undefined],
        [3, undefined],
        [4, 'LIST_VALUE_MISSING'],
        [5, 'LIST_RANGE_WRONG'],
      ],
    );
    for (let size = 1; size < 40; size++) assert.deepEqual(read(list, BLOCK_LIST, size), whole);
    assert.deepEqual(read(list.replaceAll('\r', '')), whole);
    assert.deepEqual(read(`\ufeff${list}\r\n\n`), whole, 'a byte order mark and blank lines are forgiven');
  });

  it('that is cut anywhere before its last octets is refused whole', () => {
    const list = blockList(1, [LINE, insert('49015420323751')]);
    // What ends the last line may be missing.
    for (let cut = 0; cut < list.length - 2; cut++)
      assert.notEqual(refusal(list.slice(0, cut)), 'taken', `cut at ${cut}`);
  });

  it('never fails but by its codes, whatever its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.match(refusal(Buffer.from(bytes)), /^(EXCHANGE_[A-Z_]+|taken)$/);
        assert.match(refusal(Buffer.concat([Buffer.from(blockList(1, [LINE])), bytes])), /^(EXCHANGE_[A-Z_]+|taken)$/);
      }),
    );
  });

  const files: readonly (readonly [why: string, octets: string | Buffer, code: string])[] = [
    ['nothing', '', 'EXCHANGE_HEADER_MISSING'],
    ['an error page', '<html><body>502</body></html>\n', 'EXCHANGE_HEADER_MISSING'],
    ['UTF-16', Buffer.from(blockList(1, [LINE]), 'utf16le'), 'EXCHANGE_HEADER_MISSING'],
    ['a body without a header', `D|${LINE}\nT|1\n`, 'EXCHANGE_HEADER_MISSING'],
    ['an unknown kind', blockList(1, [LINE]).replace('DELTA', 'PATCH'), 'EXCHANGE_HEADER_WRONG'],
    ['no number', blockList(1, [LINE]).replace('|1|2026', '||2026'), 'EXCHANGE_HEADER_WRONG'],
    ['a negative number', blockList(-1, [LINE]), 'EXCHANGE_HEADER_WRONG'],
    ['too few fields in the header', 'H|DELTA|WORLD|1\nT|0\n', 'EXCHANGE_HEADER_WRONG'],
    ['a path for an organisation', blockList(1, [LINE], { organisation: '../x' }), 'EXCHANGE_ORGANISATION_UNKNOWN'],
    ['a count that is too high', blockList(1, [LINE]).replace('T|1', 'T|2'), 'EXCHANGE_TRAILER_WRONG'],
    ['a count that is no number', blockList(1, [LINE]).replace('T|1', 'T|1e0'), 'EXCHANGE_TRAILER_WRONG'],
    ['a line after the trailer', `${blockList(1, [LINE])}D|${LINE}\r\n`, 'EXCHANGE_TRAILER_WRONG'],
    ['two lists in one file', blockList(1, [LINE]) + blockList(2, [LINE]), 'EXCHANGE_TRAILER_WRONG'],
    ['no trailer', `H|DELTA|WORLD|1|20261122\nD|${LINE}\n`, 'EXCHANGE_TRAILER_MISSING'],
    ['a header as long as a book', `H|${'A'.repeat(5_000_000)}`, 'EXCHANGE_HEADER_MISSING'],
  ];
  for (const [why, octets, code] of files) it(`refused whole: ${why}`, () => assert.equal(refusal(octets), code));

  const lines: readonly (readonly [why: string, line: string | Buffer, code: string | undefined])[] = [
    ['the plain one', LINE, undefined],
    ['a right check digit', insert('352099001761481'), undefined],
    ['a spare digit of 0', insert('352099001761480'), undefined],
    ['a wrong check digit', insert('352099001761482'), 'LIST_CHECK_DIGIT'],
    ['a software version', insert('3520990017614812'), undefined],
    ['13 digits', insert('3520990017610'), 'LIST_RANGE_WRONG'],
    ['17 digits', insert('35209900176148123'), 'LIST_RANGE_WRONG'],
    ['a letter in the IMEI', insert('3520990017610A'), 'LIST_RANGE_WRONG'],
    ['Arabic digits', insert('٣٥٢٠٩٩٠٠١٧٦١٤٨'), 'LIST_CHARACTERS'],
    ['an IMEI that many bear', insert('35209900000000'), 'LIST_IMEI_SHARED'],
    ['a range the wrong way round', insert('35209900176148', '', '0011', '35209900176147'), 'LIST_RANGE_WRONG'],
    ['a range of as many devices as may be', insert('35209900176000', '', '0011', '35209900176999'), undefined],
    ['a range of one more', insert('35209900176000', '', '0011', '35209900177000'), 'LIST_RANGE_TOO_WIDE'],
    ['a range over two TACs', insert('35209900999999', '', '0011', '35209901000000'), 'LIST_RANGE_TOO_WIDE'],
    ['an unknown reason', insert(ONE, '', '0099'), 'LIST_REASON_UNKNOWN'],
    ['a reason of the other action', insert(ONE, '', '0014'), 'LIST_REASON_UNKNOWN'],
    ['an error code for a reason', insert(ONE, '', '0002'), 'LIST_REASON_UNKNOWN'],
    ['an unknown action', LINE.replace('I|', 'U|'), 'LIST_VALUE_WRONG'],
    ['no action', LINE.replace('I|', '|'), 'LIST_VALUE_MISSING'],
    ['too few fields', 'I|35209900176148', 'LIST_VALUE_MISSING'],
    ['too many fields', `${LINE}|more`, 'LIST_VALUE_WRONG'],
    ['more fields than are counted', '|'.repeat(FIELDS_MAX + 2), 'LIST_VALUE_WRONG'],
    ['a day that is none', LINE.replace('20261120', '20260230'), 'LIST_VALUE_WRONG'],
    ['a day to come', LINE.replace('20261120', '20270101'), 'LIST_VALUE_WRONG'],
    ['an organisation with a line break in it', LINE.replace('||KR', '|A\rB|KR'), 'LIST_CHARACTERS'],
    ['a NUL', LINE.replace('KR', 'K\0'), 'LIST_CHARACTERS'],
    ['octets that are no UTF-8', Buffer.from([...Buffer.from(LINE), 0xff]), 'LIST_CHARACTERS'],
    ['a megabyte', 'A'.repeat(1_000_000), 'LIST_VALUE_WRONG'],
  ];
  for (const [why, line, code] of lines)
    it(`a line, ${why}: ${code ?? 'right'}`, () => assert.equal(faultOf(line), code));

  it('a line is as long as it may be, and no octet more', () => {
    const padded = (size: number): string => `${LINE}${' '.repeat(size - LINE.length - 2)}`;
    assert.equal(faultOf(padded(LINE_SIZE_MAX)), undefined);
    assert.equal(faultOf(padded(LINE_SIZE_MAX + 1)), 'LIST_VALUE_WRONG');
  });

  it('that is whole has nothing to remove', () => {
    assert.equal(read(blockList(1, [remove(ONE)], { kind: 'FULL' }))[0]?.fault?.code, 'LIST_VALUE_WRONG');
  });
});

describe('a DIRBS stolen list', () => {
  const stolen = (text: string): ListItem[] => read(text, DIRBS_STOLEN);

  it('is read by the names of its columns, in any order and quoted or not', () => {
    const plain = stolen(`imei,reporting_date,status\r\n${ONE},20261120,blacklist\r\n`);
    assert.deepEqual(plain[0]?.record?.says, { insert: 'stolen' });
    assert.deepEqual(stolen(`STATUS,"imei",Reporting_Date\n"blacklist",${ONE},"20261120"\n`), plain);
  });

  it('in a delta says add, update or remove; another status unlists', () => {
    const items = stolen(
      `imei,reporting_date,status,change_type\n${ONE},,,add\n${ONE},,,remove\n${ONE},,pending,update\n${ONE},,,replace\n`,
    );
    assert.deepEqual(
      items.map(({ record, fault }) => fault?.code ?? record?.says),
      [{ insert: 'stolen' }, { remove: 'withdrawn' }, { remove: 'withdrawn' }, 'LIST_VALUE_WRONG'],
    );
    assert.equal(items[2]?.record?.ifListed, true);
  });

  it('keeps what only is on file, and what is no IMEI, without effect', () => {
    const items = stolen(`imei,reporting_date,status\n${ONE},,pending\n3520ABC,,\n${ONE}7,,\n`);
    assert.deepEqual(
      items.map(({ fault }) => fault?.code),
      ['LIST_NO_EFFECT', 'LIST_IMEI_MALFORMED', undefined],
    );
  });

  for (const [why, text, code] of [
    ['an unknown column', 'imei,colour\n', 'EXCHANGE_HEADER_WRONG'],
    ['a column twice', 'imei,imei\n', 'EXCHANGE_HEADER_WRONG'],
    ['a column missing', 'imei,status\n', 'EXCHANGE_HEADER_WRONG'],
    ['an open quote', '"imei,status\n', 'EXCHANGE_HEADER_MISSING'],
    ['nothing', '', 'EXCHANGE_HEADER_MISSING'],
  ] as const) {
    it(`refused whole: ${why}`, () => assert.equal(refusal(text, DIRBS_STOLEN), code));
  }
});
