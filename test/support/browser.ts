import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A suite that needs a browser; on a machine without one it is skipped, and says so. */
export function inBrowser(name: string, suite: () => void): void {
  const [run, title] = existsSync(CHROMIUM)
    ? [describe, name]
    : [describe.skip, `${name}: skipped, there is no ${CHROMIUM}`];
  run(title, suite);
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * An English page in light, as wide as a desk's, for a person who wants no motion: a click meant for a dialog that is
 * still growing lands beside it on a slow machine, and closes it.
 */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    viewport: { width: 1360, height: 900 },
  });
  return context.newPage();
}

/** What a page complained of, and whom else than `origin` it asked. Both lists grow while the page lives. */
export function listenTo(page: Page, origin: string): { complaints: string[]; strangers: string[] } {
  const heard = { complaints: [] as string[], strangers: [] as string[] };
  page.on('console', (m) => m.type() === 'error' && heard.complaints.push(m.text()));
  page.on('pageerror', (e) => heard.complaints.push(e.message));
  page.on('request', (r) => r.url().startsWith(origin) || heard.strangers.push(r.url()));
  return heard;
}

export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Half way between two themes no colour is the one that is meant. What is folded away stands still for ever.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((a) => a.effect.getComputedTiming().endTime < Infinity && a.effect.target.checkVisibility()).map((a) => a.finished))`);
  // In the page itself: no page here has frames of others, and a page of axe's own beside it costs as much again.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  return violations.map((v) => `${v.id} ${v.nodes[0]?.html}`);
}

const LOOKS = [
  { language: 'en', theme: 'Light', dark: false },
  { language: 'en', theme: 'Dark', dark: true },
  { language: 'zh-CN', theme: '深色', dark: true },
  { language: 'zh-CN', theme: '浅色', dark: false },
] as const;

/**
 * Holds a page to the rules of accessibility in both languages and themes, and on a phone, which it must fit. `shown`
 * waits for what the page shows in that language. The page is left in English and light.
 */
export async function expectAccessible(
  page: Page,
  shown: (language: 'en' | 'zh-CN') => Promise<unknown>,
): Promise<void> {
  for (const { language, theme, dark } of LOOKS) {
    await speak(page, language);
    await page.getByRole('button', { name: theme, exact: true }).click();
    await shown(language);
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(dark ? 'dark' : 'light');
    expect(await accessibilityFaults(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 1360, height: 900 });
  await speak(page, 'en');
}

async function speak(page: Page, language: 'en' | 'zh-CN'): Promise<void> {
  if ((await page.evaluate('document.documentElement.lang')) === language) return;
  await page.getByRole('button', { name: /^(EN|中文): / }).click();
}
