import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** More stops than any page has; a field for a time alone has eight. */
const KEYS_MAX = 250;
/** WCAG 2.2, 1.4.11: what shows a state differs from its ground by 3 to 1. */
const CONTRAST_MIN = 3;

/**
 * Runs in the page. `stops` are the controls that a person can see, in the order of the document: of a group of radio
 * buttons the one that Tab reaches. `stop` is what has the focus, and what is wrong with how that shows, or nothing.
 */
const IN_PAGE = `globalThis.keyboard ??= (() => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const nameOf = (e) => [e.getAttribute('aria-label'), e.labels?.[0]?.textContent, e.textContent, e.tagName].find((text) => text?.trim());
  const isInSight = (e) => shownBy(e).checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0 && e.type !== 'hidden' && !e.closest('[inert], [aria-hidden="true"]');
  const isReached = (e, all) => {
    if (e.type !== 'radio') return true;
    const group = all.filter((other) => other.type === 'radio' && other.name === e.name);
    return e === (group.find((other) => other.checked) ?? group[0]);
  };
  // A box to tick is drawn by its label; the control itself is there for those who do not see it.
  const shownBy = (e) => (['radio', 'checkbox'].includes(e.type) ? e.closest('label') ?? e : e);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const colours = (text) => [...text.matchAll(/rgba?\\(([^)]*)\\)/g)].map(([, inner]) => inner.split(/[ ,/]+/).map(Number)).filter(([, , , alpha = 1]) => alpha > 0.5);
  const groundsOf = (e) => {
    for (let at = e.parentElement; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      const found = [...colours(backgroundImage), ...colours(backgroundColor)];
      if (found.length > 0) return found;
    }
    return [[255, 255, 255]];
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  return {
    mark(selector) {
      const all = [...document.querySelector(selector).querySelectorAll(CONTROLS)].filter(isInSight);
      this.stops = all.filter((e) => isReached(e, all));
      return this.stops.map(nameOf);
    },
    stop(contrastMin) {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return { at: -1, name: 'nothing', fault: 'the focus is nowhere' };
      return { at: this.stops?.indexOf(focused) ?? -1, name: nameOf(focused), fault: this.focusFault(contrastMin) };
    },
    focusFault(contrastMin) {
      const shown = shownBy(document.activeElement);
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shown);
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return 'no ring';
      const [ring] = colours(outlineColor);
      const worst = Math.min(...groundsOf(shown).map((ground) => contrast(ring, ground)));
      if (worst < contrastMin) return 'a ring of contrast ' + worst.toFixed(1);
      const { top, bottom, left, right } = shown.getBoundingClientRect();
      if (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth) return 'out of sight';
      return '';
    },
  };
})();`;

/** What has the focus: its place among the stops, and what is wrong with how it shows. */
interface Stop {
  readonly at: number;
  readonly name: string;
  readonly fault: string;
}

/** Asserts that what has the focus shows it. */
export async function assertFocusShows(page: Page, what: string): Promise<void> {
  await page.evaluate(IN_PAGE);
  const { name, fault } = await stopOf(page);
  assert.equal(fault, '', `${what}: ${name}`);
}

function stopOf(page: Page): Promise<Stop> {
  return page.evaluate(`keyboard.stop(${CONTRAST_MIN})`);
}

/**
 * Asserts that Tab alone reaches every control within `selector`, in the order of the document, and shows each.
 * @returns how many there are
 */
export async function assertEveryStop(page: Page, selector: string, what: string): Promise<number> {
  await page.evaluate(IN_PAGE);
  const names = await page.evaluate<string[]>(`keyboard.mark('${selector}')`);
  assert.ok(names.length > 0, `${what}: no control`);
  const reached: number[] = [];
  for (let keys = 0; keys < KEYS_MAX; keys++) {
    await page.keyboard.press('Tab');
    const { at, name, fault } = await stopOf(page);
    // A field for a date is one control with a stop for each of its parts.
    if (at === reached.at(-1)) continue;
    if (at === -1 || at === reached[0]) break;
    assert.equal(fault, '', `${what}: ${name}`);
    reached.push(at);
  }
  const first = reached.indexOf(0);
  const inOrder = [...reached.slice(first), ...reached.slice(0, Math.max(first, 0))];
  assert.deepEqual(
    inOrder.map((at) => names[at]),
    names,
    `${what}: every control, in the order of the document`,
  );
  return names.length;
}
