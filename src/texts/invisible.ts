/**
 * What a screen does not show and a comparison must not see: Unicode's Default_Ignorable_Code_Point and the other
 * format characters. The fillers of Hangul (U+115F, U+1160, U+3164, U+FFA0) are among them.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu;
/** Texts without any are the rule: this finds that out with no new string. */
const ANY_INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;

/** The text without what nobody sees. Linear in its length. */
export function stripInvisible(text: string): string {
  return ANY_INVISIBLE.test(text) ? text.replace(INVISIBLE, '') : text;
}
