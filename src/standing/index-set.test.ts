import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { type IndexRange, withRange } from './index-ranges.ts';
import { IndexSet } from './index-set.ts';

const index = fc.oneof(fc.nat(70), fc.nat(100_000), fc.constantFrom(0, 31, 32, 32_767, 32_768, 2 ** 30 - 1));
const range = fc.tuple(index, fc.nat(40)).map(([from, length]): IndexRange => [from, from + length + 1]);

it('names what lies outside some ranges, in order, in the fewest ranges', () => {
  fc.assert(
    fc.property(fc.array(index), fc.array(range, { maxLength: 4 }), (indexes, drawn) => {
      const set = new IndexSet();
      for (const one of indexes) set.add(one);
      const without = drawn.reduce<readonly IndexRange[]>(withRange, []);
      const left = indexes.filter((one) => !without.some(([from, to]) => from <= one && one < to));
      const wanted = left.map((one): IndexRange => [one, one + 1]).reduce<readonly IndexRange[]>(withRange, []);
      assert.deepEqual([...set.rangesOutside(without)], wanted);
      assert.equal(set.countOutside(without), new Set(left).size);
    }),
  );
});

it('is made one with another', () => {
  fc.assert(
    fc.property(fc.array(index), fc.array(index), (some, others) => {
      const [one, other, both] = [some, others, [...some, ...others]].map((indexes) => {
        const set = new IndexSet();
        for (const each of indexes) set.add(each);
        return set;
      }) as [IndexSet, IndexSet, IndexSet];
      assert.deepEqual([...one.with(other).rangesOutside([])], [...both.rangesOutside([])]);
      assert.equal(one.with(other).size, both.size);
    }),
  );
});
