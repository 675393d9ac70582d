import { readNote, malformed } from '../decisions/form-fields.ts';
import { IncidentError } from './incident-fault.ts';

/** Octets of a text: what Korean operators carry as an LMS, in their own encoding of two octets a syllable. */
export const NOTICE_OCTETS_MAX = 2_000;
/** What a template may ask to have filled in. */
const FIELDS = ['code', 'contact', 'incident', 'items'] as const;
const FIELD = /\{([^{}]*)\}/g;
/** What marks an address, once look-alikes of its dots and slashes are made one. */
const SCHEME = /[a-z][a-z0-9+-]*:\/\//i;
const WWW = /\bwww\b/i;
/** Letters, a dot, letters: the name of a host. Dates and amounts have digits around their dots. */
const HOST = /[\p{L}\p{N}-]+\.(?:[\p{L}][\p{L}\p{N}-]+)/u;
const ADDRESS = /\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b/;
/** Dots of other scripts, and what shows nothing: both have been used to get a link past a filter. */
const DOTS = /[。．｡․‧・]/g;
const INVISIBLE = /[\p{Cf}\u034f\u115f\u1160\u3164]/gu;

/** What fills a template in for one person. */
export interface NoticeFill {
  readonly code: string;
  readonly contact: string;
  readonly incident: string;
  readonly items: string;
}

/**
 * Reads a template. A notice never holds a link: those who steal send links, and people are told to tap none.
 * @throws FormError FIELD_MALFORMED; IncidentError NOTICE_HOLDS_LINK, NOTICE_LACKS_CODE, NOTICE_FIELD_UNKNOWN
 */
export function readTemplate(text: string): string {
  const template = readNote(text, 'template');
  if (template === undefined) throw malformed('template', 'a text');
  const fields = [...template.matchAll(FIELD)].map((match) => match[1]!);
  if (fields.some((field) => !FIELDS.some((known) => known === field))) {
    throw new IncidentError({ code: 'NOTICE_FIELD_UNKNOWN' });
  }
  if (!fields.includes('code')) throw new IncidentError({ code: 'NOTICE_LACKS_CODE' });
  // A field may stand inside an address, or make one with what is around it.
  refuseLinks(template.replaceAll(FIELD, 'x'));
  refuseLinks(template.replaceAll(FIELD, ''));
  return template;
}

/** The text that one person gets. @throws IncidentError NOTICE_HOLDS_LINK, NOTICE_TOO_LONG */
export function noticeText(template: string, fill: NoticeFill): string {
  const text = template.replaceAll(FIELD, (_, field: keyof NoticeFill) => fill[field]);
  refuseLinks(text);
  const octets = koreanOctets(text);
  if (octets > NOTICE_OCTETS_MAX)
    throw new IncidentError({ code: 'NOTICE_TOO_LONG', octets, octetsMax: NOTICE_OCTETS_MAX });
  return text;
}

/** @throws IncidentError NOTICE_HOLDS_LINK */
export function refuseLinks(text: string): void {
  const plain = text.replaceAll(INVISIBLE, '').replaceAll(DOTS, '.').normalize('NFKC').replaceAll(DOTS, '.');
  // What spaces pull apart is put together; a host between spaces cannot be told from the end of a sentence.
  const joined = plain.replaceAll(/ *\. */g, '.').replaceAll(/ *(:) *(\/) *(\/) */g, '$1$2$3');
  const isLink = [SCHEME, WWW, ADDRESS].some((pattern) => pattern.test(joined)) || HOST.test(plain);
  if (isLink) throw new IncidentError({ code: 'NOTICE_HOLDS_LINK' });
}

/** Octets in the encoding that Korean networks carry: one for ASCII, two for any other character. */
function koreanOctets(text: string): number {
  return text.length + (text.match(/[^\t\n\r -~]/g)?.length ?? 0);
}
