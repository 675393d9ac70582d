import { ExchangeError, type LineFault } from './exchange-fault.ts';
import type { ListFormat, ListKind } from './formats/list-format.ts';
import type { Line } from './lines.ts';
import { type Columns, readRecord } from './list-fields.ts';
import type { ListHeader, ListItem } from './list-record.ts';

/** Fields of one line. */
export const FIELDS_MAX = 64;
const ORGANISATION = /^[A-Za-z0-9._-]{1,24}$/;
const NUMBER = /^[0-9]{1,15}$/;

export interface ParserOptions {
  /** Devices that one range may hold. */
  readonly rangeSizeMax: number;
  /** Wall time, which no reported day may be after, in ms since 1970. */
  readonly nowMs: number;
}

/**
 * Reads a list line by line, in the order of its format: header, body, trailer. What is wrong with a line stands in its
 * item; what is wrong with the file is thrown, and whoever began to believe it must not have: read it through first.
 */
export class ListParser {
  readonly #format: ListFormat;
  readonly #options: ParserOptions;
  #header: ListHeader | undefined;
  #columns: Columns = [];
  #records = 0;
  #trailerLine: number | undefined;
  #lastLine = 0;

  constructor(format: ListFormat, options: ParserOptions) {
    this.#format = format;
    this.#options = options;
  }

  /** What the list says of itself, once its first line was taken. */
  get header(): ListHeader | undefined {
    return this.#header;
  }

  /** Lines between header and trailer so far. */
  get records(): number {
    return this.#records;
  }

  /** @returns the item of a body line. @throws ExchangeError what is wrong with the file */
  push(line: Line): ListItem | undefined {
    this.#lastLine = line.line;
    if (this.#header === undefined) {
      this.#begin(line);
      return undefined;
    }
    const { trailer } = this.#format;
    if (this.#trailerLine !== undefined) {
      throw new ExchangeError({ code: 'EXCHANGE_TRAILER_WRONG', field: 'nothing after it', line: line.line });
    }
    const fields = line.text === undefined ? undefined : this.#split(line.text);
    if (trailer !== undefined && fields?.[0] === trailer.tag) {
      this.#end(fields, line.line);
      return undefined;
    }
    this.#records++;
    if (fields === undefined) return { line: line.line, fault: { code: line.fault ?? 'LIST_VALUE_WRONG' } };
    return this.#readBody(fields, line.line);
  }

