import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, moveDurably, writeDurably } from '../../base/durable.ts';
import type { Clock } from '../../base/clock.ts';
import { lockFolder } from '../../base/folder-lock.ts';
import { ArchiveError } from './archive-fault.ts';
import {
  type ArchiveFolder,
  dayText,
  FOLDER_MODE,
  type ImportNote,
  notePath,
  readNote,
  removeUnfinished,
} from './archive-files.ts';
import { type Engine, fileLiteral, literal, quoted, type Row, type Session } from './engine.ts';
import { COLUMNS, type RecordKind, storedColumn } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import { readingOf, sourceColumn } from './reading.ts';
import { readHeader } from './source-header.ts';

/** Lines of one file that may be no CSV: beyond it, the mapping's delimiter or quote is wrong. */
export const MALFORMED_LINES_MAX = 100_000;
/** Days that one file may touch. */
export const IMPORT_DAYS_MAX = 4_000;
const DAY_MS = 86_400_000;
/** Rows that DuckDB may skip at a time when it looks for a span of time. */
const ROW_GROUP_ROWS = 122_880;

export interface ImportRequest {
  readonly kind: RecordKind;
  readonly file: string;
  readonly mapping: Mapping;
  /** Of an inventory: when it was the truth; now, without it. */
  readonly asOfMs?: number;
  /** Where the refused rows go, as CSV: line, code, and the row. */
  readonly refusedFile?: string;
}

export interface ImportAnswer extends ImportNote {
  /** The same file was imported before: nothing was done. */
  readonly already: boolean;
}

export type ImportStep = 'hashing' | 'reading' | 'refusing' | 'writing' | 'done';
/** Told as the work goes on. `done` of `of` counts octets while hashing, days while writing. */
export type Progress = (step: ImportStep, facts: { done?: number; of?: number; rows?: number }) => void;

/**
 * Imports a CSV file: all its right rows become part of the archive, or nothing does. The same file again is known by
 * its hash. @throws ArchiveError; FolderLockError FOLDER_IN_USE while another import goes on
 */
export async function importFile(
  folder: ArchiveFolder,
  request: ImportRequest,
  { engine, clock, progress }: { engine: Engine; clock: Clock; progress: Progress },
): Promise<ImportAnswer> {
  const { kind, file } = request;
  const sha256 = await hashFile(file, progress);
  const earlier = await readNote(folder, kind, sha256);
  if (earlier !== undefined) return { ...earlier, already: true };
  await makeFolderDurably(folder.imports, FOLDER_MODE);
  // Two imports at once would take away each other's files.
  const lock = lockFolder(folder.imports);
  const work = join(folder.work, 'import');
  // What one that was killed has left.
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true, mode: FOLDER_MODE });
  try {
    await removeUnfinished(folder, kind, sha256);
    return await engine.with(async (session) => {
      const staged = join(work, 'read.parquet');
      await readSource(session, request, { staged, progress });
      const counts = await countRows(session, kind, staged);
      await refuse(session, request, { staged, counts, progress });
      const nowMs = clock.nowMs();
      const note = { kind, sha256, importedMs: nowMs, asOfMs: request.asOfMs ?? nowMs, ...counts };
      const files = await writeDays(session, folder, { note, staged, work, progress });
      const whole = { ...note, files };
      // From here on the files count: until now no reader took them.
      await writeDurably(notePath(folder, kind, sha256), `${JSON.stringify(whole)}\n`);
      progress('done', { rows: counts.accepted });
      return { ...whole, already: false };
    });
  } finally {
    await rm(work, { recursive: true, force: true });
    lock.release();
  }
}

async function hashFile(file: string, progress: Progress): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 4 * 1024 * 1024 })) {
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      progress('hashing', { done });
    }
  } catch (cause) {
    throw new ArchiveError({ code: 'RECORD_SOURCE_UNREADABLE', file }, { cause });
  }
  return hash.digest('hex');
}

/** Reads the file into one Parquet file in the order of time, each row with what refuses it. */
async function readSource(
  session: Session,
  { kind, file, mapping }: ImportRequest,
  { staged, progress }: { staged: string; progress: Progress },
): Promise<void> {
  progress('reading', {});
  const header = await readHeader(file, mapping);
  const wanted = Object.values(mapping.fields).flatMap(({ column }) => column ?? []);
  const missing = wanted.find((column) => !header.includes(column));
  if (missing !== undefined) throw new ArchiveError({ code: 'RECORD_COLUMN_MISSING', column: missing });
  const columns = [...new Set(wanted)].map((column) => `${quoted(column)} as ${sourceColumn(column)}`);
  const types = `{${header.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`;
  const options = [
    `columns = ${types}`,
    'header = true, auto_detect = false, store_rejects = true, null_padding = false',
    `rejects_limit = ${MALFORMED_LINES_MAX + 1}`,
    ...csvOptions(mapping),
  ];
  const source = `select row_number() over () as record, ${columns.join(', ')} from read_csv(${fileLiteral(file)}, ${options.join(', ')})`;
  const order = kind === 'inventory' ? 'cell' : 'at_ms';
  await asSource(
    session.run(
      `copy (with source as (${source}) ${readingOf(kind, mapping)} order by ${order} nulls last, record)
        to ${literal(staged)} (format parquet, compression zstd, row_group_size ${ROW_GROUP_ROWS})`,
    ),
    file,
  );
}

