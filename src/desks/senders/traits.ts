import { createHmac } from 'node:crypto';

export const TRAIT_KEY_SIZE = 32;
/** By what a firm is known again that was cut off and comes back under another name. */
export const TRAITS = ['representative', 'phone', 'officeAddress', 'bankAccount'] as const;
export type Trait = (typeof TRAITS)[number];

/**
 * A firm's trait as a keyed hash, hexadecimal: equal where the traits are equal however they are written, and of no use
 * to who has the database without the member's key.
 */
export function traitHash(key: Uint8Array, trait: Trait, text: string): string {
  return createHmac('sha256', key)
    .update(`${trait}:${bare(text)}`)
    .digest('hex');
}

/** Letters and digits alone, in one spelling: spaces, dashes and brackets come and go with who writes them. */
export function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
