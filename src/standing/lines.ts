import type { ImeiKey } from '../identifiers/imei.ts';

/** Lines of which something is kept. A map of JavaScript ends at 2^24. */
export const LINES_MAX = 16_000_000;
/** Lines on all exposed lists that are current. */
export const EXPOSED_LINES_MAX = 16_000_000;

/** How a line stands with its own operator. Of a line that nothing is said of there is no such value. */
export interface Line {
  /** E.164 digits. Personal data, as the IMSI is: of this operator alone, in no shared log and in no log line. */
  readonly msisdn: string;
  readonly imsi?: string;
  /** The one device that this subscription may be used in. */
  readonly boundImei?: ImeiKey;
  /** The customer wants no payment charged to this line. */
  readonly paymentsBlocked: boolean;
  /** A line of the emergency services. */
  readonly priority: boolean;
}

/** One line on an exposed list, and which list that is. */
export interface ExposedLine {
  readonly msisdn: string;
  readonly imsi: string;
  readonly list: string;
}

/** Where exposed lists come from. */
export interface ExposedLists {
  /** Every line on a list that is current. */
  currentLines(): readonly ExposedLine[];
  /** Calls when what is current has changed. @returns how to stop that */
  onExposedList(listener: () => void): () => void;
}

/** What a gate may ask about lines. */
export interface LinesAsked {
  find(msisdn: string): Line | undefined;
  /** The lists that a line is on, in no order. */
  exposedOn(msisdn: string): readonly string[];
}

const NONE: readonly string[] = [];

/** How this operator's lines stand, in memory: loaded at the start, changed after each decision of the line desk. */
export class LineStanding implements LinesAsked {
  readonly #lines = new Map<string, Line>();
  #exposed = new Map<string, string[]>();

  get size(): number {
    return this.#lines.size;
  }

  get exposedSize(): number {
    return this.#exposed.size;
  }

  find(msisdn: string): Line | undefined {
    return this.#lines.get(msisdn);
  }

  exposedOn(msisdn: string): readonly string[] {
    return this.#exposed.get(msisdn) ?? NONE;
  }

  /** Takes how a line stands from now on. The desk refuses what would be beyond LINES_MAX. */
  accept(line: Line): void {
    if (isPlain(line)) this.#lines.delete(line.msisdn);
    else this.#lines.set(line.msisdn, line);
  }

  /** Takes the exposed lists as they are now. @returns how many lines were left out, as there were too many */
  acceptExposed(lines: readonly ExposedLine[], linesMax = EXPOSED_LINES_MAX): number {
    const exposed = new Map<string, string[]>();
    let leftOut = 0;
    for (const { msisdn, list } of lines) {
      const lists = exposed.get(msisdn);
      if (lists !== undefined) {
        if (!lists.includes(list)) lists.push(list);
      } else if (exposed.size < linesMax) exposed.set(msisdn, [list]);
      else leftOut++;
    }
    this.#exposed = exposed;
    return leftOut;
  }
}

function isPlain({ boundImei, paymentsBlocked, priority }: Line): boolean {
  return boundImei === undefined && !paymentsBlocked && !priority;
}
