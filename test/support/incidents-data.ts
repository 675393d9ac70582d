import { fileURLToPath } from 'node:url';
import type { DeskRequest } from '../../src/desks/decisions/decision.ts';
import type { ExposedLine } from '../../src/desks/incidents/exposed-lines.ts';
import type { IncidentSettings } from '../../src/desks/incidents/settings.ts';

export const DUTIES_FILE = fileURLToPath(new URL('../../examples/korea/duties.json', import.meta.url));
export const AGENT: DeskRequest = { actor: 'desk-1', role: 'agent' };
export const SUPERVISOR: DeskRequest = { actor: 'chief', role: 'supervisor' };
/** 2026-11-22T18:00:00+09:00 */
export const NOW_MS = Date.UTC(2026, 10, 22, 9);
export const KNOWN_AT = '2026-11-22T12:00:00+09:00';
export const TEMPLATE = '[한빛] 고객님의 정보({items})가 노출되었습니다. 확인 번호 {code}, 문의 {contact}.';
export const OPEN_FORM = { title: 'Illegal base stations', what: 'The police called.', knownAt: KNOWN_AT };

export const SETTINGS: Omit<IncidentSettings, 'duties'> = {
  member: 'hanbit',
  utcOffset: '+09:00',
  countryCode: '82',
  sender: '114',
  contact: '080-000-0114',
  shops: ['mapo', 'depot'],
  selfCheck: {
    codeSeconds: 600,
    codeWaitsSeconds: [60, 300, 1_800, 3_600],
    checksPerAddressAndHourMax: 60,
    wrongCodesMax: 5,
    answerMsMin: 0,
  },
};

/** Lines of an exposed list: `count` of them from `from` on, with these items. */
export function linesOf(from: number, count: number, items: readonly string[] = ['imsi']): ExposedLine[] {
  return Array.from({ length: count }, (_, place) => ({
    msisdn: `8210${(from + place).toString().padStart(8, '0')}`,
    imsi: `45008${(from + place).toString().padStart(10, '0')}`,
    items,
    firstMs: NOW_MS - 10 * 24 * 3_600_000,
    lastMs: NOW_MS - 9 * 24 * 3_600_000,
  }));
}
