import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import fc from 'fast-check';
import type { ImeiKey } from '../identifiers/imei.ts';
import { BindingsError, LineBindings, LineBindingsReader, UNBOUND } from './line-bindings.ts';

const IMSI = '450080000000001';
const IMEI = 35_209_900_176_148 as ImeiKey;
const OTHER = 99_999_999_999_999 as ImeiKey;

const imsi = fc.stringMatching(/^[0-9]{6,15}$/);
const imei = fc.nat({ max: 99_999_999_999_999 }).map((key) => key as ImeiKey);

describe('line bindings', () => {
  it('hold what a map holds, however often a line is bound again and let go', () => {
    const step = fc.record({ imsi: fc.oneof(imsi, fc.constantFrom(IMSI, '000001', '0000001')), imei: fc.option(imei) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const bindings = new LineBindings();
        const reader = new LineBindingsReader(bindings.memory);
        bindings.onMoved((memory) => reader.accept(memory));
        const expected = new Map<string, ImeiKey>();
        for (const { imsi, imei } of steps) {
          if (imei === null) bindings.unbind(imsi);
          else bindings.bind(imsi, imei);
          if (imei === null) expected.delete(imsi);
          else expected.set(imsi, imei);
        }
        for (const { imsi } of steps) assert.equal(reader.find(imsi), expected.get(imsi) ?? UNBOUND);
        assert.equal(bindings.size, expected.size);
      }),
    );
  });

  it('tell IMSIs apart that differ in leading zeros only, and know no IMSI that is none', () => {
    const bindings = new LineBindings();
    bindings.bind('000123', IMEI);
    const reader = new LineBindingsReader(bindings.memory);
    assert.equal(reader.find('000123'), IMEI);
    for (const other of ['0000123', '', '123', '0'.repeat(16)]) assert.equal(reader.find(other), UNBOUND, other);
  });

  it('a reader that is not told of a move goes on seeing what was', () => {
    const bindings = new LineBindings();
    bindings.bind(IMSI, IMEI);
    const reader = new LineBindingsReader(bindings.memory);
    let moves = 0;
    bindings.onMoved(() => moves++);
    for (let number = 0; number < 1_000; number++) bindings.bind(`45012${number.toString().padStart(10, '0')}`, OTHER);
    assert(moves > 1);
    assert.equal(reader.find(IMSI), IMEI);
  });

  it('a line bound again and again does not make the table grow', () => {
    const bindings = new LineBindings();
    for (let number = 0; number < 10_000; number++) bindings.bind(IMSI, number % 2 === 0 ? IMEI : OTHER);
    assert.equal(bindings.size, 1);
    assert(bindings.memory.slots.byteLength <= 64 * 16);
  });

  it('take as many lines as they may, and say so at one more', () => {
    const bindings = new LineBindings({ bindingsMax: 3 });
    for (const last of ['1', '2', '3']) bindings.bind(`45008000000000${last}`, IMEI);
    bindings.bind('450080000000003', OTHER);
    assert.throws(() => bindings.bind('450080000000004', IMEI), BindingsError);
    assert.equal(bindings.size, 3);
  });

  it('a reader in another thread sees one of the two devices that a line is bound to in turn, and never another', async () => {
    const bindings = new LineBindings();
    bindings.bind(IMSI, IMEI);
    const reading = new URL('./line-bindings.ts', import.meta.url).href;
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       import('${reading}').then(({ LineBindingsReader }) => {
         const reader = new LineBindingsReader(workerData.memory);
         parentPort.on('message', (memory) => memory === 'stop' ? (parentPort.postMessage([...seen]), parentPort.close()) : reader.accept(memory));
         const seen = new Set();
         const look = () => { for (let n = 0; n < 20_000; n++) seen.add(reader.find('${IMSI}')); setImmediate(look).unref?.(); };
         look();
         parentPort.postMessage('looking');
       });`,
      { eval: true, workerData: { memory: bindings.memory } },
    );
    bindings.onMoved((memory) => worker.postMessage(memory));
    await once(worker, 'message');
    for (let number = 0; number < 200_000; number++) bindings.bind(IMSI, number % 2 === 0 ? OTHER : IMEI);
    worker.postMessage('stop');
    const [seen] = (await once(worker, 'message')) as [number[]];
    await worker.terminate();
    for (const key of seen) assert(key === IMEI || key === OTHER, `${key}`);
  });
});
