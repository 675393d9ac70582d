import { type RefObject, useEffect, useRef } from 'react';

/** Whether the document has shown a page: the first leaves the focus at the top, before the way past the menu. */
let hasShownPage = false;

/** A page's first heading takes the focus when the page changes: whoever does not see the change hears it. */
export function usePageHeading(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · 봉수 Bongsu`;
  }, [title]);
  useEffect(() => {
    if (hasShownPage) heading.current?.focus();
    hasShownPage = true;
  }, []);
  return heading;
}

/** Where what had the focus has gone with what was done, the page's title takes it. */
export function focusHeadingIfLost(): void {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.querySelector<HTMLElement>('h1')?.focus();
  }
}
