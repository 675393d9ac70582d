import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';

export interface Filter {
  readonly withoutCase: boolean;
  readonly actor?: string;
  /** Times with an offset. */
  readonly since?: string;
  readonly until?: string;
}

/** Which look-ups are shown: on what ground, whose, and when. */
export function LookUpFilter({ onChange }: { onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const [ground, setGround] = useState('none');
  const [actor, setActor] = useState('');
  const [since, setSince] = useState('');
  const [until, setUntil] = useState('');
  return (
    <Form
      className="form form-filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({
          withoutCase: ground === 'none',
          ...(actor.trim() !== '' && { actor: actor.trim() }),
          ...(since !== '' && { since: new Date(since).toISOString() }),
          ...(until !== '' && { until: new Date(until).toISOString() }),
        });
      }}
    >
      <Choice
        label={t('lookUps.ground')}
        value={ground}
        onChange={setGround}
        options={[
          { value: 'none', text: t('lookUps.onlyWithoutCase') },
          { value: 'all', text: t('lookUps.all') },
        ]}
      />
      <Field label={t('lookUps.actor')} value={actor} onChange={setActor} autoComplete="off" />
      <Field label={t('lookUps.since')} value={since} onChange={setSince} type="datetime-local" />
      <Field label={t('lookUps.until')} value={until} onChange={setUntil} type="datetime-local" />
      <Button type="submit" look="plain">
        {t('lookUps.show')}
      </Button>
    </Form>
  );
}
