import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TestGovernance } from '../../test/support/governance.ts';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { HandClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { memberNamed } from '../governance/governed.ts';
import { signCheckpoint } from '../ledger/checkpoint.ts';
import type { SigningKey } from '../ledger/note-key.ts';
import { GOVERNANCE_LOG, NodeAccusations } from './accusations.ts';
import type { Surroundings } from './surroundings.ts';

interface Setting {
  readonly mirrors: string;
  readonly keyOf: (member: string) => SigningKey;
  /** What hanbit's node knows, as it is now and as another start finds it. */
  readonly open: () => NodeAccusations;
  readonly told: string[];
  readonly logged: object[];
}

/** Hanbit's node, before it follows anybody. */
function setUp(t: TestContext): Setting {
  const memory = new TestGovernance();
  const { consortium } = memory.fold;
  const mirrors = temporaryFolder(t);
  const told: string[] = [];
  const logged: object[] = [];
  const surroundings = {
    self: memberNamed(consortium, 'hanbit')!,
    folder: { mirrors },
    governance: { consortium, member: (name: string) => memberNamed(consortium, name), accused: undefined },
    clock: new HandClock(),
    log: { ...silentLog, error: (facts: object) => logged.push(facts) },
    fetch: async (url: string) => (told.push(url), new Response()),
  } as unknown as Surroundings;
  const open = (): NodeAccusations => new NodeAccusations(surroundings, () => undefined);
  return { mirrors, keyOf: (member) => memory.member(member).log, open, told, logged };
}

function proof(key: SigningKey, size = 7): string {
  const notes = [1, 2].map((octet) => signCheckpoint({ origin: key.name, size, root: Buffer.alloc(32, octet) }, [key]));
  return `bongsu/equivocation@v1\n\n${notes.join('\n')}`;
}

describe('what a node knows of members that signed two histories', () => {
  it('holds from the first moment of a start on, before any log is followed', async (t) => {
    const { keyOf, open } = setUp(t);
    const name = await open().take('narae', Buffer.from(proof(keyOf('narae'))));
    const again = open();
    assert.equal(again.isConvicted('narae'), true);
    assert.deepEqual(again.convictions(), [{ member: 'narae', proof: name }]);
    assert.equal(again.proofs('narae')?.[0]?.proof, proof(keyOf('narae')));
    assert.deepEqual([again.isConvicted('duru'), again.proofs('duru')], [false, []]);
  });

  it('is one file, one word and one handing on, however many variants of a proof come', async (t) => {
    const { mirrors, keyOf, open, told, logged } = setUp(t);
    const accusations = open();
    const names = new Set<string>();
    for (let number = 0; number < 70; number++) {
      const junk = `\u2014 junk ${Buffer.alloc(5 + number, number).toString('base64')}\n`;
      names.add(await accusations.take('hanbit', Buffer.from(proof(keyOf('hanbit')) + junk)));
      names.add(await accusations.take('hanbit', Buffer.from(proof(keyOf('hanbit'), 8 + number))));
    }
    const [name] = names;
    assert.equal(names.size, 1);
    assert.deepEqual(readdirSync(join(mirrors, 'hanbit', 'evidence')), [`${name}.equivocation`]);
    assert.equal(told.length, 2);
    assert.equal(logged.length, 1);
  });

  it('is nothing about strangers, nor about keepers where the governance log is not followed', async (t) => {
    const { keyOf, open } = setUp(t);
    const accusations = open();
    for (const member of ['nobody', '__proto__', GOVERNANCE_LOG]) {
      assert.equal(accusations.proofs(member), undefined);
      assert.equal(accusations.isConvicted(member), false);
      const taken = accusations.take(member, Buffer.from(proof(keyOf('narae'))));
      await assert.rejects(taken, faultCode('ROUTE_UNKNOWN'), member);
    }
  });
});
