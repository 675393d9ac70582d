import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { IncidentError } from './incident-fault.ts';
import type { Language } from './languages.ts';

/** Duties in one file. */
export const DUTIES_MAX = 100;

/**
 * What a fact may establish. `incident`: an intrusion or what comes of one; `breach`: personal data got out;
 * `possibility`: they may have; `new-fact`: something new is confirmed; the others are what conditions ask for.
 */
export const MARKS = ['incident', 'breach', 'possibility', 'new-fact', 'sensitive-data', 'outside-access'] as const;
export type Mark = (typeof MARKS)[number];

const MarkName = Type.Union(MARKS.map((mark) => Type.Literal(mark)));
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
const Line = Type.String({ minLength: 1, maxLength: 500 });
/** A text in each language of the pages; one text alone stands for all of them. */
const Text = Type.Union([Line, Type.Object({ ko: Line, en: Line }, { additionalProperties: false })]);

/** One duty of the law, as data. */
const Duty = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
    addressee: Text,
    /** The law and its clause. */
    source: Text,
    /** What must be said. */
    text: Text,
    validFrom: Day,
    validUntil: Type.Optional(Day),
    startsWith: MarkName,
    /** `first`: one clock an incident. `each`: one for each fact that bears the mark. */
    starts: Type.Union([Type.Literal('first'), Type.Literal('each')]),
    /** Only if one of these holds; without it, always. */
    onlyIf: Type.Optional(
      Type.Object(
        { personsMin: Type.Optional(Type.Integer({ minimum: 1 })), anyOf: Type.Optional(Type.Array(MarkName)) },
        { additionalProperties: false },
      ),
    ),
    /** Absent where the law gives no figure: without delay. */
    hours: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 24 * 366 })),
  },
  { additionalProperties: false },
);
const Duties = Type.Object({ duties: Type.Array(Duty, { maxItems: DUTIES_MAX }) }, { additionalProperties: false });

type WrittenDuty = Static<typeof Duty>;

/** What is said in a duty, in each language. */
export type DutyText = Readonly<Record<Language, string>>;
export type Duty = Omit<WrittenDuty, 'addressee' | 'source' | 'text'> & {
  readonly addressee: DutyText;
  readonly source: DutyText;
  readonly text: DutyText;
};

/** Reads the file of duties. @throws IncidentError DUTIES_UNREADABLE, DUTIES_MALFORMED */
export async function readDuties(file: string): Promise<readonly Duty[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new IncidentError({ code: 'DUTIES_UNREADABLE', file }, { cause });
  }
  const [wrong] = Value.Errors(Duties, value);
  if (wrong !== undefined) {
    throw new IncidentError({ code: 'DUTIES_MALFORMED', file, field: wrong.instancePath, expected: wrong.message });
  }
  return (value as Static<typeof Duties>).duties.map((duty) => ({
    ...duty,
    addressee: inEachLanguage(duty.addressee),
    source: inEachLanguage(duty.source),
    text: inEachLanguage(duty.text),
  }));
}

function inEachLanguage(text: WrittenDuty['text']): DutyText {
  return typeof text === 'string' ? { ko: text, en: text } : text;
}

/** Whether the duty was law on a day, `YYYY-MM-DD`; a key may have one version at a time. */
export function isInForce({ validFrom, validUntil }: Duty, day: string): boolean {
  return validFrom <= day && (validUntil === undefined || day <= validUntil);
}
