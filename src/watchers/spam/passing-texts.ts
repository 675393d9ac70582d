import type { PassedText } from '../../records/passed-text.ts';
import { Fault } from '../../base/fault.ts';
import { parseCertificateCode } from '../../identifiers/sender.ts';
import { FINGERPRINT, NO_FINGERPRINT } from '../../texts/fingerprint.ts';
import { hourOf, type Sighting, sightingKey } from './sighting.ts';

/** Different sightings counted between two sendings. What is new beyond that is not counted, and said to be so. */
export const COUNTED_MAX = 50_000;

/** Counts passing texts by fingerprint, firm and hour, until the counts are taken. It keeps nothing else of them. */
export class PassingTexts {
  #counts = new Map<string, Sighting>();
  #dropped = 0;

  count(texts: readonly PassedText[]): void {
    for (const { fingerprint, certificate, atMs } of texts) {
      if (!isComparable(fingerprint, certificate)) continue;
      const sighting = { fingerprint, certificate, hourMs: hourOf(atMs) };
      const key = sightingKey(sighting);
      const before = this.#counts.get(key);
      if (before === undefined && this.#counts.size >= COUNTED_MAX) this.#dropped++;
      else this.#counts.set(key, { ...sighting, texts: (before?.texts ?? 0) + 1 });
    }
  }

  /** What was counted since the last call, and how many texts found no room. */
  take(): { sightings: Sighting[]; dropped: number } {
    const taken = { sightings: [...this.#counts.values()], dropped: this.#dropped };
    this.#counts = new Map();
    this.#dropped = 0;
    return taken;
  }
}

/** Pictures and binary texts have no fingerprint; a gate that only observes lets through texts of no firm. */
function isComparable(fingerprint: string, certificate: string): boolean {
  const isPrint = FINGERPRINT.test(fingerprint) && fingerprint !== NO_FINGERPRINT;
  return isPrint && !(parseCertificateCode(certificate) instanceof Fault);
}
