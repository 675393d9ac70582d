import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { HandClock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { checkpointIn } from '../anchoring/anchored-proof.ts';
import { type Checkpoint, signCheckpoint } from '../ledger/checkpoint.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { EMPTY_ROOT } from '../ledger/merkle.ts';
import { decodeStatement, encodeStatement } from '../statements/codec.ts';
import { type AnchoringLog, Anchors, type AnchorsParts } from './anchors.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;
const RETRY_MS = 10_000;
const sharedKey = generateLogKey('log.hanbit.example/shared');
const ownKey = generateLogKey(`${sharedKey.name}/own`);

describe('the anchors of a member', () => {
  it('are stated at the start of a log that has none, and not again before the interval is over', async (t) => {
    const { shared, parts } = setting();
    await started(t, parts);
    await shared.grownTo(1);
    const again = await started(t, parts);
    assert.equal(again.last?.index, 0);
    assert.equal(again.last?.ownSize, 1);
    assert.equal(shared.size, 1);
  });

  it('are stated at the start where the last one is older than the interval, found far back', async (t) => {
    const { shared, parts, clock } = setting();
    await shared.append([anchor(START_MS, 1), ...others(700)]);
    clock.advance(HOUR_MS);
    const anchors = await started(t, parts);
    assert.equal(anchors.last?.index, 0);
    await shared.grownTo(702);
    assert.equal(anchors.last?.index, 701);
  });

  it('are stated where the clock was set back to before the last one', async (t) => {
    const { shared, parts } = setting();
    await shared.append([anchor(START_MS + 10 * HOUR_MS, 1)]);
    await started(t, parts);
    await shared.grownTo(2);
  });

  it('are stated when asked for, once for all who ask at once', async (t) => {
    const { shared, parts } = setting();
    await shared.append([anchor(START_MS, 1)]);
    const anchors = await started(t, parts);
    const [one, other] = await Promise.all([anchors.state(), anchors.state()]);
    assert.equal(one.index, 1);
    assert.equal(other, one);
    assert.equal(shared.size, 2);
  });

  it('are not stated of entries that no witness has seen yet, which is said once', async (t) => {
    const { shared, parts } = setting();
    await shared.append(others(1));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const warnings: object[] = [];
    const log = { ...silentLog, warn: (facts: object) => warnings.push(facts) };
    let witnessed: string | undefined;
    const anchors = await started(t, { ...parts, log, witnessedNote: async () => witnessed });
    for (let attempt = 0; attempt < 3; attempt++) await elapse(t, RETRY_MS);
    assert.deepEqual(warnings, [{ code: 'NOTHING_WITNESSED_YET' }]);
    await assert.rejects(anchors.state(), isFault('NOTHING_WITNESSED_YET'));
    assert.equal(shared.size, 1);
    witnessed = witnessedAt(1);
    await elapse(t, RETRY_MS);
    assert.equal(anchors.last?.index, 1);
  });

  it('begin a log in which nothing was stated yet, and are followed by one that others can date', async (t) => {
    const { shared, parts, clock } = setting();
    let witnessed: string | undefined;
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const anchors = await started(t, { ...parts, witnessedNote: async () => witnessed });
    await elapse(t, 0);
    assert.deepEqual([anchors.last?.index, anchors.last?.ownSize], [0, 1]);
    assert.equal(checkpointOf(shared.entries[0]!).size, 0);
    witnessed = witnessedAt(1);
    clock.advance(RETRY_MS);
    await elapse(t, RETRY_MS);
    assert.equal(shared.size, 2);
    assert.equal(checkpointOf(shared.entries[1]!).size, 1);
    clock.advance(HOUR_MS - 1);
    await elapse(t, HOUR_MS - 1);
    assert.equal(shared.size, 2, 'from then on at the interval');
    // A restart knows by the log which of the two its last one is.
    assert.equal((await started(t, parts)).last?.isUndated, false);
  });

  it('are not stated by themselves where neither log has an entry, and without a warning', async (t) => {
    const { shared, parts } = setting();
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let ownSize = 0;
    const warn = (): void => assert.fail('nothing went wrong');
    const anchors = await started(t, { ...parts, log: { ...silentLog, warn }, ownNote: () => ownNote(ownSize) });
    for (let times = 0; times < 10; times++) await elapse(t, RETRY_MS);
    assert.equal(shared.size, 0);
    ownSize = 1;
    await elapse(t, RETRY_MS);
    assert.equal(anchors.last?.ownSize, 1);
  });

  it('are not stated by a member that was removed: it hears so, and not that it should wait', async (t) => {
    const { shared, parts } = setting();
    const anchors = await started(t, { ...parts, status: () => 'removed', witnessedNote: async () => undefined });
    await assert.rejects(anchors.state(), isFault('ANCHOR_MEMBER_STATUS'));
    assert.equal(shared.size, 0);
  });

  it('are tried again by the next who asks after the log refused one', async (t) => {
    const { shared, parts } = setting();
    await shared.append([anchor(START_MS, 1)]);
    const anchors = await started(t, parts);
    shared.refuses = true;
    await assert.rejects(anchors.state(), /no disk/);
    shared.refuses = false;
    assert.equal((await anchors.state()).index, 1);
  });

  it('cover an entry of the own log by the earliest that does', async (t) => {
    const { shared, parts } = setting();
    const sizes = [1, 4, 4, 9];
    for (const ownSize of sizes) await shared.append([...others(300), anchor(START_MS, ownSize)]);
    const anchors = await started(t, { ...parts, ownNote: () => ownNote(10) });
    const covering = async (index: number) => (await anchors.covering(index)).index;
    assert.equal(await covering(0), 300);
    assert.equal(await covering(1), 601);
    assert.equal(await covering(3), 601);
    assert.equal(await covering(4), 1203);
    assert.equal(await covering(8), 1203);
    await assert.rejects(anchors.covering(9), isFault('EVIDENCE_NOT_ANCHORED'));
    await assert.rejects(anchors.covering(10), isFault('ENTRY_NOT_IN_LOG'), 'no anchor will ever cover it');
  });
});

class ListLog implements AnchoringLog {
  readonly entries: Uint8Array[] = [];
  refuses = false;
  #waiting: (() => void) | undefined;

  get size(): number {
    return this.entries.length;
  }

  async append(entries: readonly Uint8Array[]): Promise<{ firstIndex: number }> {
    if (this.refuses) throw new Error('no disk');
    const firstIndex = this.entries.length;
    this.entries.push(...entries);
    // What the appender does with the place comes before who waits for the size goes on.
    setImmediate(() => this.#waiting?.());
    return { firstIndex };
  }

  async *readEntries(from: number, to: number): AsyncGenerator<{ firstIndex: number; entries: Uint8Array[] }> {
    yield { firstIndex: from, entries: this.entries.slice(from, to) };
  }

  async grownTo(size: number): Promise<void> {
    while (this.size < size) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }
}

function setting(): { shared: ListLog; parts: AnchorsParts; clock: HandClock } {
  const shared = new ListLog();
  const clock = new HandClock(START_MS);
  const parts = {
    member: 'hanbit',
    shared,
    ownNote: () => ownNote(1),
    ownConsistency: async () => [],
    sharedNote: () => witnessedAt(shared.size),
    witnessedNote: async () => 'a note that nobody here reads',
    status: (): 'active' | 'removed' => 'active',
    intervalMs: () => HOUR_MS,
    clock,
    log: silentLog,
  };
  return { shared, parts, clock };
}

async function started(t: TestContext, parts: AnchorsParts): Promise<Anchors> {
  const anchors = await Anchors.start(parts);
  t.after(() => anchors.close());
  return anchors;
}

function ownNote(size: number): string {
  return signCheckpoint({ origin: ownKey.name, size, root: rootAt(size) }, [ownKey]);
}

/** The clock of timers goes on, and what hangs on them is done. */
async function elapse(t: TestContext, ms: number): Promise<void> {
  t.mock.timers.tick(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

/** A checkpoint of the shared log; whether anybody has cosigned it is not looked at here. */
function witnessedAt(size: number): string {
  return signCheckpoint({ origin: sharedKey.name, size, root: rootAt(size) }, [sharedKey]);
}

function rootAt(size: number): Buffer {
  return size === 0 ? EMPTY_ROOT : Buffer.alloc(32, size);
}

function checkpointOf(entry: Uint8Array): Checkpoint {
  const { statement } = decodeStatement(entry);
  assert.equal(statement?.kind, 'log.anchored');
  return orThrow(checkpointIn(statement.shared));
}

function anchor(timeMs: number, ownSize: number): Uint8Array {
  const envelope = { issuer: 'hanbit', timeMs, id: new Uint8Array(16) };
  return encodeStatement(envelope, { kind: 'log.anchored', own: ownNote(ownSize), shared: 'note' });
}

function others(count: number): Uint8Array[] {
  const header = { kind: 'test.numbered', version: 1, issuer: 'hanbit', timeMs: 0, id: new Uint8Array(16) };
  return Array.from({ length: count }, (_, number) => encodeEntry({ ...header, body: { number } }));
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
