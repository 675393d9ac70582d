import { Label, Radio, RadioGroup } from 'react-aria-components';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

/** One of a few words, all of them in sight. */
export function Choice({ label, value, onChange, options }: Props) {
  return (
    <RadioGroup className="choice" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <div className="choice-options">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="choice-option">
            {option.text}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
