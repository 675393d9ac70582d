import { useTranslation } from 'react-i18next';
import { Badge } from '../../parts/badge.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { isRefused, keyOf, type Reason, reasonsOf, type Refusal, verdictName } from './refusal.ts';

/** A refusal a line, the latest first: what happened in a sentence, and why. */
export function RefusalTable({ refusals }: { refusals: readonly Refusal[] }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('rooms.feed')}
      rows={refusals}
      rowKey={keyOf}
      empty={t('feed.empty')}
      columns={[
        { title: t('feed.at'), cell: ({ at }) => <Time at={at} isExact /> },
        { title: t('feed.gate'), cell: (refusal) => <Gate refusal={refusal} /> },
        { title: t('feed.what'), cell: (refusal) => <Happening refusal={refusal} /> },
        { title: t('feed.who'), cell: (refusal) => <Whose refusal={refusal} /> },
        { title: t('feed.rests'), cell: ({ entries }) => entriesText(entries) },
      ]}
    />
  );
}

function Gate({ refusal: { gateKind, gate } }: { refusal: Refusal }) {
  const { t } = useTranslation();
  return (
    <span className="feed-gate">
      <Badge tone="calm">{t(`feed.kinds.${gateKind}`)}</Badge>
      <span className="feed-term">{gate}</span>
    </span>
  );
}

function Happening({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation();
  const name = verdictName(refusal);
  return (
    <span className="feed-what">
      <strong className={isRefused(refusal) ? 'feed-refused' : 'feed-held'}>
        {name === undefined ? refusal.verdict : t(`feed.verdicts.${name}`)}
      </strong>
      {reasonsOf(refusal).map((reason) => (
        <ReasonLine key={reason.term ?? reason.name} reason={reason} />
      ))}
      {refusal.gateKind !== 'payments' && refusal.shadow && <em>{t('feed.shadow')}</em>}
    </span>
  );
}

function ReasonLine({ reason: { term, name } }: { reason: Reason }) {
  const { t } = useTranslation();
  return (
    <span className="feed-reason">
      {name !== undefined && <span>{t(`feed.reasons.${name}`)}</span>}
      {term !== undefined && <code className="feed-term">{term}</code>}
    </span>
  );
}

function Whose({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation();
  switch (refusal.gateKind) {
    case 'equipment':
      return refusal.imei === '' ? t('feed.unnamedPhone') : <code>{refusal.imei}</code>;
    case 'messages':
      return <code>{refusal.certificate}</code>;
    case 'payments':
      return <span>{t('feed.merchant', { name: refusal.merchant })}</span>;
  }
}

function entriesText(entries: Refusal['entries']): string {
  return entries.map(({ member, index }) => `${member} ${index}`).join(', ');
}
