import { currentLanguage } from '../languages/languages.ts';

/** A moment in the person's own time. */
export function Time({ at }: { at: string | undefined }) {
  if (at === undefined) return null;
  const text = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(at),
  );
  return <time dateTime={at}>{text}</time>;
}
