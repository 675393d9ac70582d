import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { axeViolations, PHONE, type WatchedPage } from './chromium.ts';

const LANGUAGES = [
  ['한국어', 'ko'],
  ['English', 'en'],
] as const;
const TELEPHONE = 'a[href="tel:114"]:visible';

/**
 * Holds the page as it stands to what every page owes, in both languages and at the size of a small phone: no violation
 * that axe finds, one first heading, the telephone line in reach, nothing that runs off the side, no complaint.
 */
export async function checkPage({ page, complaints }: WatchedPage, what: string): Promise<void> {
  const size = page.viewportSize();
  for (const [name, language] of LANGUAGES) {
    await chooseLanguage(page, name);
    assert.equal(await page.evaluate('document.documentElement.lang'), language, what);
    await checkAsItStands(page, `${what}, ${language}`);
    await page.setViewportSize(PHONE);
    await checkAsItStands(page, `${what}, ${language}, on a phone`);
    const overhang = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(overhang, 0, `${what}, ${language}: it runs off the side of a phone`);
    if (size !== null) await page.setViewportSize(size);
  }
  await chooseLanguage(page, LANGUAGES[0][0]);
  assert.deepEqual(complaints, [], what);
}

async function checkAsItStands(page: Page, what: string): Promise<void> {
  const loading = page.locator('.loading');
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
  await page.locator(TELEPHONE).first().waitFor();
  assert.deepEqual(await axeViolations(page), [], what);
  assert.equal(await page.locator('h1').count(), 1, `${what}: one first heading`);
  assert.ok((await page.locator(TELEPHONE).count()) > 0, `${what}: the telephone line in sight`);
}

async function chooseLanguage(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Presses Tab until the element has the focus. @throws where it cannot be reached by keyboard */
export async function tabTo(page: Page, label: string, keysMax = 60): Promise<void> {
  for (let keys = 0; keys < keysMax; keys++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      `(() => { const e = document.activeElement; return [e?.getAttribute('aria-label'), e?.textContent, ...[...(e?.labels ?? [])].map((l) => l.textContent)].join('|'); })()`,
    );
    if (
      String(focused)
        .split('|')
        .some((text) => text.trim() === label)
    )
      return;
  }
  assert.fail(`${label} is not reached by the keyboard`);
}
