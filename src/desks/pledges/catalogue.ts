import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { PledgeError } from './pledge-fault.ts';

const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
const Text = Type.String({ minLength: 1, maxLength: 1_000 });

/** What a running system can say about a pledge. */
export const MEASURE_NAMES = ['report-to-refusal', 'spam-suspended', 'clocks-kept', 'exposed-made-whole'] as const;
export type MeasureName = (typeof MEASURE_NAMES)[number];

const Pledge = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    promise: Text,
    owner: Text,
    source: Type.Optional(Text),
    from: Day,
    until: Type.Optional(Day),
    due: Type.Optional(Day),
    measure: Type.Optional(
      Type.Object(
        {
          name: Type.Enum([...MEASURE_NAMES]),
          atMost: Type.Optional(Type.Number()),
          atLeast: Type.Optional(Type.Number()),
        },
        { additionalProperties: false },
      ),
    ),
    evidence: Type.Array(
      Type.Object(
        {
          what: Text,
          reference: Type.Optional(Text),
          sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
          on: Type.Optional(Day),
        },
        { additionalProperties: false },
      ),
      { default: [], maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);
export type Pledge = Static<typeof Pledge>;

export const Catalogue = Type.Object(
  { title: Text, note: Type.Optional(Text), pledges: Type.Array(Pledge, { maxItems: 500 }) },
  { additionalProperties: false },
);
export type Catalogue = Static<typeof Catalogue>;

/** Reads a catalogue of pledges. @throws PledgeError PLEDGES_UNREADABLE, PLEDGES_MALFORMED */
export async function readCatalogue(file: string): Promise<Catalogue> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new PledgeError({ code: 'PLEDGES_UNREADABLE', file }, { cause });
  }
  return parseCatalogue(value);
}

/** @throws PledgeError PLEDGES_MALFORMED */
export function parseCatalogue(value: unknown): Catalogue {
  const filled = Value.Default(Catalogue, value);
  const [wrong] = Value.Errors(Catalogue, filled);
  if (wrong !== undefined) throw malformed(wrong.instancePath === '' ? '/' : wrong.instancePath, wrong.message);
  const catalogue = filled as Catalogue;
  const seen = new Set<string>();
  catalogue.pledges.forEach(({ id, from, until, due }, place) => {
    if (seen.has(id)) throw malformed(`/pledges/${place}/id`, 'an id that stands once');
    seen.add(id);
    for (const [field, day] of Object.entries({ from, until, due })) {
      if (day !== undefined && !isDay(day)) throw malformed(`/pledges/${place}/${field}`, 'a day of the calendar');
    }
    if (until !== undefined && until < from) throw malformed(`/pledges/${place}/until`, 'a day after `from`');
  });
  return catalogue;
}

/** The pledges that hold on any day of a span. Days are compared as they are written. */
export function pledgesIn({ pledges }: Catalogue, span: { readonly first: string; readonly last: string }): Pledge[] {
  return pledges.filter(({ from, until }) => from <= span.last && (until === undefined || until >= span.first));
}

function isDay(text: string): boolean {
  const timeMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(text);
}

function malformed(field: string, expected: string): PledgeError {
  return new PledgeError({ code: 'PLEDGES_MALFORMED', field, expected });
}
