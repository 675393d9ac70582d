import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { postLineChecks, postLineChecksByCheckAnswer } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { NoticeCheck } from './notice-check.tsx';
import { UsimRequest } from './usim-request.tsx';

export type LineAnswer = Awaited<ReturnType<typeof postLineChecksByCheckAnswer>>;

/** Was my line exposed? Only who holds the line is told: a code goes there first. */
export function LinePage() {
  const { t } = useTranslation();
  const [line, setLine] = useState('');
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => postLineChecks({ line }) });
  const answer = useMutation({
    mutationFn: (check: string) => postLineChecksByCheckAnswer(check, { code: code.trim() }),
  });
  const check = begin.data?.check;
  if (answer.data !== undefined && check !== undefined)
    return <Answer check={check} answer={answer.data} line={line} />;
  return (
    <Page title={t('tasks.line.title')} lead={t('line.lead')}>
      {check === undefined ? (
        <Form
          key="line"
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            begin.mutate();
          }}
        >
          <Field
            label={t('line.number')}
            help={t('line.numberHelp')}
            value={line}
            onChange={setLine}
            isRequired
            type="tel"
            autoComplete="tel"
          />
          <Button type="submit" isPending={begin.isPending}>
            {t('line.sendCode')}
          </Button>
          <ProblemNotice error={begin.error} />
        </Form>
      ) : (
        <Form
          key="code"
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            answer.mutate(check);
          }}
        >
          <Notice tone="calm" title={t('line.codeSent')}>
            <p>{t('line.codeSentText')}</p>
          </Notice>
          <Field
            label={t('line.code')}
            value={code}
            onChange={setCode}
            isRequired
            autoFocus
            inputMode="numeric"
            autoComplete="one-time-code"
          />
          <div className="form-actions">
            <Button type="submit" isPending={answer.isPending}>
              {t('phone.check')}
            </Button>
            <Button look="plain" onPress={() => begin.reset()}>
              {t('line.again')}
            </Button>
          </div>
          <ProblemNotice error={answer.error} />
        </Form>
      )}
      <NoticeCheck />
    </Page>
  );
}

function Answer({ check, answer, line }: { check: string; answer: LineAnswer; line: string }) {
  const { t } = useTranslation();
  if (!answer.exposed) {
    return (
      <Page title={t('tasks.line.title')}>
        <Notice tone="good" title={t('line.notExposed')}>
          <p>{t('line.notExposedText', { line })}</p>
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t('tasks.line.title')}>
      <Notice tone="bad" title={t('line.exposed')}>
        <p>{t('line.exposedText', { line })}</p>
        <ul className="bullets">
          {answer.incidents.map(({ incident, items, firstDay, lastDay }) => (
            <li key={incident}>
              {t('line.exposedOn', { firstDay, lastDay, items: items.map((item) => item.toUpperCase()).join(', ') })}
            </li>
          ))}
        </ul>
        <p>{t('line.call', { contact: answer.contact })}</p>
      </Notice>
      {answer.incidents[0] !== undefined && (
        <UsimRequest check={check} token={answer.token} incident={answer.incidents[0].incident} />
      )}
    </Page>
  );
}