function csvOptions({ delimiter, quote }: Mapping): string[] {
  return [`delim = ${literal(delimiter)}`, `quote = ${literal(quote)}`, `escape = ${literal(quote)}`];
}

async function asSource<T>(work: Promise<T>, file: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ArchiveError({ code: 'RECORD_SOURCE_MALFORMED', file }, { cause });
  }
}

type Counts = Pick<ImportNote, 'rows' | 'accepted' | 'refused' | 'firstMs' | 'lastMs'>;

async function countRows(session: Session, kind: RecordKind, staged: string): Promise<Counts> {
  // A line that is no CSV has an error for each column that it misses.
  await session.run(
    `create temp table malformed as select cast(line as bigint) as line, any_value(csv_line) as text from reject_errors group by line`,
  );
  const rows = await session.rows<{ refusal: string | null; rows: bigint; first: bigint | null; last: bigint | null }>(
    `select refusal, count(*) as rows, ${kind === 'inventory' ? 'null' : 'min(at_ms)'} as first, ${kind === 'inventory' ? 'null' : 'max(at_ms)'} as last
      from read_parquet(${fileLiteral(staged)}) group by refusal`,
  );
  const [{ lines }] = (await session.rows<{ lines: bigint }>('select count(*) as lines from malformed')) as [
    { lines: bigint },
  ];
  const malformed = Number(lines);
  if (malformed > MALFORMED_LINES_MAX) {
    throw new ArchiveError({ code: 'RECORDS_REFUSED_TOO_MANY', refusedMax: MALFORMED_LINES_MAX });
  }
  const accepted = rows.find(({ refusal }) => refusal === null);
  const refused = rows.flatMap(({ refusal, rows }) => (refusal === null ? [] : [[refusal, Number(rows)] as const]));
  if (malformed > 0) refused.push(['LINE_MALFORMED', malformed]);
  refused.sort(([, one], [, other]) => other - one);
  return {
    rows: rows.reduce((sum, { rows }) => sum + Number(rows), malformed),
    accepted: Number(accepted?.rows ?? 0),
    refused: Object.fromEntries(refused),
    firstMs: Number(accepted?.first ?? 0),
    lastMs: Number(accepted?.last ?? 0),
  };
}

/** Writes down what was refused. @throws ArchiveError RECORDS_NONE_ACCEPTED */
async function refuse(
  session: Session,
  { refusedFile }: ImportRequest,
  { staged, counts, progress }: { staged: string; counts: Counts; progress: Progress },
): Promise<void> {
  const refused = counts.rows - counts.accepted;
  progress('refusing', { rows: refused });
  if (refusedFile !== undefined && refused > 0) await writeRefused(session, { staged, refusedFile });
  if (counts.accepted > 0) return;
  const [mostly = '-'] = Object.keys(counts.refused);
  throw new ArchiveError({ code: 'RECORDS_NONE_ACCEPTED', rows: counts.rows, refused, mostly });
}

/** A line's number counts the header as 1. A record that a quoted line break spreads over lines counts as one. */
async function writeRefused(
  session: Session,
  { staged, refusedFile }: { staged: string; refusedFile: string },
): Promise<void> {
  await session.run(
    `copy (
      with skipped as (select line - row_number() over (order by line) as before, line from malformed),
      refused as (select record, refusal as code, text from read_parquet(${fileLiteral(staged)}) where refusal is not null)
      select line, code, text from (
        select 1 + record + (select count(*) from skipped where before <= record) as line, code, text from refused
        union all select line, 'LINE_MALFORMED' as code, text from malformed)
      order by line) to ${literal(refusedFile)} (format csv, header true)`,
  );
}

/** Each day's rows in one file, in the order of time. @returns how many files */
async function writeDays(
  session: Session,
  folder: ArchiveFolder,
  {
    note,
    staged,
    work,
    progress,
  }: { note: Omit<ImportNote, 'files'>; staged: string; work: string; progress: Progress },
): Promise<number> {
  const { kind } = note;
  const days = kind === 'inventory' ? [dayText(note.asOfMs)] : await daysOf(session, staged);
  if (days.length > IMPORT_DAYS_MAX) {
    throw new ArchiveError({ code: 'RECORD_DAYS_TOO_MANY', days: days.length, daysMax: IMPORT_DAYS_MAX });
  }
  const columns = COLUMNS[kind].map((column) => quoted(storedColumn(column).name)).join(', ');
  for (const [place, day] of days.entries()) {
    progress('writing', { done: place, of: days.length });
    const fromMs = Date.parse(day);
    const within = kind === 'inventory' ? '' : `and at_ms >= ${fromMs} and at_ms < ${fromMs + DAY_MS}`;
    const made = join(work, `${day}.parquet`);
    await session.run(
      `copy (select ${columns} from read_parquet(${fileLiteral(staged)}) where refusal is null ${within})
        to ${literal(made)} (format parquet, compression zstd, row_group_size ${ROW_GROUP_ROWS})`,
    );
    await makeFolderDurably(join(folder.root, kind, day), FOLDER_MODE);
    await moveDurably(made, join(folder.root, kind, day, `import-${note.sha256}.parquet`));
  }
  return days.length;
}

async function daysOf(session: Session, staged: string): Promise<string[]> {
  const rows = await session.rows<Row & { day: bigint }>(
    `select distinct at_ms // ${DAY_MS} as day from read_parquet(${fileLiteral(staged)}) where refusal is null order by day`,
  );
  return rows.map(({ day }) => dayText(Number(day) * DAY_MS));
}
