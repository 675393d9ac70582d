import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, IMEI, IMEI_OTHER, refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { type ApiUnderTest, apiUnderTest } from '../../../test/support/member-api.ts';
import {
  confirmRequest,
  declineRequest,
  fileRequest,
  listRequests,
  PHONE_REQUESTS_WAITING_MAX,
} from './phone-requests.ts';

const FORM = { imei: IMEI, reason: 'stolen', occurredOn: '2026-11-21', name: '김보람', contact: '010-1234-5678' };

describeOnEngines('requests from the public page', (engine) => {
  const open = async () => deskOn(await engine.openStore());

  it('block nothing until an agent has confirmed, and then make one case, however often it is tried', async () => {
    const parts = await open();
    const { request } = await fileRequest(FORM, parts);
    assert.equal(parts.log.entries.length, 0);
    const waiting = await listRequests({ state: 'waiting', limit: 10 }, AGENT, parts);
    assert.partialDeepStrictEqual(waiting, { waiting: 1, requests: [{ request, occurredOn: '2026-11-21' }] });
    const [one, other] = await Promise.all([
      confirmRequest(request, { rightChecked: 'identity card' }, AGENT, parts),
      confirmRequest(request, { rightChecked: 'identity card' }, AGENT, parts),
    ]);
    assert.deepEqual(one, other);
    assert.equal(parts.log.entries.length, 1);
    const shown = await parts.desk.show(one.case, AGENT);
    assert.partialDeepStrictEqual(shown, {
      requester: { name: '김보람', contact: '010-1234-5678', rightChecked: 'identity card' },
    });
    await assert.rejects(
      confirmRequest(request, { rightChecked: 'x' }, AGENT, parts),
      refused({ code: 'PHONE_REQUEST_DECIDED', state: 'confirmed' }),
    );
  });

  it('are declined once, with a row in the journal and no case', async () => {
    const parts = await open();
    const { request } = await fileRequest({ ...FORM, imei: IMEI_OTHER }, parts);
    assert.deepEqual(await declineRequest(request, AGENT, parts), { request, state: 'declined' });
    await assert.rejects(
      declineRequest(request, AGENT, parts),
      refused({ code: 'PHONE_REQUEST_DECIDED', state: 'declined' }),
    );
    await assert.rejects(declineRequest('NOBODY22', AGENT, parts), refused({ code: 'PHONE_REQUEST_UNKNOWN' }));
    assert.equal(parts.log.entries.length, 0);
  });

  it('are confirmed or declined, never both, and two agents who confirm at once have one answer', async () => {
    const parts = await open();
    const { request } = await fileRequest(FORM, parts);
    const other = { ...AGENT, actor: 'desk-2' };
    const form = { rightChecked: 'identity card' };
    const [one, same] = await Promise.all([
      confirmRequest(request, form, AGENT, parts),
      confirmRequest(request, form, other, parts),
      assert.rejects(declineRequest(request, other, parts), /PHONE_REQUEST_DECIDED/),
    ]);
    assert.deepEqual(one, same);
    assert.equal(parts.log.entries.length, 1);
  });

  it('whose report was cut off are taken up by anybody, and declined only where the desk has said no', async () => {
    const parts = await open();
    const { request } = await fileRequest(FORM, parts);
    const other = { ...AGENT, actor: 'desk-2' };
    const form = { rightChecked: 'identity card' };
    const { store } = parts.decisions;
    const cut = await confirmRequest(request, form, AGENT, parts);
    await store.write(({ phoneRequests }) =>
      phoneRequests.decide(request, { state: 'waiting', decidedMs: null, decidedBy: AGENT.actor, caseNumber: null }),
    );
    assert.deepEqual(await confirmRequest(request, form, other, parts), cut);
    const again = await fileRequest(FORM, parts);
    await assert.rejects(confirmRequest(again.request, form, other, parts), /ALREADY_STATED/);
    assert.equal((await declineRequest(again.request, other, parts)).state, 'declined');
    assert.equal(parts.log.entries.length, 1);
  });

  it('are refused for a wrong number, another reason, or no name', async () => {
    const parts = await open();
    await assert.rejects(fileRequest({ ...FORM, imei: '352099001761480' }, parts), /IMEI_CHECK_DIGIT/);
    await assert.rejects(fileRequest({ ...FORM, reason: 'fraud' }, parts), /FIELD_MALFORMED/);
    await assert.rejects(fileRequest({ ...FORM, name: '  ' }, parts), /FIELD_MALFORMED/);
    await assert.rejects(fileRequest({ ...FORM, contact: '\u202e' }, parts), /FIELD_MALFORMED/);
  });

  it('PHONE_REQUESTS_WAITING_MAX wait, and one more is refused', async () => {
    const store = await engine.openStore();
    const parts = deskOn(store);
    const row = { state: 'waiting', createdMs: 1, imei: '35209900176148', reason: 'lost', occurredOn: null };
    await store.write(async ({ phoneRequests }) => {
      for (let at = 1; at < PHONE_REQUESTS_WAITING_MAX; at++) {
        await phoneRequests.add({ ...row, id: `R${at}`, name: 'x', contact: 'y', note: null });
      }
    });
    await fileRequest(FORM, parts);
    await assert.rejects(
      fileRequest(FORM, parts),
      refused({ code: 'PHONE_REQUESTS_TOO_MANY', requestsMax: PHONE_REQUESTS_WAITING_MAX }),
    );
  });

  it('over HTTP: the answer says blocked or not, and nothing else; a flood from one address waits', async () => {
    const api: ApiUnderTest = await apiUnderTest();
    const check = await api.ask(undefined, 'POST', '/public/phone-checks', { imei: IMEI });
    assert.deepEqual(check.json(), { blocked: true });
    const codes: number[] = [];
    for (let asked = 0; asked < 6; asked++) {
      codes.push((await api.ask(undefined, 'POST', '/public/phone-requests', FORM)).statusCode);
    }
    assert.deepEqual(codes, [201, 201, 201, 201, 201, 429]);
    await api.close();
  });
});
