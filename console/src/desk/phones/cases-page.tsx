import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1DeviceCases, postV1DeviceCasesSearch } from '../../api/generated.ts';
import { Badge, type BadgeTone } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Older } from '../../parts/older.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';

type Cases = Awaited<ReturnType<typeof getV1DeviceCases>>;
type Case = Cases['cases'][number];

const PAGE_LENGTH = 50;
const SEARCH_FRESH_MS = 10 * 60_000;
const TONES: Readonly<Record<string, BadgeTone>> = { open: 'bad', released: 'good', withdrawn: 'calm' };

/** The device desk's cases, newest first, or those that were searched for. */
export function CasesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [sought, setSought] = useState('');
  const [before, setBefore] = useState<string>();
  const page = before === undefined ? {} : { before };
  const query = useQuery({
    queryKey: ['device-cases', sought, before],
    queryFn: (): Promise<Cases> =>
      sought === ''
        ? getV1DeviceCases({ limit: PAGE_LENGTH, ...page })
        : postV1DeviceCasesSearch({ ...searchOf(sought), limit: PAGE_LENGTH, ...page }),
    placeholderData: keepPreviousData,
    // A search by a person's contact is a look-up, and each is counted: a page does not repeat it by itself.
    staleTime: sought === '' ? 0 : SEARCH_FRESH_MS,
  });
  return (
    <Page
      title={t('rooms.phones')}
      actions={
        may('cases.report') && (
          <Link className="button button-main" to="/console/phones/new">
            {t('cases.new')}
          </Link>
        )
      }
    >
      <Search
        onSearch={(text) => {
          setBefore(undefined);
          setSought(text);
        }}
      />
      <Loaded query={query}>
        {({ cases, next }) => (
          <>
            <Table
              caption={t('rooms.phones')}
              rows={cases}
              rowKey={(one) => one.case}
              empty={t('cases.empty')}
              columns={[
                {
                  title: t('cases.number'),
                  cell: (one) => (
                    <Link className="number" to={`/console/phones/${one.case}`}>
                      {one.case}
                    </Link>
                  ),
                },
                { title: t('cases.status'), cell: ({ status }) => <CaseStatus status={status} /> },
                { title: t('cases.devices'), cell: (one) => <Devices of={one} /> },
                { title: t('cases.made'), cell: ({ createdAt }) => <Time at={createdAt} /> },
                { title: t('cases.by'), cell: ({ createdBy }) => createdBy },
              ]}
            />
            <Older next={next} onOlder={setBefore} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Search({ onSearch }: { onSearch: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <Form
      className="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <Field label={t('cases.search')} value={text} onChange={setText} autoComplete="off" />
      <Button type="submit" look="plain">
        {t('cases.find')}
      </Button>
    </Form>
  );
}

export function CaseStatus({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status] ?? 'calm'}>{t(`caseStatus.${status as 'open'}`)}</Badge>;
}

function Devices({ of: { statements } }: { of: Case }) {
  const [first, ...others] = statements.map(({ imei, tac, from, to }) => imei ?? tac ?? (from && `${from}–${to}`));
  if (first === undefined) return null;
  return (
    <>
      <code>{first}</code>
      {others.length > 0 && ` +${others.length}`}
    </>
  );
}

/** A case's number, an IMEI, or else a contact. */
function searchOf(text: string): { case: string } | { imei: string } | { contact: string } {
  if (/^C-\d{4}-\d+$/i.test(text)) return { case: text.toUpperCase() };
  const digits = text.replaceAll(/[ -]/g, '');
  return /^\d{14,16}$/.test(digits) ? { imei: digits } : { contact: text };
}
