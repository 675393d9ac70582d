import type { InputHTMLAttributes } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';

interface Props extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string;
  /** How to find or write it: read out with the field. */
  readonly help?: string | undefined;
  readonly lines?: number;
  readonly input?: Pick<
    InputHTMLAttributes<HTMLInputElement>,
    'placeholder' | 'spellCheck' | 'autoCapitalize' | 'step'
  >;
}

/** A text that a person types, with its label above and what is wrong below. */
export function Field({ label, help, lines = 1, input, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <TextField {...props} className="field">
      <Label>{label}</Label>
      {help !== undefined && (
        <Text slot="description" className="field-help">
          {help}
        </Text>
      )}
      {lines > 1 ? <TextArea rows={lines} /> : <Input {...input} />}
      {/* The browser's own words are in the browser's language, which may not be the page's. */}
      <FieldError className="field-error">
        {({ validationDetails: { valueMissing } }) => (valueMissing ? t('common.required') : t('common.malformed'))}
      </FieldError>
    </TextField>
  );
}
