import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Accounts } from './account.ts';
import { type Trace, Traces } from './traces.ts';

const { own } = new Accounts({ accounts: [], own: { ratePerSecond: 1 } });
const other = { ...own };
const address = { ton: 0, npi: 0, digits: '1' };

function trace(messageId: string, via: Trace['via'] = 'http'): Trace {
  const addresses = { source: address, destination: address };
  return { messageId, account: own, via, ...addresses, submittedMs: 1, state: 'ENROUTE', stateMs: 1 };
}

describe('Traces', () => {
  it('find a text by the message centre’s name, and tell two centres apart', () => {
    const traces = new Traces({ tracesMax: 10 });
    traces.add('seoul', '1', trace('a'));
    traces.add('busan', '1', trace('b'));
    assert.equal(traces.settle('busan', '1', { state: 'DELIVRD', atMs: 2 })?.messageId, 'b');
    assert.deepEqual([traces.find('a', own)?.state, traces.find('b', own)?.state], ['ENROUTE', 'DELIVRD']);
  });

  it('show a text to the account that sent it, and to no other', () => {
    const traces = new Traces({ tracesMax: 10 });
    traces.add('seoul', '1', trace('a'));
    assert.equal(traces.find('a', other), undefined);
  });

  it('take one final receipt of a text, after any that are not', () => {
    const traces = new Traces({ tracesMax: 10 });
    traces.add('seoul', '1', trace('a', 'smpp'));
    assert(traces.settle('seoul', '1', { state: 'ENROUTE', atMs: 2 }));
    assert(traces.settle('seoul', '1', { state: 'DELIVRD', atMs: 3 }));
    assert.equal(traces.settle('seoul', '1', { state: 'DELIVRD', atMs: 4 }), undefined);
    assert.equal(traces.size, 0);
  });

  it('forget the oldest when one more comes than they hold', () => {
    const traces = new Traces({ tracesMax: 2 });
    for (const name of ['1', '2']) traces.add('seoul', name, trace(name));
    assert.equal(traces.find('1', own)?.messageId, '1');
    traces.add('seoul', '3', trace('3'));
    assert.equal(traces.size, 2);
    assert.equal(traces.find('1', own), undefined);
    assert.equal(traces.settle('seoul', '1', { state: 'DELIVRD', atMs: 2 }), undefined);
    assert.equal(traces.find('2', own)?.messageId, '2');
  });

  it('that a centre names twice are found by the last', () => {
    const traces = new Traces({ tracesMax: 2 });
    traces.add('seoul', '1', trace('a'));
    traces.add('seoul', '1', trace('b'));
    traces.add('seoul', '2', trace('c'));
    assert.equal(traces.settle('seoul', '1', { state: 'DELIVRD', atMs: 2 })?.messageId, 'b');
  });
});
