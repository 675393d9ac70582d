import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { postV1QuarantineConfirmations, postV1QuarantineStrikes } from '../../api/generated.ts';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { ActButton } from '../act-button.tsx';

type ActEffect = Awaited<ReturnType<typeof postV1QuarantineStrikes>>;

const REFRESH = ['quarantine', 'health'];
const INDEX = '[0-9]+';

interface Form {
  readonly member: string;
  readonly from: string;
  /** The last one, as people count; empty for all that is known now. */
  readonly last: string;
}

/** What others held back comes into force: it is asked with what it would do. */
export function Confirm({ member, from, to }: { member: string; from: number; to: number | undefined }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>({ member, from: String(from), last: to === undefined ? '' : String(to - 1) });
  const body = bodyOf(form);
  return (
    <ActButton
      ask={t('quarantine.confirm')}
      look="main"
      title={t('quarantine.confirmTitle', { member })}
      refresh={REFRESH}
      act={(idempotencyKey) => postV1QuarantineConfirmations(body, { idempotencyKey })}
    >
      <p>{t('quarantine.confirmText')}</p>
      <Range form={form} onChange={setForm} />
      <Effect act="confirm" form={form} />
    </ActButton>
  );
}

/** Everything from an index on is undone, in force or not. */
export function Strike({ members, from }: { members: readonly string[]; from?: number | undefined }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>({ member: members[0]!, from: String(from ?? ''), last: '' });
  const body = bodyOf(form);
  return (
    <ActButton
      ask={t('quarantine.strike')}
      look="danger"
      title={members.length === 1 ? t('quarantine.strikeTitle', { member: form.member }) : t('quarantine.strikeWhose')}
      refresh={REFRESH}
      act={(idempotencyKey) => postV1QuarantineStrikes(body, { idempotencyKey })}
    >
      <p>{t('quarantine.strikeText')}</p>
      {members.length > 1 && (
        <Choice
          label={t('logs.member')}
          value={form.member}
          onChange={(member) => setForm({ ...form, member })}
          options={members.map((value) => ({ value, text: value }))}
        />
      )}
      <Range form={form} onChange={setForm} />
      <Effect act="strike" form={form} />
    </ActButton>
  );
}

function Range({ form, onChange }: { form: Form; onChange: (form: Form) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('quarantine.from')}
        help={t('quarantine.fromHelp')}
        value={form.from}
        onChange={(from) => onChange({ ...form, from })}
        pattern={INDEX}
        inputMode="numeric"
        isRequired
      />
      <Field
        label={t('quarantine.last')}
        help={t('quarantine.lastHelp')}
        value={form.last}
        onChange={(last) => onChange({ ...form, last })}
        pattern={INDEX}
        inputMode="numeric"
      />
    </>
  );
}

/** What it would do. It is asked only while the question is open. */
function Effect({ act, form }: { act: 'confirm' | 'strike'; form: Form }) {
  const { t } = useTranslation();
  const ask = act === 'confirm' ? postV1QuarantineConfirmations : postV1QuarantineStrikes;
  const { data } = useQuery({
    queryKey: ['quarantine', act, form],
    queryFn: () => ask({ ...bodyOf(form), dryRun: true }),
    enabled: isIndex(form.from) && (form.last === '' || isIndex(form.last)),
    retry: false,
  });
  return <p role="status">{data && effectText(t, act, data)}</p>;
}

function effectText(t: TFunction, act: 'confirm' | 'strike', { inForce, quarantined }: ActEffect): string {
  if (act === 'confirm') return t('quarantine.confirmEffect', { ...quarantined });
  return t('quarantine.strikeEffect', { inForce: inForce.statements, quarantined: quarantined.statements });
}

function bodyOf({ member, from, last }: Form): { member: string; from: number; to?: number } {
  return { member, from: Number(from), ...(last !== '' && { to: Number(last) + 1 }) };
}

function isIndex(text: string): boolean {
  return /^[0-9]{1,10}$/.test(text);
}
