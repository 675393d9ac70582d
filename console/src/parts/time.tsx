import { currentLanguage } from '../languages/languages.ts';

/** A narrow column breaks between the day and the hour, and nowhere else. */
const NO_BREAK_SPACE = '\u00a0';

/** A moment in the person's own time, to the second where it `isExact`. */
export function Time({ at, isExact = false }: { at: string | undefined; isExact?: boolean }) {
  if (at === undefined) return null;
  const part = (style: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(currentLanguage(), style).format(new Date(at)).replaceAll(' ', NO_BREAK_SPACE);
  return (
    <time dateTime={at}>
      {part({ dateStyle: 'medium' })} {part({ timeStyle: isExact ? 'medium' : 'short' })}
    </time>
  );
}
