import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type ImeiKey, imeiKeyText, imeiText } from '../identifiers/imei.ts';
import type { DeviceReason } from '../statements/statement.ts';
import type { BodyFieldName, ListFormat, ListKind } from './formats/list-format.ts';

/** Octets that are held before they go to disk. */
const HELD_SIZE_MAX = 256 * 1024;

/** A line that is given out. */
export interface GivenRecord {
  readonly action: 'insert' | 'remove';
  readonly from: ImeiKey;
  readonly to: ImeiKey;
  readonly reason: DeviceReason;
}

export interface ListWriterOptions {
  readonly format: ListFormat;
  readonly kind: ListKind;
  readonly organisation: string;
  readonly number: number;
  /** In ms since 1970; its day in UTC stands in the header. */
  readonly createdMs: number;
}

/** The code under which a record is given out; undefined where the register has none for it. */
export function theirReasonOf(
  { reasons, given, reasonWithout }: ListFormat,
  { action, reason }: Pick<GivenRecord, 'action' | 'reason'>,
): string | undefined {
  if (!given.includes(reason)) return undefined;
  if (reasonWithout !== undefined) return '';
  if (action === 'remove') return reasons.find(({ remove }) => remove !== undefined)?.theirs;
  const exact = reasons.find(({ insert }) => insert === reason);
  return (exact ?? reasons.find(({ insert }) => insert !== undefined && given.includes(insert)))?.theirs;
}

/** Writes a list record by record, durably once `finish` resolves. */
export class ListWriter {
  readonly #options: ListWriterOptions;
  readonly #file: Awaited<ReturnType<typeof open>>;
  readonly #hash = createHash('sha256');
  #held = '';
  #size = 0;
  #line = 0;
  #records = 0;

  private constructor(options: ListWriterOptions, file: Awaited<ReturnType<typeof open>>) {
    this.#options = options;
    this.#file = file;
  }

  static async open(path: string, options: ListWriterOptions): Promise<ListWriter> {
    const writer = new ListWriter(options, await open(path, 'w', 0o600));
    const { format, kind } = options;
    if (format.header !== undefined) {
      await writer.#write([format.header.tag, ...format.header.fields.map((field) => headerValue(options, field))]);
    }
    if (format.columnNames) await writer.#write(columnsOf(format, kind).map(({ name }) => name!));
    return writer;
  }

  get records(): number {
    return this.#records;
  }

  /** @returns the line on which the record stands */
  async add(record: GivenRecord): Promise<number> {
    const { format, kind } = this.#options;
    const values = columnsOf(format, kind).map(({ is }) => bodyValue(this.#options, record, is));
    this.#records++;
    return this.#write(format.body.tag === undefined ? values : [format.body.tag, ...values]);
  }

  async finish(): Promise<{ sha256: string; size: number }> {
    const { trailer } = this.#options.format;
    if (trailer !== undefined) {
      await this.#write([
        trailer.tag,
        ...trailer.fields.map((field) => (field === 'records' ? String(this.#records) : '')),
      ]);
    }
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    return { sha256: this.#hash.digest('hex'), size: this.#size };
  }

  async #write(values: readonly string[]): Promise<number> {
    const { separator, lineEnd } = this.#options.format;
    this.#held += values.join(separator) + (lineEnd === 'crlf' ? '\r\n' : '\n');
    if (this.#held.length >= HELD_SIZE_MAX) await this.#flush();
    return ++this.#line;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#held, 'ascii');
    this.#held = '';
    this.#size += bytes.length;
    this.#hash.update(bytes);
    await this.#file.writeFile(bytes);
  }
}

/** The name of a list that is given out. */
export function listName({ format, kind, organisation, number, createdMs }: ListWriterOptions): string {
  return format.fileName
    .replace('{organisation}', organisation)
    .replace('{kind}', format.kinds[kind])
    .replace('{number}', String(number).padStart(6, '0'))
    .replace('{date}', dayText(createdMs));
}

/** `YYYYMMDD`, in UTC. */
export function dayText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
}

function columnsOf({ body }: ListFormat, kind: ListKind): ListFormat['body']['fields'] {
  return body.fields.filter(({ onlyIn }) => onlyIn === undefined || onlyIn === kind);
}

function headerValue(options: ListWriterOptions, field: NonNullable<ListFormat['header']>['fields'][number]): string {
  switch (field) {
    case 'kind':
      return options.format.kinds[options.kind];
    case 'organisation':
      return options.organisation;
    case 'number':
      return String(options.number);
    case 'date':
      return dayText(options.createdMs);
    case 'ignored':
      return '';
  }
}

function bodyValue({ format, organisation }: ListWriterOptions, record: GivenRecord, is: BodyFieldName): string {
  const imei = format.imeiDigits === 15 ? imeiText : imeiKeyText;
  switch (is) {
    case 'action':
      return format.actions[record.action][0]!;
    case 'from':
      return imei(record.from);
    case 'to':
      return imei(record.to);
    case 'reason':
      return theirReasonOf(format, record) ?? '';
    case 'organisation':
      return organisation;
    case 'status':
      return record.action === 'remove' ? '' : (format.effective?.at(-1) ?? '');
    case 'country':
    case 'date':
    case 'ignored':
      return '';
  }
}
