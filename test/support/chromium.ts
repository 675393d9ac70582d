import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WAIT_MS_MAX = 15_000;
/** A small phone (CSS pixels), and a desk. */
export const PHONE = { width: 360, height: 740 } as const;
export const DESK = { width: 1280, height: 860 } as const;

/** Why browser tests are skipped here, or false. Under CI nothing is skipped: absence is a failure. */
export function chromiumSkipReason(): string | false {
  if (existsSync(CHROMIUM)) return false;
  const reason = 'chromium is not installed (Debian: apt-get install chromium)';
  assert(process.env['CI'] !== 'true', reason);
  return reason;
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** Runs in the page: the policy's own report goes to the console, where the test hears it. */
const TELL_BREACHES = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy breached: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/** A page, and all that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, uncaught ones, breaches of the policy, requests that leave the node. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a page of its own session that may speak with `origin` alone, and with `others`. */
export async function watchedPage(
  browser: Browser,
  origin: string,
  { others = [], ...options }: BrowserContextOptions & { others?: readonly string[] } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: origin, locale: 'ko-KR', viewport: DESK, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS_MAX);
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal of the API is told by the browser too; the test asserts what the page makes of it.
    const isAnswer = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const asked = new URL(request.url()).origin;
    if (asked !== origin && !others.includes(asked)) complaints.push(`foreign request: ${request.url()}`);
  });
  await page.addInitScript({ content: TELL_BREACHES });
  return { page, complaints, close: () => context.close() };
}

const AXE = new URL(import.meta.resolve('axe-core/axe.min.js'));

/** What axe finds wrong with the page as it stands: WCAG 2.2 A and AA, and what axe holds for good practice. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
    };
    return axe.run();
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
