import { Fault, type Parsed } from '../../base/fault.ts';
import { AvpCursor } from './avp-cursor.ts';
import { type AvpDefinition, dataSizeMin, isFixedSize } from './dictionary.ts';
import { HEADER_SIZE } from './header.ts';
import type { MessageFault } from './message-fault.ts';
import { readUint32 } from './octets.ts';

/** How often an AVP may stand in a message or group. `max` is left out for `*[ … ]`: the message's size bounds it. */
export interface GrammarRule {
  readonly avp: AvpDefinition;
  readonly min: 0 | 1;
  readonly max?: 1;
}

/** `{ AVP }` or `< AVP >`, `[ AVP ]`, `*[ AVP ]` and `1*{ AVP }` of RFC 6733 clause 3.2. */
export const once = (avp: AvpDefinition): GrammarRule => ({ avp, min: 1, max: 1 });
export const optional = (avp: AvpDefinition): GrammarRule => ({ avp, min: 0, max: 1 });
export const any = (avp: AvpDefinition): GrammarRule => ({ avp, min: 0 });
export const some = (avp: AvpDefinition): GrammarRule => ({ avp, min: 1 });

interface Data {
  readonly start: number;
  readonly end: number;
}

/** The AVPs of a message or group that its grammar names, checked for number, size and the M-bit rule. */
export class Avps {
  readonly #bytes: Buffer;
  readonly #messageStart: number;
  readonly #found: ReadonlyMap<AvpDefinition, readonly Data[]>;

  constructor(bytes: Buffer, messageStart: number, found: ReadonlyMap<AvpDefinition, readonly Data[]>) {
    this.#bytes = bytes;
    this.#messageStart = messageStart;
    this.#found = found;
  }

  /** Copies of the data of each such AVP. */
  octets(avp: AvpDefinition): Buffer[] {
    return this.#all(avp).map(({ start, end }) => Buffer.from(this.#bytes.subarray(start, end)));
  }

  texts(avp: AvpDefinition): string[] {
    return this.#all(avp).map(({ start, end }) => this.#bytes.toString('utf8', start, end));
  }

  text(avp: AvpDefinition): string | undefined {
    return this.texts(avp)[0];
  }

  numbers(avp: AvpDefinition): number[] {
    return this.#all(avp).map(({ start }) => readUint32(this.#bytes, start));
  }

  number(avp: AvpDefinition): number | undefined {
    return this.numbers(avp)[0];
  }

  /** Each group of that name, read by its own grammar, or the first fault in one of them. */
  groups(avp: AvpDefinition, grammar: readonly GrammarRule[]): Parsed<Avps[], MessageFault> {
    const groups: Avps[] = [];
    for (const { start, end } of this.#all(avp)) {
      const group = readBetween(this.#bytes, this.#messageStart, start, end, grammar);
      if (group instanceof Fault) return group;
      groups.push(group);
    }
    return groups;
  }

  #all(avp: AvpDefinition): readonly Data[] {
    return this.#found.get(avp) ?? [];
  }
}

/** Reads the AVPs of the whole message between `start` and `end`. This is the general way, for messages that are rare. */
export function readAvps(
  bytes: Buffer,
  start: number,
  end: number,
  grammar: readonly GrammarRule[],
): Parsed<Avps, MessageFault> {
  return readBetween(bytes, start, start + HEADER_SIZE, end, grammar);
}

function readBetween(
  bytes: Buffer,
  messageStart: number,
  start: number,
  end: number,
  grammar: readonly GrammarRule[],
): Parsed<Avps, MessageFault> {
  const found = new Map<AvpDefinition, Data[]>();
  const cursor = new AvpCursor().reset(bytes, start, end);
  while (cursor.step()) {
    const rule = grammar.find(({ avp }) => avp.code === cursor.code && avp.vendorId === cursor.vendorId);
    if (rule === undefined) {
      if (cursor.isUnsupported) return cursor.fault('DIAMETER_AVP_UNSUPPORTED', messageStart);
      continue;
    }
    const earlier = found.get(rule.avp) ?? [];
    if (earlier.length === rule.max) return cursor.fault('DIAMETER_AVP_TOO_MANY', messageStart);
    if (!hasSizeOf(rule.avp, cursor.dataEnd - cursor.dataStart))
      return cursor.fault('DIAMETER_AVP_LENGTH', messageStart);
    found.set(rule.avp, [...earlier, { start: cursor.dataStart, end: cursor.dataEnd }]);
  }
  if (cursor.malformed !== undefined) return cursor.fault(cursor.malformed, messageStart);
  const missing = grammar.find(({ avp, min }) => min === 1 && !found.has(avp));
  if (missing !== undefined) {
    const { code: avpCode, vendorId } = missing.avp;
    return new Fault({ code: 'DIAMETER_AVP_MISSING', avpCode, vendorId });
  }
  return new Avps(bytes, messageStart, found);
}

function hasSizeOf(avp: AvpDefinition, size: number): boolean {
  return isFixedSize(avp.type) ? size === dataSizeMin(avp.type) : size >= dataSizeMin(avp.type);
}
