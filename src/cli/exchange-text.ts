import type { GivenList } from '../exchange/outbox.ts';
import type { RunReport } from '../exchange/running.ts';
import type { ConflictView, FileView, LineFaultView, RefusedLineView } from '../exchange/views.ts';
import { properties, table, timeText } from './text.ts';

export function fileText(file: FileView): string {
  const { inserted, removed, unchanged, skipped, refused, conflicts } = file;
  return properties({
    list: `${file.file}  ${file.name}`,
    register: file.register,
    state: file.state,
    kind: file.kind,
    records: `${file.recordsDone} of ${file.records}`,
    outcome: `${inserted} listed, ${removed} unlisted, ${unchanged} unchanged, ${skipped} without effect, ${refused} refused`,
    conflicts: conflicts === 0 ? undefined : `${conflicts}: bongsu exchange conflicts`,
    refused:
      file.faultCode === undefined
        ? undefined
        : `${file.faultCode}${file.faultLine === undefined ? '' : ` at line ${file.faultLine}`}`,
    sha256: file.sha256,
  });
}

export function fileTable(files: readonly FileView[]): string {
  if (files.length === 0) return 'no lists';
  return table(
    ['list', 'at', 'register', '', 'kind', 'state', 'listed', 'unlisted', 'refused', 'name'],
    files.map((file) => [
      String(file.file),
      timeText(file.at),
      file.register,
      file.direction,
      file.kind,
      file.faultCode ?? file.state,
      String(file.inserted),
      String(file.removed),
      String(file.refused),
      file.name,
    ]),
  );
}

export function lineTable(lines: readonly LineFaultView[]): string {
  if (lines.length === 0) return 'nothing was refused';
  return table(
    ['line', 'code', 'field'],
    lines.map(({ line, code, field }) => [String(line), code, field ?? '']),
  );
}

export function refusedTable(lines: readonly RefusedLineView[]): string {
  if (lines.length === 0) return 'nothing was refused';
  return table(
    ['device', 'reason', 'their code', 'list', 'line'],
    lines.map(({ target, reason, code, file, line }) => [
      Object.values(target).join('-'),
      reason,
      code,
      String(file),
      String(line),
    ]),
  );
}

export function conflictTable(conflicts: readonly ConflictView[]): string {
  if (conflicts.length === 0) return 'no conflicts';
  return table(
    ['conflict', 'kind', 'device', 'register', 'organisation', 'list', 'line', 'decide'],
    conflicts.map(({ conflict, kind, target, register, organisation, file, line, choices, resolution }) => [
      String(conflict),
      kind,
      Object.values(target).join('-'),
      register,
      organisation,
      String(file),
      String(line),
      resolution ?? choices.join(' | '),
    ]),
  );
}

export function givenText({ file, inserted, removed, leftOut }: GivenList): string {
  if (file === undefined) return 'nothing has changed since the last list';
  const left = leftOut === 0 ? '' : `, ${leftOut} left out: the register has no code for their reasons`;
  return `list ${file}: ${inserted} to list, ${removed} to unlist${left}`;
}

export function runText({ fetched, answers, given, delivered }: RunReport): string {
  const lines = [
    ...fetched.map((file) => `fetched ${file.name}: ${file.faultCode ?? file.state}, ${file.inserted} listed`),
    ...answers.map((file) => `answer ${file.name}: ${file.faultCode ?? file.state}, ${file.records} lines refused`),
    ...(given === undefined ? [] : [givenText(given)]),
    ...delivered.map((file) => `delivered ${file.name}`),
  ];
  return lines.length === 0 ? 'nothing to fetch, nothing to deliver' : lines.join('\n');
}
