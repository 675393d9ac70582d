import { timeOf } from '../decisions/form-fields.ts';
import type { SenderDeskConfig } from './config.ts';
import { SenderDeskError } from './sender-fault.ts';
import type { CustomerKind, NumberKind, Service } from './words.ts';

type Rules = Pick<SenderDeskConfig, 'checklists' | 'periods' | 'numberCaps' | 'sanctions'>;
type Rule<Name extends keyof Rules> = Rules[Name][number];
export type ChecklistItem = Rule<'checklists'>['items'][number];

/** Which rules hold at a time. Of several that do, the one that began last. */
export class SenderRules {
  readonly #rules: Rules;

  /** @throws SenderDeskError SENDER_RULES_MALFORMED for a rule that ends before it begins, or whose item comes twice */
  constructor(rules: Rules) {
    this.#rules = rules;
    for (const name of ['checklists', 'periods', 'numberCaps', 'sanctions'] as const) refuseBackward(rules, name);
    for (const { items } of rules.checklists) {
      if (new Set(items.map(({ item }) => item)).size < items.length) {
        throw new SenderDeskError({ code: 'SENDER_RULES_MALFORMED', rule: 'checklists', expected: 'each item once' });
      }
    }
  }

  /** The items that a firm with such a service has to meet. @throws SenderDeskError SENDER_RULES_MISSING */
  items(service: Service, nowMs: number): readonly ChecklistItem[] {
    return this.#inForce('checklists', nowMs).items.filter(({ services }) => services.includes(service));
  }

  /** @throws SenderDeskError SENDER_RULES_MISSING */
  periods(nowMs: number): Rule<'periods'> {
    return this.#inForce('periods', nowMs);
  }

  /** @throws SenderDeskError SENDER_RULES_MISSING */
  sanctions(nowMs: number): Rule<'sanctions'> {
    return this.#inForce('sanctions', nowMs);
  }

  /** How many numbers of a kind a customer may have without anybody's approval. @throws SenderDeskError as above */
  numberCap(customer: { kind: CustomerKind; staff: number }, kind: NumberKind, nowMs: number): number {
    const cap = this.#inForce('numberCaps', nowMs).caps[customer.kind][kind];
    return cap === 'staff' ? customer.staff : cap;
  }

  #inForce<Name extends keyof Rules>(name: Name, nowMs: number): Rule<Name> {
    const rows: readonly Rule<Name>[] = this.#rules[name];
    let latest: Rule<Name> | undefined;
    for (const row of rows) {
      if (startMs(row) > nowMs || endMs(row) <= nowMs) continue;
      if (latest === undefined || startMs(row) >= startMs(latest)) latest = row;
    }
    if (latest === undefined) throw new SenderDeskError({ code: 'SENDER_RULES_MISSING', rule: name });
    return latest;
  }
}

interface Dated {
  readonly from: string;
  readonly until?: string;
}

function refuseBackward(rules: Rules, rule: keyof Rules): void {
  for (const row of rules[rule] as readonly Dated[]) {
    const isRight = startMs(row) < endMs(row);
    if (isRight) continue;
    const expected = 'from and until are days of the calendar, and from comes first';
    throw new SenderDeskError({ code: 'SENDER_RULES_MALFORMED', rule, expected });
  }
}

/** NaN for a day that the calendar lacks: no comparison with it holds. */
function startMs({ from }: Dated): number {
  return timeOf(from) ?? Number.NaN;
}

function endMs({ until }: Dated): number {
  return until === undefined ? Infinity : (timeOf(until) ?? Number.NaN);
}
