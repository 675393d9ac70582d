import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getV1Proposals, postV1ProposalsByNumberApprove, postV1ProposalsByNumberDismiss } from '../../api/generated.ts';
import { Facts } from '../../parts/facts.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { Evidence } from '../evidence.tsx';

type Proposal = Awaited<ReturnType<typeof getV1Proposals>>['proposals'][number];

const REFRESH = ['proposals', 'certificates'];

/** What watchers and people propose against a firm, with the evidence: one word of approval and every gate knows. */
export function Proposals() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({ queryKey: ['proposals', 'open'], queryFn: () => getV1Proposals({ state: 'open' }) });
  return (
    <Loaded query={query}>
      {({ proposals }) =>
        proposals.length === 0 ? (
          <p className="empty">{t('senders.noProposals')}</p>
        ) : (
          <ul className="cards">
            {proposals.map((proposal) => (
              <li key={proposal.proposal} className="card">
                <ProposalCard proposal={proposal} />
                {may('proposals.decide') && <Decide proposal={proposal} />}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function ProposalCard({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const evidence = Object.entries(proposal.evidence);
  return (
    <>
      <h3 className="card-title">
        {t(`proposedActions.${proposal.action as 'suspend'}`)} · <code>{proposal.certificate}</code>
      </h3>
      <Facts
        facts={[
          [t('cases.number'), proposal.proposal],
          [t('cases.reason'), t(`senderReasons.${proposal.reason as 'spam'}`)],
          [t('senders.source'), proposal.source],
          [t('cases.made'), <Time key="made" at={proposal.createdAt} />],
          ...evidence.map(
            ([name, value]) =>
              // What others propose may rest on facts that have no name here: they keep their own.
              [
                t(`proposalEvidence.${name as 'reports'}`, { defaultValue: name }),
                <Evidence key={name} value={value} />,
              ] as const,
          ),
        ]}
      />
    </>
  );
}

function Decide({ proposal: { proposal, certificate } }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  return (
    <div className="form-actions">
      <ActButton
        ask={t('senders.approve')}
        look="main"
        title={t('senders.approveTitle', { certificate })}
        refresh={REFRESH}
        act={(idempotencyKey) => postV1ProposalsByNumberApprove(proposal, { idempotencyKey })}
      >
        <p>{t('senders.suspendText')}</p>
      </ActButton>
      <ActButton
        ask={t('senders.dismiss')}
        title={t('senders.dismissTitle', { certificate })}
        refresh={REFRESH}
        act={(idempotencyKey) => postV1ProposalsByNumberDismiss(proposal, { note }, { idempotencyKey })}
      >
        <Field label={t('senders.why')} value={note} onChange={setNote} isRequired lines={2} />
      </ActButton>
    </div>
  );
}
