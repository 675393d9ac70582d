import type { Tables } from '../store/store.ts';
import type { ExchangeFileRow, ExchangeLineFaultRow } from '../store/exchange/schema.ts';
import { ExchangeError, isRefusal } from './exchange-fault.ts';
import type { ListHeader, ListItem, ListRecord } from './list-record.ts';
import { readList } from './list-reader.ts';
import type { Register } from './register.ts';
import { subjectOf } from './subject.ts';

/** Wrong lines that are kept of a file that is refused whole. */
export const REFUSED_LINES_KEPT_MAX = 1_000;

/** Reads of the store while a list is checked. */
type Read = <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;

/** A list that was read through: nothing of it is wrong that would refuse it whole. */
export interface CheckedList {
  readonly header: ListHeader;
  readonly records: number;
}

/** Why a list was refused, with the lines that are to blame. */
export class ListRefused extends ExchangeError {
  readonly lines: readonly Omit<ExchangeLineFaultRow, 'fileId'>[];

  constructor(
    facts: ConstructorParameters<typeof ExchangeError>[0],
    lines: readonly Omit<ExchangeLineFaultRow, 'fileId'>[] = [],
  ) {
    super(facts);
    this.lines = lines;
  }
}

/**
 * Reads a list from its first to its last octet before anything of it takes effect: only its end says whether it is
 * whole.
 * @throws ExchangeError, ListRefused
 */
export async function checkList(
  path: string,
  file: ExchangeFileRow,
  { register, read, nowMs }: { register: Register; read: Read; nowMs: number },
): Promise<CheckedList> {
  const strict = register.table.strict ? new StrictCheck(register, read) : undefined;
  const list = readList(path, register.table, { rangeSizeMax: register.rangeSizeMax, nowMs });
  for (;;) {
    const { value, done } = await list.next();
    if (done === true) {
      strict?.finish();
      await checkHeader(value.header, value.records, file, { register, read });
      return value;
    }
    await strict?.take(value);
  }
}

async function checkHeader(
  { kind, organisation, number }: ListHeader,
  records: number,
  file: ExchangeFileRow,
  { register, read }: { register: Register; read: Read },
): Promise<void> {
  if (organisation !== undefined && organisation !== register.sender) {
    throw new ExchangeError({ code: 'EXCHANGE_ORGANISATION_UNKNOWN', line: 1 });
  }
  const last = await read(({ exchange }) => exchange.files.lastNumber(register.name, 'in'));
  if (number !== undefined && last !== undefined && number <= last) {
    throw new ExchangeError({ code: 'EXCHANGE_LIST_OLD', number, last });
  }
  if (kind === 'delta' && number !== undefined && last !== undefined && number !== last + 1) {
    throw new ExchangeError({ code: 'EXCHANGE_LIST_GAP', number, last });
  }
  if (kind === 'delta' || file.acceptShrink === 1) return;
  const standing = await read(({ exchange }) => exchange.listings.standingCount(register.name));
  const recordsMin = standing === 0 ? 0 : Math.max(1, Math.ceil(standing * register.keepShareMin));
  if (records < recordsMin) throw new ExchangeError({ code: 'EXCHANGE_LIST_SHRUNK', records, recordsMin });
}

/** Of formats in which one wrong line refuses the file. */
class StrictCheck {
  readonly #register: Register;
  readonly #read: Read;
  /** What each device's line says, by its first IMEI, and where it stands. */
  readonly #said = new Map<number, { readonly line: number; readonly content: string }>();
  readonly #wrong: Omit<ExchangeLineFaultRow, 'fileId'>[] = [];
  #wrongCount = 0;

  constructor(register: Register, read: Read) {
    this.#register = register;
    this.#read = read;
  }

  async take(items: readonly ListItem[]): Promise<void> {
    for (const { line, record, fault } of items) {
      if (fault !== undefined && isRefusal(fault)) this.#note(line, fault.code, fault.field);
      if (record !== undefined) this.#compare(line, record);
    }
    const records = items.flatMap(({ line, record }) => (record === undefined ? [] : [{ line, record }]));
    // Whether a delta fits is known only against what stands here, and a full list fits always.
    await this.#checkPresence(records);
  }

  finish(): void {
    const [first] = this.#wrong;
    if (first === undefined) return;
    throw new ListRefused(
      { code: 'EXCHANGE_LINES_WRONG', lines: this.#wrongCount, line: first.line },
      this.#wrong.toSorted((a, b) => a.line - b.line),
    );
  }

  /** The same device twice with the same words is one; with others, nobody knows what is meant. */
  #compare(line: number, record: ListRecord): void {
    const content = contentOf(record);
    const earlier = this.#said.get(record.from);
    if (earlier === undefined) this.#said.set(record.from, { line, content });
    else if (earlier.content !== content) {
      throw new ExchangeError({ code: 'EXCHANGE_LINES_CONTRADICT', line, earlier: earlier.line });
    }
  }

  async #checkPresence(records: readonly { line: number; record: ListRecord }[]): Promise<void> {
    const removals = records.filter(({ record }) => 'remove' in record.says && record.ifListed !== true);
    if (removals.length === 0) return;
    const subjects = removals.map(({ record }) => subjectOf(record));
    const listed = await this.#read(({ exchange }) => exchange.listings.standing(subjects));
    const mine = new Set(listed.filter(({ register }) => register === this.#register.name).map((row) => row.subject));
    for (const { line, record } of removals) {
      if (!mine.has(subjectOf(record))) this.#note(line, 'LIST_NOT_LISTED', 'from');
    }
  }

  #note(line: number, code: string, field: string | undefined): void {
    this.#wrongCount++;
    if (this.#wrong.length < REFUSED_LINES_KEPT_MAX) this.#wrong.push({ line, code, field: field ?? null });
  }
}

function contentOf({ says, theirReason, occurredMs }: ListRecord): string {
  return `${JSON.stringify(says)} ${theirReason} ${occurredMs ?? ''}`;
}
