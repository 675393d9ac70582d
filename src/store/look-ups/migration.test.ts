import assert from 'node:assert/strict';
import { it } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { openStore } from '../store.ts';

describeOnEngines('the list of look-ups', (engine) => {
  it('has what the incident desk kept before there was one list', async () => {
    const options = { member: 'hanbit', place: await engine.emptyPlace() };
    await (await openStore(options, { log: silentLog })).close();
    for (const statement of [
      'drop table look_ups',
      `create table line_look_ups (sequence bigint primary key, at_ms bigint not null, actor text not null,
        role text not null, msisdn text not null, request_id bigint, refused integer not null)`,
      "insert into line_look_ups values (1, 1000, 'desk-1', 'agent', '821012345678', 2026000000007, 0)",
      "insert into line_look_ups values (2, 2000, 'desk-1', 'agent', '821099999999', null, 1)",
      // Migrations come in their order: the one after it is undone too.
      'drop index incident_persons_by_imsi',
      'alter table incident_lists drop column fact',
      "delete from kysely_migration where name >= '0080'",
    ]) {
      await engine.administer(options.place, statement);
    }
    const store = await openStore(options, { log: silentLog });
    const rows = await store.read(({ lookUps }) => lookUps.list({ limit: 10 }));
    await store.close();
    const moved = { actor: 'desk-1', role: 'agent', action: 'line.looked-up' };
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { ...moved, sequence: 2, atMs: 2_000, subject: '821099999999', basis: 'none', reference: null, refused: 1 },
        {
          ...moved,
          sequence: 1,
          atMs: 1_000,
          subject: '821012345678',
          basis: 'case',
          reference: 'R-2026-000007',
          refused: 0,
        },
      ],
    );
  });
});
