import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import {
  getV1PhoneRequests,
  postV1PhoneRequestsByRequestConfirm,
  postV1PhoneRequestsByRequestDecline,
} from '../../api/generated.ts';
import { Field } from '../../parts/field.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice, ProblemNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Question } from '../../parts/question.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import type { Reason } from './reasons.ts';

type Request = Awaited<ReturnType<typeof getV1PhoneRequests>>['requests'][number];

/** What people asked for on the public page: call back, look at the proof, then report or decline. */
export function RequestsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [made, setMade] = useState<string>();
  const query = useQuery({
    queryKey: ['phone-requests', 'waiting'],
    queryFn: () => getV1PhoneRequests({ state: 'waiting' }),
  });
  return (
    <Page title={t('rooms.requests')} lead={t('requests.lead')}>
      {made !== undefined && (
        <Notice tone="good" title={t('requests.confirmed')}>
          <p>
            <Link to={`/console/phones/${made}`}>{t('cases.one', { number: made })}</Link>
          </p>
        </Notice>
      )}
      <Loaded query={query}>
        {({ requests }) =>
          requests.length === 0 ? (
            <p className="empty">{t('requests.empty')}</p>
          ) : (
            <ul className="cards">
              {requests.map((request) => (
                <li key={request.request} className="card">
                  <RequestCard request={request} />
                  {may('requests.decide') && (
                    <div className="form-actions">
                      <Confirm request={request} onDone={setMade} />
                      <Decline request={request} />
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function RequestCard({ request }: { request: Request }) {
  const { t } = useTranslation();
  return (
    <>
      <h2 className="card-title">
        <code>{request.request}</code>
      </h2>
      <Facts
        facts={[
          [t('requests.asked'), <Time key="asked" at={request.createdAt} />],
          ['IMEI', <code key="imei">{request.imei}</code>],
          [t('cases.reason'), t(`reasons.${request.reason as Reason}`)],
          [t('report.occurredOn'), request.occurredOn],
          [t('report.name'), request.name],
          [t('report.contact'), request.contact],
          [t('report.note'), request.note],
        ]}
      />
    </>
  );
}

function Confirm({ request: { request, name }, onDone }: { request: Request; onDone: (made: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [rightChecked, setRightChecked] = useState('');
  const confirm = useMutation({
    mutationFn: () => postV1PhoneRequestsByRequestConfirm(request, { rightChecked }),
    onSuccess: async (answer) => {
      if (answer.case !== undefined) onDone(answer.case);
      await client.invalidateQueries({ queryKey: ['phone-requests'] });
    },
  });
  return (
    <Question
      ask={t('requests.confirm')}
      look="main"
      title={t('requests.confirmTitle', { name })}
      confirm={t('requests.confirm')}
      isPending={confirm.isPending}
      onOpen={() => confirm.reset()}
      onConfirm={() => confirm.mutateAsync()}
    >
      <p>{t('requests.confirmText')}</p>
      <Field label={t('cases.rightChecked')} value={rightChecked} onChange={setRightChecked} isRequired autoFocus />
      <ProblemNotice error={confirm.error} />
    </Question>
  );
}

function Decline({ request: { request, name } }: { request: Request }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const decline = useMutation({
    mutationFn: () => postV1PhoneRequestsByRequestDecline(request),
    onSuccess: () => client.invalidateQueries({ queryKey: ['phone-requests'] }),
  });
  return (
    <Question
      ask={t('requests.decline')}
      title={t('requests.declineTitle', { name })}
      confirm={t('requests.decline')}
      isPending={decline.isPending}
      onOpen={() => decline.reset()}
      onConfirm={() => decline.mutateAsync()}
    >
      <p>{t('requests.declineText')}</p>
      <ProblemNotice error={decline.error} />
    </Question>
  );
}
