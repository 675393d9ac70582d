import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, IMEI, IMEI_OTHER, refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { closeOldRequests } from './phone-request-deadline.ts';
import { confirmRequest, declineRequest, fileRequest, listRequests } from './phone-requests.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const FORM = { imei: IMEI, reason: 'lost', name: '김보람', contact: '010-1234-5678', note: '버스에서' };

describeOnEngines('the deadline of requests from the public page', (engine) => {
  it('closes those that waited longer, and erases whoever asked, also where it was decided', async () => {
    const parts = deskOn(await engine.openStore());
    const { decisions, clock } = parts;
    const { store } = decisions;
    const waiting = await fileRequest(FORM, parts);
    const declined = await fileRequest(FORM, parts);
    const confirmed = await fileRequest({ ...FORM, imei: IMEI_OTHER }, parts);
    await declineRequest(declined.request, AGENT, parts);
    const { case: number } = await confirmRequest(confirmed.request, { rightChecked: 'card' }, AGENT, parts);
    clock.advance(30 * DAY_MS);
    assert.equal(await closeOldRequests({ keptDays: 30 }, decisions), 0, 'at the limit');
    const later = await fileRequest(FORM, parts);
    clock.advance(1);
    assert.equal(await closeOldRequests({ keptDays: 30 }, decisions), 3);
    assert.equal(await closeOldRequests({ keptDays: 30 }, decisions), 0, 'once');
    const rows = await store.read(({ phoneRequests }) =>
      Promise.all([waiting, declined, confirmed].map(({ request }) => phoneRequests.byId(request))),
    );
    assert.deepEqual(
      rows.map((row) => row!.state),
      ['expired', 'declined', 'confirmed'],
    );
    for (const row of rows) {
      const { imei, name, contact, note, occurredOn } = row!;
      assert.deepEqual(
        { imei, name, contact, note, occurredOn },
        { imei: '', name: '', contact: '', note: null, occurredOn: null },
      );
    }
    assert.equal(rows[2]!.caseNumber, number);
    const left = await listRequests({ state: 'waiting', limit: 10 }, AGENT, parts);
    assert.deepEqual([left.waiting, left.requests[0]!.request, left.requests[0]!.name], [1, later.request, '김보람']);
    await assert.rejects(
      confirmRequest(waiting.request, { rightChecked: 'card' }, AGENT, parts),
      refused({ code: 'PHONE_REQUEST_DECIDED', state: 'expired' }),
    );
    assert.equal((await parts.desk.show(number, AGENT)).requester?.name, '김보람', 'the case keeps what it needs');
    const journal = await store.read((tables) => tables.journal.list({ after: 0, limit: 100 }));
    const erased = journal.find(({ action }) => action === 'requests.erased')!;
    assert.deepEqual((JSON.parse(erased.detail) as { expired: string[] }).expired, [waiting.request]);
  });
});
