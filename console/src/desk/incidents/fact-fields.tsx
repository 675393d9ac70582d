import { Checkbox, CheckboxGroup, Label } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/field.tsx';
import { momentOf } from '../../parts/local-time.ts';

/** What a fact may establish: each starts the clocks of the law that wait for it. */
export const MARKS = ['incident', 'breach', 'possibility', 'new-fact', 'sensitive-data', 'outside-access'] as const;

export interface FactForm {
  readonly what: string;
  /** Local time, as the browser's own field gives it. */
  readonly knownAt: string;
  readonly marks: readonly string[];
  readonly persons: string;
}

export const EMPTY_FACT: FactForm = { what: '', knownAt: '', marks: [], persons: '' };

export function FactFields({ fact, onChange }: { fact: FactForm; onChange: (fact: FactForm) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('incidents.what')}
        value={fact.what}
        onChange={(what) => onChange({ ...fact, what })}
        isRequired
        lines={3}
      />
      <Field
        label={t('incidents.knownAt')}
        help={t('incidents.knownAtHelp')}
        value={fact.knownAt}
        onChange={(knownAt) => onChange({ ...fact, knownAt })}
        isRequired
        type="datetime-local"
      />
      <CheckboxGroup className="choice" value={[...fact.marks]} onChange={(marks) => onChange({ ...fact, marks })}>
        <Label>{t('incidents.marks')}</Label>
        <div className="choice-options">
          {MARKS.map((mark) => (
            <Checkbox key={mark} value={mark} className="choice-option choice-many">
              {t(`marks.${mark}`)}
            </Checkbox>
          ))}
        </div>
      </CheckboxGroup>
      <Field
        label={t('incidents.persons')}
        value={fact.persons}
        onChange={(persons) => onChange({ ...fact, persons })}
        inputMode="numeric"
      />
    </>
  );
}

/** Hours are counted from the moment, so it goes with its offset. */
export function factBody({ what, knownAt, marks, persons }: FactForm) {
  return {
    what,
    knownAt: momentOf(knownAt),
    marks: [...marks],
    ...(persons !== '' && { persons: Number(persons) }),
  };
}
