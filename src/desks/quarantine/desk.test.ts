import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, DESK_NOW_MS, deskOn, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { blockedPhone, DISTRUSTED, quarantineLogs } from '../../../test/support/quarantine.ts';
import type { Role } from '../../governance/consortium.ts';
import { LOG_SIZE_MAX } from '../../standing/memory.ts';
import { decodeStatement } from '../../statements/codec.ts';
import type { Statement } from '../../statements/statement.ts';
import { ENTRIES_OPENED_MAX } from './counting.ts';
import { type ActForm, QuarantineDesk, RANGES_SHOWN_MAX } from './desk.ts';
import type { LoggedEntry, LogsSeen } from './logged.ts';
import { TIMES_READ_MAX } from './range.ts';

const HOUR_MS = 3_600_000;

describeOnEngines('the desk of the quarantine', (engine) => {
  /** Two of narae's four blocks are beyond its budget, as is its cell. */
  async function desk(roles: readonly Role[] = ['operator', 'register']) {
    const parts = deskOn(await engine.openStore());
    const seen = quarantineLogs(roles);
    for (let at = 0; at < 4; at++) seen.state('narae', blockedPhone(at), DESK_NOW_MS + at * 1_000);
    seen.state('narae', DISTRUSTED, DESK_NOW_MS + 4_000);
    const quarantine = new QuarantineDesk({ decisions: parts.decisions, logs: seen.logs });
    const strike = (form: Partial<ActForm>) => quarantine.strike({ member: 'narae', ...form }, SUPERVISOR);
    const confirm = (form: Partial<ActForm>) => quarantine.confirm({ member: 'narae', ...form }, SUPERVISOR);
    const last = (): Statement => decodeStatement(parts.log.entries.at(-1)!).statement!;
    return { ...parts, ...seen, quarantine, strike, confirm, last };
  }

  it('lists every member with what of it is held, and what we may do', async () => {
    const { quarantine } = await desk();
    const since = new Date(DESK_NOW_MS + 2_000).toISOString();
    assert.deepEqual(await quarantine.list(), {
      members: [
        { member: 'hanbit', quarantined: 0, mayConfirm: false, mayStrike: true },
        { member: 'narae', quarantined: 3, from: 2, to: 5, since, mayConfirm: true, mayStrike: true },
      ],
    });
    const { quarantine: operator } = await desk(['operator']);
    assert.partialDeepStrictEqual((await operator.list()).members[1], { mayConfirm: false, mayStrike: false });
  });

  it('shows a member’s by kind and TAC, page by page, and keeps who looked', async () => {
    const { quarantine, decisions, state } = await desk();
    state('narae', undefined);
    const first = await quarantine.show('narae', { limit: 2 }, SUPERVISOR);
    assert.partialDeepStrictEqual(first, {
      quarantined: 3,
      ranges: [{ from: 2, to: 5 }],
      rangesLeftOut: 0,
      kinds: [
        { kind: 'device.blocked', statements: 2, devices: 2 },
        { kind: 'cell.distrusted', statements: 1, devices: 1 },
      ],
      tacs: [
        { tac: '35000002', statements: 1, devices: 1 },
        { tac: '35000003', statements: 1, devices: 1 },
      ],
      unread: 0,
      next: 4,
    });
    assert.deepEqual(
      first.statements.map(({ index, imei: device }) => [index, device]),
      [
        [2, '35000002000002'],
        [3, '35000003000003'],
      ],
    );
    const second = await quarantine.show('narae', { from: 4, limit: 2 }, SUPERVISOR);
    assert.deepEqual(
      second.statements.map(({ kind, reason }) => [kind, reason]),
      [['cell.distrusted', 'cloned']],
    );
    assert.equal(second.next, undefined);
    const rows = await decisions.store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['quarantine.shown', 'quarantine.shown'],
    );
  });

  it('names so many ranges, and says how many more there are', async () => {
    const { quarantine, state } = await desk();
    for (let at = 0; at < RANGES_SHOWN_MAX; at++) {
      state('narae', { kind: 'gate.opened' });
      state('narae', blockedPhone(10 + at));
    }
    const { ranges, rangesLeftOut, quarantined } = await quarantine.show('narae', { limit: 1 }, SUPERVISOR);
    assert.deepEqual([ranges.length, rangesLeftOut, quarantined], [RANGES_SHOWN_MAX, 1, RANGES_SHOWN_MAX + 3]);
  });

  it('confirms what is held in a range, up to what is known and no further', async () => {
    const { confirm, last } = await desk();
    const answer = await confirm({ from: 3 });
    assert.partialDeepStrictEqual(answer, {
      quarantined: { statements: 2, devices: 2 },
      inForce: { statements: 0 },
      entry: { member: 'hanbit', index: 0 },
    });
    assert.deepEqual(last(), { kind: 'statements.confirmed', member: 'narae', from: 3, to: 5 });
    await assert.rejects(confirm({ from: 3, to: 6 }), refused({ code: 'QUARANTINE_RANGE_AHEAD', to: 6, size: 5 }));
    await assert.rejects(confirm({ from: 0, to: 2 }), refused({ code: 'QUARANTINE_NOTHING_THERE', from: 0, to: 2 }));
  });

  it('strikes all from an index on, in force or held; a dry run states nothing', async () => {
    const { strike, last, log, standing, state } = await desk();
    const counts = { inForce: { statements: 2, devices: 2 }, quarantined: { statements: 3, devices: 3 }, unread: 0 };
    const range = { member: 'narae', from: 0, to: 5 };
    assert.deepEqual(await strike({ from: 0, dryRun: true }), { ...range, ...counts, countedTo: 5 });
    assert.equal(log.size, 0);
    const entry = { member: 'hanbit', index: 0 };
    assert.deepEqual(await strike({ from: 0 }), { ...range, ...counts, countedTo: 5, entry });
    assert.deepEqual(last(), { kind: 'statements.struck', ...range });
    state('hanbit', last());
    assert.equal(standing.progress('narae').quarantined, 0);
    await assert.rejects(strike({ from: 0 }), refused({ code: 'QUARANTINE_NOTHING_THERE', from: 0, to: 5 }));
  });

  it('says the same when it is asked again under the same key', async () => {
    const { quarantine, state, last, log } = await desk();
    const request = { ...SUPERVISOR, idempotency: { key: 'k', requestHash: 'h' } };
    const answer = await quarantine.strike({ member: 'narae', from: 0 }, request);
    state('hanbit', last());
    assert.deepEqual(await quarantine.strike({ member: 'narae', from: 0 }, request), answer);
    assert.equal(log.size, 1);
  });

  it('begins at a time: at the first statement that claims it, and all after', async () => {
    const { strike, state } = await desk();
    state('narae', blockedPhone(5), DESK_NOW_MS - HOUR_MS);
    const since = new Date(DESK_NOW_MS + 1_500).toISOString();
    assert.partialDeepStrictEqual(await strike({ since, dryRun: true }), { from: 2, to: 6 });
    const tomorrow = new Date(DESK_NOW_MS + 24 * HOUR_MS).toISOString();
    await assert.rejects(strike({ since: tomorrow }), refused({ code: 'QUARANTINE_RANGE_EMPTY', from: 6, to: 6 }));
  });

  it('refuses what is no range', async () => {
    const { strike } = await desk();
    const field = (form: Partial<ActForm>) => {
      return assert.rejects(
        strike(form),
        (fault: { facts: { code: string } }) => fault.facts.code === 'FIELD_MALFORMED',
      );
    };
    await field({});
    await field({ from: 0, since: '2026-11-22' });
    await field({ since: 'yesterday' });
    await assert.rejects(strike({ from: 5 }), refused({ code: 'QUARANTINE_RANGE_EMPTY', from: 5, to: 5 }));
    await assert.rejects(strike({ from: 3, to: 3 }), refused({ code: 'QUARANTINE_RANGE_EMPTY', from: 3, to: 3 }));
    // What the member states anew under the next epoch would be struck with it, though it was stated before.
    for (const to of [6, LOG_SIZE_MAX, LOG_SIZE_MAX + 1]) {
      await assert.rejects(strike({ from: 0, to }), refused({ code: 'QUARANTINE_RANGE_AHEAD', to, size: 5 }));
    }
  });

  it('reads only so many entries, and says so', async () => {
    const { decisions, logs } = await desk();
    const size = TIMES_READ_MAX + 2;
    const long: LogsSeen = {
      ...logs,
      size: () => size,
      entries: (_, from, to) => sealedEntries(from, to),
      times: (_, from, to) => sealedEntries(from, to),
    };
    const asked = new QuarantineDesk({ decisions, logs: long });
    const tried = await asked.strike({ member: 'narae', from: 1, dryRun: true }, SUPERVISOR);
    assert.partialDeepStrictEqual(tried, { to: size, countedTo: ENTRIES_OPENED_MAX + 1, unread: ENTRIES_OPENED_MAX });
    const since = (ms: number) =>
      asked.strike({ member: 'narae', since: new Date(ms).toISOString(), dryRun: true }, SUPERVISOR);
    assert.equal((await since(3)).from, 3);
    const entriesMax = TIMES_READ_MAX;
    await assert.rejects(since(2), refused({ code: 'QUARANTINE_SINCE_TOO_EARLY', entriesMax }));
  });

  it('is for registers and regulators; a member strikes its own and confirms none of it', async () => {
    for (const roles of [['register'], ['regulator']] as const) {
      const { confirm } = await desk(roles);
      assert.notEqual((await confirm({ from: 0 })).entry, undefined);
    }
    const { confirm, strike, quarantine, state } = await desk(['operator', 'certifier']);
    const notOurs = (act: string, member: string) => refused({ code: 'QUARANTINE_NOT_OURS', act, member });
    await assert.rejects(confirm({ from: 0 }), notOurs('confirm', 'narae'));
    await assert.rejects(strike({ from: 0 }), notOurs('strike', 'narae'));
    for (let at = 0; at < 3; at++) state('hanbit', blockedPhone(at));
    await assert.rejects(confirm({ member: 'hanbit', from: 0 }), notOurs('confirm', 'hanbit'));
    const own = await strike({ member: 'hanbit', from: 0 });
    assert.partialDeepStrictEqual(own, { inForce: { statements: 2 }, quarantined: { statements: 1 } });
    const unknown = refused({ code: 'QUARANTINE_MEMBER_UNKNOWN', member: 'nobody' });
    await assert.rejects(strike({ member: 'nobody', from: 0 }), unknown);
    await assert.rejects(quarantine.show('nobody', { limit: 1 }, AGENT), unknown);
  });
});

/** Entries that nobody here has a key for, one a millisecond. */
async function* sealedEntries(from: number, to: number): AsyncGenerator<LoggedEntry> {
  await Promise.resolve();
  for (let index = from; index < to; index++) yield { index, timeMs: index, statement: undefined };
}
