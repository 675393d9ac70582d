import type { ListFormat } from './formats/list-format.ts';
import type { ExchangeFileRow, ExchangeLineFaultRow } from '../store/exchange/schema.ts';
import { ExchangeError, isRefusal } from './exchange-fault.ts';
import { readLines } from './lines.ts';

type ResponseFormat = NonNullable<ListFormat['response']>;

/** Lines of an answer that are read. */
export const RESPONSE_LINES_MAX = 1_000_000;
const CODE = /^[A-Za-z0-9]{1,8}$/;
const NUMBER = /^[0-9]{1,15}$/;

/** A register's answer to a list: which of its lines it refused. */
export interface ListResponse {
  /** The name of the list. */
  readonly file: string;
  readonly isAccepted: boolean;
  /** The register's code where it refused the whole. */
  readonly code: string;
  readonly lines: readonly { readonly line: number; readonly code: string }[];
}

/** The name of the answer to a list of this name. */
export function responseName({ fileName }: ResponseFormat, file: string): string {
  return fileName.replace('{file}', file);
}

/** The answer to a list that was taken or refused here. Lines without effect that are right are not in it. */
export function responseText(
  { separator, lineEnd, response }: ListFormat,
  file: ExchangeFileRow,
  faults: Iterable<ExchangeLineFaultRow>,
): string {
  const { headerTag, lineTag, trailerTag, accepted, refused, codes } = response!;
  const isRefused = file.state === 'refused';
  const lines = [[headerTag, file.name, isRefused ? refused : accepted, codes[file.faultCode ?? ''] ?? '']];
  for (const { line, code } of faults) {
    if (!isRefusal({ code })) continue;
    lines.push([lineTag, String(line), codes[code] ?? '', code]);
  }
  lines.push([trailerTag, String(lines.length - 1)]);
  return lines.map((values) => values.join(separator) + (lineEnd === 'crlf' ? '\r\n' : '\n')).join('');
}

/** Reads an answer whole. @throws ExchangeError what is wrong with it as a file */
export async function readResponse(path: string, format: ListFormat): Promise<ListResponse> {
  const { headerTag, lineTag, trailerTag, accepted, refused } = format.response!;
  let head: Omit<ListResponse, 'lines'> | undefined;
  let isEnded = false;
  let last = 0;
  const lines: { line: number; code: string }[] = [];
  for await (const read of readLines(path, format.charset)) {
    for (const { line, text } of read) {
      last = line;
      const values = text?.split(format.separator, 8).map((value) => value.trim()) ?? [];
      if (isEnded) throw new ExchangeError({ code: 'EXCHANGE_TRAILER_WRONG', field: 'nothing after it', line });
      if (head === undefined) {
        if (values[0] !== headerTag) throw new ExchangeError({ code: 'EXCHANGE_HEADER_MISSING', line });
        const [, file, outcome, code = ''] = values;
        if (file === undefined || file === '') throw headerWrong('file', line);
        if (outcome !== accepted && outcome !== refused) throw headerWrong('outcome', line);
        head = { file, isAccepted: outcome === accepted, code: CODE.test(code) ? code : '' };
      } else if (values[0] === trailerTag) {
        if (Number(values[1]) !== lines.length || !NUMBER.test(values[1] ?? '')) {
          throw new ExchangeError({ code: 'EXCHANGE_TRAILER_WRONG', field: 'records', line });
        }
        isEnded = true;
      } else {
        const [tag, number = '', code = ''] = values;
        if (tag !== lineTag || !NUMBER.test(number) || !CODE.test(code)) {
          throw new ExchangeError({ code: 'EXCHANGE_LINES_WRONG', lines: 1, line });
        }
        lines.push({ line: Number(number), code });
        if (lines.length > RESPONSE_LINES_MAX) {
          throw new ExchangeError({ code: 'EXCHANGE_RECORDS_TOO_MANY', recordsMax: RESPONSE_LINES_MAX, line });
        }
      }
    }
  }
  if (head === undefined) throw new ExchangeError({ code: 'EXCHANGE_HEADER_MISSING', line: last });
  if (!isEnded) throw new ExchangeError({ code: 'EXCHANGE_TRAILER_MISSING', line: last });
  return { ...head, lines };
}

function headerWrong(field: string, line: number): ExchangeError {
  return new ExchangeError({ code: 'EXCHANGE_HEADER_WRONG', field, line });
}
