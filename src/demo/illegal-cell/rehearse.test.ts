import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateWorld } from './generate.ts';
import { rehearse } from './rehearse.ts';
import { ILLEGAL } from './world.ts';

describe('a made-up network with illegal cells', () => {
  it('is the same for the same seed, and another for another', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => generateWorld({ seed, subscribers: 60, areas: 10 }));
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
  });

  it('has 20 illegal identities, 5 of them with fraud, and the innocents that look like them', () => {
    const { cells, payments } = generateWorld({ seed: 3, subscribers: 300 });
    assert.equal(cells.filter(({ truth }) => ILLEGAL.includes(truth)).length, 20);
    assert.equal(cells.filter(({ fraud }) => fraud === true).length, 5);
    const kinds = new Set(cells.map(({ truth }) => truth));
    for (const truth of ['new-femto', 'femto-awaiting-inventory', 'femto-forgotten', 'rehomed', 'stadium'] as const) {
      assert(kinds.has(truth), truth);
    }
    assert(
      payments.some(({ fraud, disputed }) => disputed && !fraud),
      'ordinary complaints',
    );
  });

  it('in a dense attack, plain enrichment over the whole time accuses masts; the rule as it runs accuses none', async () => {
    const { rules, exposed } = await rehearse({ seed: 1, victimShare: 0.4 });
    const of = (rule: string) => rules.findLast((score) => score.rule === rule)!;
    const plain = of('victims, whole time, plain enrichment');
    assert(plain.falsePositives.filter((kind) => kind === 'macro').length >= 5, JSON.stringify(plain));
    const rule = of('victims, short window, explained away');
    assert.deepEqual([rule.found, rule.illegal, rule.falsePositives], [5, 5, []]);
    const inventory = of('not in inventory, high confidence');
    // A cell whose identity stands in the inventory cannot be seen so: the cloned one and the moved one.
    assert.deepEqual([inventory.found, inventory.illegal, inventory.falsePositives], [18, 20, ['femto-forgotten']]);
    assert.deepEqual([exposed.found, exposed.wrongly], [exposed.truth, 0]);
  });
});
