import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem.ts';
import type { ko } from '../languages/ko.ts';
import { waitText } from './wait-text.ts';

type Tone = 'good' | 'bad' | 'calm';

/** Something that happened, read out when it appears, and in sight of whoever sent a form for it. */
export function Notice({ tone, title, children }: { tone: Tone; title: string; children?: ReactNode }) {
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement?.closest('form')) notice.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={notice} className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong, in the person's language where there are words for it; else the API's, with the code to look up. */
export function ProblemNotice({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation();
  if (error === null || error === undefined) return null;
  const { code, detail, facts } = problemOf(error);
  const known = t('problems', { returnObjects: true });
  const isKnown = code in known;
  const wait = waitText(Number(facts['retryAfterSeconds'] ?? 0), i18n.language);
  const text = isKnown ? t(`problems.${code as keyof typeof ko.problems}`, { ...facts, wait }) : detail;
  return (
    <Notice tone="bad" title={t('common.refused')}>
      <p>{text === '' ? t('problems.INTERNAL') : text}</p>
      {!isKnown && <p className="notice-code">{code}</p>}
    </Notice>
  );
}
