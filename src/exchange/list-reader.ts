import { ExchangeError } from './exchange-fault.ts';
import type { ListFormat } from './formats/list-format.ts';
import { readLines } from './lines.ts';
import { ListParser, type ParserOptions } from './list-parser.ts';
import type { ListHeader, ListItem } from './list-record.ts';

/** Records of one list. */
export const RECORDS_MAX = 20_000_000;

/** The items of a list's body, in its order, as many at a time as one piece of the file holds. */
export async function* readList(
  path: string,
  format: ListFormat,
  options: ParserOptions,
): AsyncGenerator<ListItem[], { header: ListHeader; records: number }> {
  const parser = new ListParser(format, options);
  for await (const lines of readLines(path, format.charset)) {
    const items: ListItem[] = [];
    for (const line of lines) {
      const item = parser.push(line);
      if (item !== undefined) items.push(item);
      if (parser.records > RECORDS_MAX) {
        throw new ExchangeError({ code: 'EXCHANGE_RECORDS_TOO_MANY', recordsMax: RECORDS_MAX, line: line.line });
      }
    }
    if (items.length > 0) yield items;
  }
  const header = parser.end();
  return { header, records: parser.records };
}
