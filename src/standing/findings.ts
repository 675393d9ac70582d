import type { DeviceListed, DeviceReason } from '../statements/statement.ts';
import { RANGE_LEVELS } from './ranges.ts';
import { kindOfCode, reasonOfCode } from './slots.ts';
import { STATEMENTS_PER_PLACE_MAX } from './standing-index.ts';

/** What a finding is about: this device, a range around it, its TAC. */
export const SCOPES = ['exact', 'range', 'tac'] as const;
export type Scope = (typeof SCOPES)[number];
export const SCOPE_EXACT = 0;
export const SCOPE_RANGE = 1;
export const SCOPE_TAC = 2;

/**
 * What a look-up found: statements in force, by scope, then member, then index. Made once and used again, so that a
 * look-up allocates nothing. There is room for all that a consortium can state about one device.
 */
export class Findings {
  count = 0;
  readonly #scopes: Uint8Array;
  readonly #members: Uint16Array;
  readonly #codes: Uint8Array;
  readonly #indexes: Uint32Array;

  /** @param members how many members the consortium has */
  constructor(members: number) {
    const room = members * STATEMENTS_PER_PLACE_MAX * (RANGE_LEVELS + 2);
    this.#scopes = new Uint8Array(room);
    this.#members = new Uint16Array(room);
    this.#codes = new Uint8Array(room);
    this.#indexes = new Uint32Array(room);
  }

  /** One of SCOPE_EXACT, SCOPE_RANGE, SCOPE_TAC: the place in SCOPES. */
  scope(at: number): number {
    return this.#scopes[at]!;
  }

  /** The number of the member that says so. */
  member(at: number): number {
    return this.#members[at]!;
  }

  /** Kind and reason in one number, 0 to 31: what a compiled policy looks up. */
  code(at: number): number {
    return this.#codes[at]!;
  }

  /** The entry's index in that member's log. */
  index(at: number): number {
    return this.#indexes[at]!;
  }

  kind(at: number): DeviceListed['kind'] {
    return kindOfCode(this.#codes[at]!);
  }

  reason(at: number): DeviceReason {
    return reasonOfCode(this.#codes[at]!);
  }

  clear(): void {
    this.count = 0;
  }

  add(scope: number, member: number, code: number, index: number): void {
    // A member that ends and states while it is being read may be met more often than it holds: the first ones do.
    if (this.count === this.#scopes.length) return;
    let at = this.count;
    while (at > 0 && this.#isAfter(at - 1, scope, member, index)) {
      this.#scopes[at] = this.#scopes[at - 1]!;
      this.#members[at] = this.#members[at - 1]!;
      this.#codes[at] = this.#codes[at - 1]!;
      this.#indexes[at] = this.#indexes[at - 1]!;
      at -= 1;
    }
    this.#scopes[at] = scope;
    this.#members[at] = member;
    this.#codes[at] = code;
    this.#indexes[at] = index;
    this.count += 1;
  }

  #isAfter(at: number, scope: number, member: number, index: number): boolean {
    if (this.#scopes[at] !== scope) return this.#scopes[at]! > scope;
    if (this.#members[at] !== member) return this.#members[at]! > member;
    return this.#indexes[at]! > index;
  }
}
