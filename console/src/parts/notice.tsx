import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem.ts';
import type { ko } from '../languages/ko.ts';

type Tone = 'good' | 'bad' | 'calm';

/** Something that happened, read out when it appears. */
export function Notice({ tone, title, children }: { tone: Tone; title: string; children?: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong, in the person's language where there are words for it. */
export function ProblemNotice({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error === null || error === undefined) return null;
  const { code, detail, facts } = problemOf(error);
  const known = t('problems', { returnObjects: true });
  const text = code in known ? t(`problems.${code as keyof typeof ko.problems}`, { ...facts }) : detail;
  return (
    <Notice tone="bad" title={t('common.refused')}>
      <p>{text === '' ? t('problems.INTERNAL') : text}</p>
      <p className="notice-code">{code}</p>
    </Notice>
  );
}
