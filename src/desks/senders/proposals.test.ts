import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { certifiedFirm, CHAIR, sendersOn, type SendersUnderTest } from '../../../test/support/senders.ts';
import { PROPOSAL_EVIDENCE_SIZE_MAX } from './proposals.ts';

describeOnEngines('proposed sanctions', (engine) => {
  let senders: SendersUnderTest;
  let firms = 0;
  before(async () => {
    senders = await sendersOn(await engine.openStore());
  });
  after(() => senders.remove());

  const certificateOf = async (): Promise<string> =>
    (await certifiedFirm(senders, { businessNumber: String(5_000_000_000 + (firms += 1)) })).certificate;
  const form = (certificate: string, more = {}) => ({
    certificate,
    action: 'suspend',
    reason: 'spam',
    source: 'spam-watcher',
    evidence: { fingerprint: '00ff00ff00ff00ff', reports: 120, firms: 3 },
    ...more,
  });

  it('one approval suspends: the statement bears the proposal’s number, its evidence is sealed', async () => {
    const { desk, shared, own } = senders;
    const certificate = await certificateOf();
    const sealed = own.size;
    const { proposal, isNew } = await desk.propose(form(certificate));
    assert.match(proposal, /^S-2026-[0-9]{6}$/);
    assert(isNew);
    assert.equal(own.size, sealed + 1);
    const answer = await desk.approveProposal(proposal, CHAIR);
    assert.deepEqual([answer.proposal, answer.state, answer.permille], [proposal, 'suspended', 0]);
    const { statement } = shared.statements().at(-1)!;
    assert.deepEqual(statement, { kind: 'sender.suspended', certificate, reason: 'spam', reference: proposal });
    const decided = refused({ code: 'PROPOSAL_DECIDED', proposal, state: 'approved' });
    await assert.rejects(desk.approveProposal(proposal, CHAIR), decided);
    await assert.rejects(desk.dismissProposal(proposal, { note: 'late' }, CHAIR), decided);
  });

  it('the same proposal again waits once, with the newer evidence', async () => {
    const { desk } = senders;
    const certificate = await certificateOf();
    const first = await desk.propose(form(certificate));
    const second = await desk.propose(form(certificate, { evidence: { reports: 500 } }));
    assert.deepEqual(second, { proposal: first.proposal, isNew: false });
    const { proposals } = await desk.proposals({ state: 'open' }, CHAIR);
    const kept = proposals.filter((proposal) => proposal.certificate === certificate);
    assert.deepEqual(
      kept.map(({ evidence }) => evidence),
      [{ reports: 500 }],
    );
    assert.deepEqual(await desk.dismissProposal(first.proposal, { note: 'a booking system' }, CHAIR), {
      proposal: first.proposal,
      state: 'dismissed',
    });
    const [dismissed] = (await desk.proposals({ state: 'dismissed' }, CHAIR)).proposals;
    assert.equal(dismissed?.note, 'a booking system');
    assert((await desk.propose(form(certificate))).isNew, 'what comes after a dismissal is new');
  });

  it('a reduced rate is proposed with its share, or with that of the rules', async () => {
    const { desk } = senders;
    for (const [permille, expected] of [
      [250, 250],
      [undefined, 500],
    ] as const) {
      const action = { action: 'rate-limit', ...(permille !== undefined && { permille }) };
      const { proposal } = await desk.propose(form(await certificateOf(), action));
      assert.equal((await desk.approveProposal(proposal, CHAIR)).permille, expected);
    }
  });

  it('what cannot be stated is not proposed, and what can no longer be is not approved', async () => {
    const { desk } = senders;
    const certificate = await certificateOf();
    const { proposal } = await desk.propose(form(certificate));
    await desk.sanction(certificate, 'suspend', { reason: 'order' }, CHAIR);
    const illegal = refused({ code: 'STEP_ILLEGAL', of: certificate, state: 'suspended', step: 'suspend' });
    await assert.rejects(desk.propose(form(certificate)), illegal);
    await assert.rejects(desk.approveProposal(proposal, CHAIR), illegal);
    await assert.rejects(desk.propose(form('KS-2026-999999')), refused({ code: 'CERTIFICATE_UNKNOWN' }));
    await assert.rejects(desk.approveProposal('S-2026-999999', CHAIR), refused({ code: 'PROPOSAL_UNKNOWN' }));
    await assert.rejects(desk.approveProposal('A-2026-000001', CHAIR), refused({ code: 'PROPOSAL_UNKNOWN' }));
  });

  it('evidence has a bound', async () => {
    const { desk } = senders;
    const certificate = await certificateOf();
    const filler = (size: number) => ({ evidence: { a: 'x'.repeat(size - '{"a":""}'.length) } });
    await desk.propose(form(certificate, filler(PROPOSAL_EVIDENCE_SIZE_MAX)));
    const size = PROPOSAL_EVIDENCE_SIZE_MAX + 1;
    const large = refused({ code: 'PROPOSAL_TOO_LARGE', size, sizeMax: PROPOSAL_EVIDENCE_SIZE_MAX });
    await assert.rejects(desk.propose(form(certificate, filler(size))), large);
  });
});
