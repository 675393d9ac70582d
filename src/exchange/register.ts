import { readFile } from 'node:fs/promises';
import Value from 'typebox/value';
import type { RegisterConfig } from './config.ts';
import { ExchangeError } from './exchange-fault.ts';
import { BLOCK_LIST } from './formats/block-list.ts';
import { DIRBS_STOLEN } from './formats/dirbs-stolen.ts';
import { ListFormat } from './formats/list-format.ts';

const FORMATS = { 'block-list': BLOCK_LIST, 'dirbs-stolen': DIRBS_STOLEN } as const;

/** A register with its format's table read. */
export interface Register extends RegisterConfig {
  readonly table: ListFormat;
}

/** @throws ExchangeError EXCHANGE_FORMAT_MALFORMED */
export async function openRegister(config: RegisterConfig): Promise<Register> {
  const { name, formatFile } = config;
  if (formatFile === undefined) return { ...config, table: FORMATS[config.format] };
  const malformed = (field: string, expected: string, cause?: unknown) =>
    new ExchangeError({ code: 'EXCHANGE_FORMAT_MALFORMED', register: name, field, expected }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(formatFile, 'utf8'));
  } catch (cause) {
    throw malformed('formatFile', 'a JSON file', cause);
  }
  const filled = Value.Default(ListFormat, value);
  const [wrong] = Value.Errors(ListFormat, filled);
  if (wrong !== undefined) throw malformed(wrong.instancePath === '' ? '/' : wrong.instancePath, wrong.message);
  return { ...config, table: filled as ListFormat };
}
