import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getV1ExposedLists, postV1ExposedLists } from '../../api/generated.ts';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';

type List = Awaited<ReturnType<typeof getV1ExposedLists>>['lists'][number];

const REFRESH = ['exposed-lists'];

/** Whom distrusted cells have seen, version by version: counts and hashes, and nobody's number. */
export function ExposedPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({ queryKey: ['exposed-lists'], queryFn: () => getV1ExposedLists() });
  return (
    <Page title={t('rooms.exposed')} lead={t('exposed.lead')} actions={may('exposed.make') && <NewList />}>
      <Loaded query={query}>
        {({ lists }) =>
          lists.length === 0 ? (
            <p className="empty">{t('exposed.empty')}</p>
          ) : (
            lists.map((list) => <Versions key={list.list} of={list} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function Versions({ of: { list, title, versions } }: { of: List }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <section>
      <div className="page-head">
        <h2>
          {list} {title}
        </h2>
        {may('exposed.make') && (
          <ActButton
            ask={t('exposed.next')}
            title={t('exposed.nextTitle', { list })}
            refresh={REFRESH}
            act={(idempotencyKey) => postV1ExposedLists({ list }, { idempotencyKey })}
          >
            <p>{t('exposed.nextText')}</p>
          </ActButton>
        )}
      </div>
      <Table
        caption={`${list} ${title}`}
        rows={versions}
        rowKey={({ version }) => version}
        empty={t('exposed.noVersions')}
        columns={[
          { title: t('exposed.version'), cell: ({ version }) => version },
          { title: t('cases.made'), cell: ({ madeAt }) => <Time at={madeAt} /> },
          { title: t('exposed.people'), cell: ({ lines }) => lines },
          { title: t('exposed.added'), cell: ({ added }) => added },
          { title: t('exposed.grown'), cell: ({ grown }) => grown },
          { title: t('exposed.dropped'), cell: ({ dropped }) => dropped },
          { title: t('exposed.cells'), cell: ({ cells }) => cells.length },
          { title: t('exposed.hash'), cell: ({ sha256 }) => <code>{sha256.slice(0, 16)}</code> },
        ]}
      />
    </section>
  );
}

function NewList() {
  const { t } = useTranslation();
  const [title, setTitle] = useState('');
  return (
    <ActButton
      ask={t('exposed.make')}
      look="main"
      title={t('exposed.makeTitle')}
      refresh={REFRESH}
      onDone={() => setTitle('')}
      act={(idempotencyKey) => postV1ExposedLists({ title }, { idempotencyKey })}
    >
      <p>{t('exposed.nextText')}</p>
      <Field label={t('exposed.title')} value={title} onChange={setTitle} isRequired />
    </ActButton>
  );
}
