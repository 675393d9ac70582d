import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { REFUSED_TEXT } from '../../test/support/refused-text.ts';
import { silentLog } from '../base/log.ts';
import { TAIL_SIZE_MAX } from './line-tail.ts';
import { RECORD_LENGTH_MAX } from './record-line.ts';
import { KIND_REFUSALS_MAX, RecordTail, TAIL_FILES_MAX, type TailLook } from './record-tail.ts';
import { RecordWriter } from './record-writer.ts';
import { parseRefusal } from './refusal.ts';

const NOON_MS = Date.UTC(2026, 10, 22, 12);
const MIDNIGHT_MS = Date.UTC(2026, 10, 23);
const CHECK = { timeMs: NOON_MS, gate: 's13', imsi: '', answer: 'blocked', shadow: false, entries: [], caller: 'mme' };
const PAYMENT = {
  timeMs: NOON_MS,
  gate: 'carrier-billing',
  paymentId: '77e4c0fa-2f0f-4a61-a1c5-6c1b4a2f9d10',
  merchant: 'shop',
  verdict: 'refuse',
  reasons: ['distrusted serving cell'],
  entries: [['hanbit', 7]],
} as const;

describe('the tail of the records', () => {
  let folder: string;
  let tail: RecordTail;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-tail-'));
    tail = new RecordTail(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const line = (imei: string, more: object = {}): string => `${JSON.stringify({ ...CHECK, imei, ...more })}\n`;
  const write = (name: string, text: string): Promise<void> => appendFile(join(folder, name), text);
  const named = ({ refusals }: TailLook): string[] =>
    refusals.map((refusal) => {
      switch (refusal.gateKind) {
        case 'equipment':
          return refusal.record.imei;
        case 'messages':
          return refusal.record.certificate;
        case 'payments':
          return refusal.record.merchant;
      }
    });
  const seen = async (nowMs = NOON_MS): Promise<string[]> => named(await tail.look(nowMs));

  it('waits for no pipe that stands among the records', async () => {
    execFileSync('mkfifo', [join(folder, 'checks-2026-11-22-1.jsonl')]);
    await write('checks-2026-11-22-0.jsonl', line('1'));
    assert.deepEqual(await seen(), ['1']);
  });

  it('gives what was written since the look before, a line cut in two once it is whole, and no line that is no record', async () => {
    const file = 'checks-2026-11-22-0.jsonl';
    await write(file, line('1'));
    assert.deepEqual(await seen(), ['1']);
    await write(file, line('2') + line('3').slice(0, 20));
    assert.deepEqual(await seen(), ['2']);
    await write(file, `${line('3').slice(20)}nonsense\n${line('4')}`);
    assert.deepEqual(await seen(), ['3', '4']);
    assert.deepEqual(await seen(), []);
  });

  it('reads the files of all three gates, in the order of time, as their writers write them', async () => {
    const parts = [
      ['checks', { ...CHECK, imei: '5', timeMs: NOON_MS + 2 }],
      ['texts', { ...REFUSED_TEXT, timeMs: NOON_MS + 1 }],
      ['payments', { ...PAYMENT, timeMs: NOON_MS + 3 }],
    ] as const;
    for (const [name, record] of parts) {
      const writer = new RecordWriter<{ timeMs: number }>({ folder, writer: 0, name }, { log: silentLog });
      writer.add(record);
      await writer.close();
    }
    await write('message-keys.jsonl', line('6'));
    assert.deepEqual(await seen(), [REFUSED_TEXT.certificate, '5', PAYMENT.merchant]);
  });

  it('reads what came before midnight after it, and the new day’s file from its beginning', async () => {
    await write('texts-2026-11-22-0.jsonl', `${JSON.stringify(REFUSED_TEXT)}\n`);
    assert.deepEqual(await seen(MIDNIGHT_MS - 1), [REFUSED_TEXT.certificate]);
    await write('texts-2026-11-22-0.jsonl', `${JSON.stringify({ ...REFUSED_TEXT, timeMs: MIDNIGHT_MS - 1 })}\n`);
    await write(
      'texts-2026-11-23-0.jsonl',
      `${JSON.stringify({ ...REFUSED_TEXT, timeMs: MIDNIGHT_MS, certificate: 'N' })}\n`,
    );
    assert.deepEqual(await seen(MIDNIGHT_MS + 200), [REFUSED_TEXT.certificate, 'N']);
    await write('texts-2026-11-22-0.jsonl', `${JSON.stringify(REFUSED_TEXT)}\n`);
    assert.deepEqual(await seen(MIDNIGHT_MS + 2 * 86_400_000), []);
  });

  it('reads a file that was cut short from its beginning, and forgets one that was deleted', async () => {
    const file = join(folder, 'checks-2026-11-22-1.jsonl');
    await appendFile(file, line('5'));
    assert.deepEqual(await seen(), ['5']);
    await truncate(file);
    await appendFile(file, line('6', { caller: 'm' }));
    assert.deepEqual(await seen(), ['6']);
    await rm(file);
    assert.deepEqual(await seen(), []);
    await appendFile(file, line('7'));
    assert.deepEqual(await seen(), ['7']);
  });

  it('shows each record once, however many look at the same time', async () => {
    await write('checks-2026-11-22-0.jsonl', line('1') + line('2'));
    const looks = await Promise.all([seen(), seen(), seen()]);
    assert.deepEqual(looks.flat(), ['1', '2']);
  });

  it('gives KIND_REFUSALS_MAX of a kind and says when there were more: a flood at one gate hides nothing of another', async () => {
    await write('checks-2026-11-22-0.jsonl', line('1'));
    const texts = (count: number): string => `${JSON.stringify(REFUSED_TEXT)}\n`.repeat(count);
    await write('texts-2026-11-22-0.jsonl', texts(KIND_REFUSALS_MAX));
    const full = await tail.look(NOON_MS);
    assert.deepEqual([full.refusals.length, full.passedOver.size], [KIND_REFUSALS_MAX + 1, 0]);
    await write('checks-2026-11-22-0.jsonl', line('2'));
    await write('texts-2026-11-22-0.jsonl', texts(KIND_REFUSALS_MAX + 1));
    const flooded = await tail.look(NOON_MS);
    assert.equal(flooded.refusals.length, KIND_REFUSALS_MAX + 1);
    assert.ok(named(flooded).includes('2'));
    assert.deepEqual([...flooded.passedOver], ['messages']);
  });

  it('reads the last TAIL_SIZE_MAX of what has come, and gets past a line that has no end', async () => {
    const file = 'checks-2026-11-22-0.jsonl';
    const exact = TAIL_SIZE_MAX - line('1').length;
    await write(file, line('1') + `${'x'.repeat(exact - 1)}\n`);
    const whole = await tail.look(NOON_MS);
    assert.deepEqual([named(whole), whole.passedOver.size], [['1'], 0]);
    await write(file, `${line('2')}x${'x'.repeat(exact - 1)}\n${line('3')}`);
    const cut = await tail.look(NOON_MS);
    assert.deepEqual([named(cut), [...cut.passedOver]], [['3'], ['equipment']]);
    await write(file, 'x'.repeat(TAIL_SIZE_MAX + 1));
    assert.deepEqual(await seen(), []);
    await write(file, `\n${line('4')}`);
    assert.deepEqual(await seen(), ['4']);
  });

  it('reads TAIL_FILES_MAX files, the latest day first, and says when there are more', async () => {
    for (let writer = 0; writer < TAIL_FILES_MAX; writer++) await write(`texts-2026-11-22-${writer}.jsonl`, '');
    await write('checks-2026-11-21-0.jsonl', line('1'));
    const look = await tail.look(NOON_MS);
    assert.deepEqual([look.unread, look.refusals], ['FILES_TOO_MANY', []]);
    await rm(join(folder, 'texts-2026-11-22-0.jsonl'));
    const next = await tail.look(NOON_MS);
    assert.deepEqual([next.unread, named(next)], [undefined, ['1']]);
  });

  it('reads the other files where one cannot be read, and says why', async () => {
    await mkdir(join(folder, 'checks-2026-11-22-0.jsonl'));
    await write('checks-2026-11-22-1.jsonl', line('1'));
    const look = await tail.look(NOON_MS);
    assert.deepEqual([look.unread, named(look)], ['EISDIR', ['1']]);
  });

  it('finds nothing where nothing was written, and nothing of a day that is none', async () => {
    await write('checks-2026-13-45-0.jsonl', line('1'));
    assert.deepEqual(await seen(), []);
    assert.deepEqual((await new RecordTail(join(folder, 'nowhere')).look(NOON_MS)).refusals, []);
  });

  it('is not held up by octets of any kind', async () => {
    const octets = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(Buffer.from(line('no').slice(0, -1))));
    await fc.assert(
      fc.asyncProperty(fc.array(octets, { maxLength: 8 }), async (pieces) => {
        const file = join(folder, 'payments-2026-11-22-0.jsonl');
        await writeFile(file, Buffer.concat(pieces));
        await appendFile(file, `\n${JSON.stringify(PAYMENT)}\n`);
        assert.equal(named(await new RecordTail(folder).look(NOON_MS)).at(-1), PAYMENT.merchant);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a line of a record file', () => {
  const records = {
    checks: { ...CHECK, imei: '1', decidedBy: 'protected line' },
    texts: REFUSED_TEXT,
    payments: PAYMENT,
  } as const;
  const names = ['checks', 'texts', 'payments'] as const;

  it('is read back as it was written', () => {
    for (const name of names) {
      assert.deepEqual(parseRefusal(name, JSON.stringify(records[name]))?.record, records[name], name);
    }
  });

  it('is no record when it is cut anywhere, or stands in a file of another name', () => {
    for (const name of names) {
      const whole = JSON.stringify(records[name]);
      for (let end = 0; end < whole.length; end++) assert.equal(parseRefusal(name, whole.slice(0, end)), undefined);
      for (const other of names) if (other !== name) assert.equal(parseRefusal(other, whole), undefined);
    }
  });

  const hostile: readonly (readonly [why: string, change: object])[] = [
    ['a moment that no date can name', { timeMs: 8.64e15 + 1 }],
    ['a moment that is no number', { timeMs: '2026-11-22' }],
    ['entries that are no list', { entries: {} }],
    ['an entry without its index', { entries: [['hanbit']] }],
    ['an entry whose index is no whole number', { entries: [['hanbit', 0.5]] }],
    ['an entry that is a text', { entries: ['ab'] }],
  ];
  const ofOneKind: readonly (readonly [name: 'checks' | 'texts' | 'payments', why: string, change: object])[] = [
    ['checks', 'a device that is a number', { imei: 1 }],
    ['texts', 'a text that came by no way there is', { via: 'post' }],
    ['texts', 'a reason that is a list', { reason: ['SENDER_SUSPENDED'] }],
    ['payments', 'a payment that passed', { verdict: 'allow' }],
    ['payments', 'reasons that are a text', { reasons: 'exposed line' }],
    ['payments', 'a reason that is an object', { reasons: [{}] }],
  ];
  for (const [why, change] of hostile) {
    it(`is no record with ${why}`, () => {
      for (const name of names) {
        assert.equal(parseRefusal(name, JSON.stringify({ ...records[name], ...change })), undefined, name);
      }
    });
  }
  for (const [name, why, change] of ofOneKind) {
    it(`is no record of ${name} with ${why}`, () => {
      assert.equal(parseRefusal(name, JSON.stringify({ ...records[name], ...change })), undefined);
    });
  }

  it('has RECORD_LENGTH_MAX characters at most', () => {
    const padded = (length: number): string => JSON.stringify(PAYMENT).padEnd(length);
    assert.ok(parseRefusal('payments', padded(RECORD_LENGTH_MAX)));
    assert.equal(parseRefusal('payments', padded(RECORD_LENGTH_MAX + 1)), undefined);
  });
});
