import { IMEI_KEY_DIGITS, type ImeiKey } from '../../../identifiers/imei.ts';
import type { N5gEirProblem } from './events.ts';

/** Longer paths get 414. A legal request needs some 150 characters. */
export const PATH_LENGTH_MAX = 2_048;

const API = '/n5g-eir-eic/v1';
const RESOURCE = '/equipment-status';
const QUESTION_MARK = 0x3f;
const SLASH = 0x2f;
const ZERO = 0x30;
const IMEI_PREFIX = 'imei-';
const IMEI_LENGTH = IMEI_PREFIX.length + 15;
const IMEISV_PREFIX = 'imeisv-';
const IMEISV_LENGTH = IMEISV_PREFIX.length + 16;
const IMSI_PREFIX = 'imsi-';
const IMSI_DIGITS = { min: 5, max: 15 };
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * `GET {prefix}/n5g-eir-eic/v1/equipment-status?pei=…[&supi=…]` (TS 29.511 clause 6.1), read from the `:path` of a
 * request. One object serves all requests of a thread: what it holds is of the last one read.
 */
export class EquipmentStatusRequest {
  /** -1 for a PEI that is no IMEI: a MAC address, an EUI, anything else that TS 29.571 lets pass. */
  key: ImeiKey | -1 = -1;
  /** The digits of an IMSI, or '' where the SUPI is missing or of another kind. */
  imsi = '';
  readonly #api: string;
  readonly #resource: string;
  #hasPei = false;
  #hasSupi = false;

  /** @param prefix the part of apiRoot after the authority, '' for none */
  constructor({ prefix }: { prefix: string }) {
    this.#api = prefix + API;
    this.#resource = this.#api + RESOURCE;
  }

  /**
   * Finds the resource. One slash at its end is forgiven.
   * @returns where the query begins (the path's length when there is none), or why there is no such resource
   */
  readPath(path: string): number | N5gEirProblem {
    if (path.length > PATH_LENGTH_MAX) return 'URI_TOO_LONG';
    const queryStart = this.#queryAfterResource(path);
    if (queryStart !== -1) return queryStart;
    const written = withoutNeedlessEscapes(pathOnly(path));
    if (this.#queryAfterResource(written) !== -1) return pathOnly(path).length + 1;
    const isOurApi =
      written.startsWith(this.#api) && (written.length === this.#api.length || isSlash(written, this.#api.length));
    return isOurApi ? 'RESOURCE_URI_STRUCTURE_NOT_FOUND' : 'INVALID_API';
  }

  /** Reads the query from `start` on. Parameters that it does not need may say anything. */
  readQuery(path: string, start: number): N5gEirProblem | undefined {
    this.key = -1;
    this.imsi = '';
    this.#hasPei = false;
    this.#hasSupi = false;
    for (let at = start; at < path.length;) {
      const next = path.indexOf('&', at);
      const end = next === -1 ? path.length : next;
      const problem = this.#readParameter(path, at, end);
      if (problem !== undefined) return problem;
      at = end + 1;
    }
    return this.#hasPei ? undefined : 'MANDATORY_QUERY_PARAM_MISSING';
  }

  #queryAfterResource(path: string): number {
    if (!path.startsWith(this.#resource)) return -1;
    let at = this.#resource.length;
    if (isSlash(path, at)) at += 1;
    if (at === path.length) return at;
    return path.charCodeAt(at) === QUESTION_MARK ? at + 1 : -1;
  }

  #readParameter(path: string, start: number, end: number): N5gEirProblem | undefined {
    if (path.startsWith('pei=', start)) return this.#readValue('pei', path, start + 4, end);
    if (path.startsWith('supi=', start)) return this.#readValue('supi', path, start + 5, end);
    const equals = path.indexOf('=', start);
    const nameEnd = equals === -1 || equals > end ? end : equals;
    const name = unescaped(path.slice(start, nameEnd));
    if (name === 'pei' || name === 'supi') return this.#readValue(name, path, Math.min(nameEnd + 1, end), end);
    return undefined;
  }

  /** A parameter given twice could mean either value, so neither is taken. */
  #readValue(name: 'pei' | 'supi', path: string, start: number, end: number): N5gEirProblem | undefined {
    if (name === 'pei') {
      if (this.#hasPei || start === end) return 'MANDATORY_QUERY_PARAM_INCORRECT';
      this.#hasPei = true;
    } else {
      if (this.#hasSupi) return 'OPTIONAL_QUERY_PARAM_INCORRECT';
      this.#hasSupi = true;
    }
    const escape = path.indexOf('%', start);
    if (escape === -1 || escape >= end) {
      this.#take(name, path, start, end);
      return undefined;
    }
    const text = unescaped(path.slice(start, end));
    // An escape that is none says nothing about the equipment; of the subscriber we can do without.
    if (text === undefined) return name === 'pei' ? 'MANDATORY_QUERY_PARAM_INCORRECT' : undefined;
    this.#take(name, text, 0, text.length);
    return undefined;
  }

  #take(name: 'pei' | 'supi', text: string, start: number, end: number): void {
    if (name === 'pei') this.key = imeiKeyOfPei(text, start, end);
    else this.imsi = imsiOfSupi(text, start, end);
  }
}

/** TS 29.571 type Pei: `imei-` and 15 digits or `imeisv-` and 16 name a device here; the 15th digit is not compared. */
function imeiKeyOfPei(text: string, start: number, end: number): ImeiKey | -1 {
  const length = end - start;
  if (length === IMEISV_LENGTH && text.startsWith(IMEISV_PREFIX, start)) {
    return keyOfDigits(text, start + IMEISV_PREFIX.length, end);
  }
  if (length === IMEI_LENGTH && text.startsWith(IMEI_PREFIX, start)) {
    return keyOfDigits(text, start + IMEI_PREFIX.length, end);
  }
  return -1;
}

/** The first 14 digits, where all are digits. */
function keyOfDigits(text: string, start: number, end: number): ImeiKey | -1 {
  let key = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    if (at < start + IMEI_KEY_DIGITS) key = key * 10 + digit;
  }
  return key as ImeiKey;
}

function imsiOfSupi(text: string, start: number, end: number): string {
  if (!text.startsWith(IMSI_PREFIX, start)) return '';
  const digits = start + IMSI_PREFIX.length;
  const length = end - digits;
  const isImsi = length >= IMSI_DIGITS.min && length <= IMSI_DIGITS.max && areDigits(text, digits, end);
  return isImsi ? text.slice(digits, end) : '';
}

function areDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

function isSlash(text: string, at: number): boolean {
  return text.charCodeAt(at) === SLASH;
}

function pathOnly(path: string): string {
  const at = path.indexOf('?');
  return at === -1 ? path : path.slice(0, at);
}

/** RFC 3986 clause 6.2.2.2: an escaped unreserved character is that character. An escaped slash is none. */
function withoutNeedlessEscapes(path: string): string {
  return path.replaceAll(/%([0-9A-Fa-f]{2})/g, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escape;
  });
}

function unescaped(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