  /** @throws ExchangeError where the file ends too early */
  end(): ListHeader {
    if (this.#header === undefined) {
      throw new ExchangeError({ code: 'EXCHANGE_HEADER_MISSING', line: this.#lastLine });
    }
    if (this.#format.trailer !== undefined && this.#trailerLine === undefined) {
      throw new ExchangeError({ code: 'EXCHANGE_TRAILER_MISSING', line: this.#lastLine });
    }
    return this.#header;
  }

  #begin({ line, text }: Line): void {
    const { header, columnNames } = this.#format;
    const fields = text === undefined ? undefined : this.#split(text);
    if (columnNames) {
      this.#header = this.#readNames(fields, line);
      return;
    }
    if (header === undefined || fields?.[0] !== header.tag) {
      throw new ExchangeError({ code: 'EXCHANGE_HEADER_MISSING', line });
    }
    this.#header = this.#readHeader(fields.slice(1), line);
    this.#columns = bodyColumns(this.#format, this.#header.kind);
  }

  #readHeader(values: readonly string[], line: number): ListHeader {
    const { fields } = this.#format.header!;
    const wrong = (field: string) => new ExchangeError({ code: 'EXCHANGE_HEADER_WRONG', field, line });
    if (values.length !== fields.length) throw wrong('fields');
    const said = Object.fromEntries(fields.map((field, place) => [field, values[place]!.trim()]));
    const { full, delta } = this.#format.kinds;
    const kind = fields.includes('kind') ? kindOf(said['kind']!, { full, delta }) : 'full';
    if (kind === undefined) throw wrong('kind');
    if (fields.includes('organisation') && !ORGANISATION.test(said['organisation']!)) {
      throw new ExchangeError({ code: 'EXCHANGE_ORGANISATION_UNKNOWN', line });
    }
    if (fields.includes('number') && !NUMBER.test(said['number']!)) throw wrong('number');
    return {
      kind,
      ...(fields.includes('organisation') && { organisation: said['organisation']! }),
      ...(fields.includes('number') && { number: Number(said['number']) }),
    };
  }

  /** A first line that names columns: they stand in any order, and the kind of list is seen from them. */
  #readNames(fields: readonly string[] | undefined, line: number): ListHeader {
    if (fields === undefined) throw new ExchangeError({ code: 'EXCHANGE_HEADER_MISSING', line });
    const wrong = (field: string) => new ExchangeError({ code: 'EXCHANGE_HEADER_WRONG', field, line });
    const known = this.#format.body.fields;
    const names = fields.map((field) => field.trim().toLowerCase());
    const places = new Map<string, number>();
    for (const [place, name] of names.entries()) {
      if (!known.some((field) => field.name === name)) throw wrong(`column ${place + 1}`);
      if (places.has(name)) throw wrong(`column ${place + 1}`);
      places.set(name, place);
    }
    const isDelta = known.some(({ onlyIn, name }) => onlyIn === 'delta' && places.has(name!));
    const missing = known.find(({ name, onlyIn }) => !places.has(name!) && (onlyIn === undefined || isDelta));
    if (missing !== undefined) throw wrong(missing.name!);
    this.#columns = names.map((name) => known.find((field) => field.name === name)!);
    return { kind: isDelta ? 'delta' : 'full' };
  }

  #end(values: readonly string[], line: number): void {
    const wrong = (field: string) => new ExchangeError({ code: 'EXCHANGE_TRAILER_WRONG', field, line });
    const { fields } = this.#format.trailer!;
    if (values.length - 1 !== fields.length) throw wrong('fields');
    fields.forEach((field, place) => {
      const value = values[place + 1]!.trim();
      if (field === 'records' && (!NUMBER.test(value) || Number(value) !== this.#records)) throw wrong('records');
    });
    this.#trailerLine = line;
  }

  #readBody(fields: readonly string[], line: number): ListItem {
    const { tag } = this.#format.body;
    if (tag !== undefined && fields[0] !== tag) return { line, fault: { code: 'LIST_VALUE_WRONG', field: 'tag' } };
    const values = tag === undefined ? fields : fields.slice(1);
    const record = readRecord(
      { format: this.#format, kind: this.#header!.kind, columns: this.#columns, ...this.#options },
      values,
    );
    return isFault(record) ? { line, fault: record } : { line, record };
  }

  #split(text: string): string[] | undefined {
    const fields = this.#format.quotes
      ? splitQuoted(text, this.#format.separator)
      : text.split(this.#format.separator, FIELDS_MAX + 1);
    return fields === undefined || fields.length > FIELDS_MAX ? undefined : fields;
  }
}

function bodyColumns({ body }: ListFormat, kind: ListKind): Columns {
  return body.fields.filter(({ onlyIn }) => onlyIn === undefined || onlyIn === kind);
}

function kindOf(word: string, { full, delta }: Record<ListKind, string>): ListKind | undefined {
  if (word === full) return 'full';
  return word === delta ? 'delta' : undefined;
}

function isFault(read: object): read is LineFault {
  return 'code' in read;
}

/** RFC 4180, within one line. @returns undefined where a quote stands where none may */
function splitQuoted(text: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field: string;
    if (text[at] === '"') {
      const closed = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
      if (closed === null) return undefined;
      field = closed[1]!.replaceAll('""', '"');
      at += closed[0].length;
      if (at < text.length && text[at] !== separator) return undefined;
    } else {
      const end = text.indexOf(separator, at);
      field = text.slice(at, end === -1 ? text.length : end);
      if (field.includes('"')) return undefined;
      at = end === -1 ? text.length : end;
    }
    fields.push(field);
    if (at >= text.length) return fields;
    if (fields.length > FIELDS_MAX) return fields;
    at += 1;
    if (at === text.length) {
      fields.push('');
      return fields;
    }
  }
}
