import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  getV1CellDistrusts,
  getV1CellFindings,
  postV1CellDistrusts,
  postV1CellsByCellClear,
} from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { localTimeOf, momentOf } from '../../parts/local-time.ts';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { Evidence } from '../evidence.tsx';

/** A cell is distrusted from the second on in which it was first seen. */
const TO_THE_SECOND = { type: 'datetime-local', input: { step: 1 } } as const;

type Finding = Awaited<ReturnType<typeof getV1CellFindings>>['findings'][number];

const REASONS = ['unregistered', 'cloned', 'moved', 'woken', 'other'] as const;
const CONFIDENCES: readonly string[] = ['high', 'medium', 'low'];
const REFRESH = ['cell-findings', 'cell-distrusts', 'exposed-lists'];

/** Cells that do not belong here: what the watch has found, and what this member states. */
export function CellsPage() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Page
      title={t('rooms.cells')}
      lead={t('cells.lead')}
      actions={may('cells.distrust') && <Distrust cell="" from="" />}
    >
      <h2>{t('cells.findings')}</h2>
      <Findings />
      <h2>{t('cells.distrusts')}</h2>
      <Distrusts />
    </Page>
  );
}

function Findings() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({ queryKey: ['cell-findings'], queryFn: () => getV1CellFindings({}) });
  return (
    <Loaded query={query}>
      {({ findings }) =>
        findings.length === 0 ? (
          <p className="empty">{t('cells.noFindings')}</p>
        ) : (
          <ul className="cards">
            {findings.toSorted(byConfidence).map((finding) => (
              <li key={`${finding.rule} ${finding.cell}`} className="card">
                <FindingCard finding={finding} />
                {may('cells.distrust') && (
                  <div className="form-actions">
                    <Distrust cell={finding.cell} from={finding.first} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

/** What is surest comes first; of what is as sure, the newest. */
function byConfidence(one: Finding, other: Finding): number {
  const sure = ({ confidence }: Finding): number => CONFIDENCES.indexOf(confidence);
  return sure(one) - sure(other) || other.last.localeCompare(one.last);
}

function FindingCard({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const evidenceOf = (name: string, value: unknown) =>
    name === 'inventory' ? t(`cellForms.${value as 'macro'}`) : <Evidence key={name} value={value} />;
  return (
    <>
      <h3 className="card-title">
        <code>{finding.cell}</code>{' '}
        <Badge tone={finding.confidence === 'high' ? 'bad' : 'wait'}>
          {t(`confidence.${finding.confidence as 'high'}`)}
        </Badge>
      </h3>
      <Facts
        facts={[
          [t('cells.rule'), t(`cellRules.${finding.rule as 'not-in-inventory'}`)],
          [t('cases.reason'), t(`cellReasons.${finding.reason as 'unregistered'}`)],
          [t('campaigns.first'), <Time key="first" at={finding.first} />],
          [t('campaigns.last'), <Time key="last" at={finding.last} />],
          ...Object.entries(finding.evidence).map(
            ([name, value]) =>
              [t(`cellEvidence.${name as 'lines'}`, { defaultValue: name }), evidenceOf(name, value)] as const,
          ),
        ]}
      />
    </>
  );
}

function Distrusts() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({ queryKey: ['cell-distrusts'], queryFn: () => getV1CellDistrusts({}) });
  return (
    <Loaded query={query}>
      {({ distrusts }) => (
        <Table
          caption={t('cells.distrusts')}
          rows={distrusts}
          rowKey={({ cell, createdAt }) => `${cell} ${createdAt}`}
          empty={t('cells.noDistrusts')}
          columns={[
            { title: t('cells.cell'), cell: ({ cell }) => <code>{cell}</code> },
            { title: t('cases.reason'), cell: ({ reason }) => t(`cellReasons.${reason as 'unregistered'}`) },
            { title: t('cells.from'), cell: ({ from }) => <Time at={from} /> },
            { title: t('cells.to'), cell: ({ to }) => <Time at={to} /> },
            {
              title: t('cases.standing'),
              cell: ({ standing }) => (
                <Badge tone={standing ? 'bad' : 'calm'}>{standing ? t('cases.inForce') : t('cases.ended')}</Badge>
              ),
            },
            { title: t('cases.entry'), cell: ({ entry }) => entry && `${entry.member} ${entry.index}` },
            {
              title: t('senders.decide'),
              cell: ({ cell, standing }) =>
                standing &&
                may('cells.distrust') && (
                  <ActButton
                    ask={t('cells.clear')}
                    title={t('cells.clearTitle', { cell })}
                    refresh={REFRESH}
                    act={(idempotencyKey) => postV1CellsByCellClear(cell, {}, { idempotencyKey })}
                  />
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Distrust({ cell, from }: { cell: string; from: string }) {
  const { t } = useTranslation();
  const empty = { cell, from: localTimeOf(from), to: '', reason: 'unregistered', note: '' };
  const [form, setForm] = useState(empty);
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  return (
    <ActButton
      ask={t('cells.distrust')}
      look="main"
      title={t('cells.distrustTitle')}
      refresh={REFRESH}
      onDone={() => setForm(empty)}
      act={(idempotencyKey) => {
        const { to, note, ...rest } = form;
        const until = to === '' ? {} : { to: momentOf(to) };
        const body = { ...rest, from: momentOf(form.from), ...until, ...(note !== '' && { note }) };
        return postV1CellDistrusts(body, { idempotencyKey });
      }}
    >
      <p>{t('cells.distrustText')}</p>
      <Field label={t('cells.cell')} help={t('cells.cellHelp')} value={form.cell} onChange={set('cell')} isRequired />
      <Field label={t('cells.from')} value={form.from} onChange={set('from')} isRequired {...TO_THE_SECOND} />
      <Field label={t('cells.to')} help={t('cells.toHelp')} value={form.to} onChange={set('to')} {...TO_THE_SECOND} />
      <Choice
        label={t('cases.reason')}
        value={form.reason}
        onChange={set('reason')}
        options={REASONS.map((value) => ({ value, text: t(`cellReasons.${value}`) }))}
      />
      <Field label={t('report.note')} value={form.note} onChange={set('note')} lines={2} />
    </ActButton>
  );
}
