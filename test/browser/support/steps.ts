import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ConsolePerson } from './stage.ts';

/** How long a screen may take to say what it should, on a machine that does much else. */
export const WITHIN_MS = 60_000;

/** Waits until it is in sight, and fails with what is there instead. */
export async function expectInSight(locator: Locator, withinMs = WITHIN_MS): Promise<void> {
  await locator.first().waitFor({ state: 'visible', timeout: withinMs });
}

/** Signs in by typing, as a person does. */
export async function signIn(page: Page, { email, password }: ConsolePerson): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectInSight(page.getByRole('heading', { level: 1, name: 'Overview' }));
}

/** Waits until the screen of that title has what it shows. */
export async function expectScreen(page: Page, title: string | RegExp): Promise<void> {
  await expectInSight(page.getByRole('heading', { level: 1, name: title }));
}

/** A button that is shown and does nothing: why. */
export async function refusalOf(button: Locator): Promise<string> {
  await expectInSight(button);
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  const id = (await button.getAttribute('aria-describedby')) ?? '';
  return (await button.page().locator(`[id="${id}"]`).textContent()) ?? '';
}

/** A number of the figures at the head of a screen, by its label. */
export async function figure(page: Page, label: string): Promise<number> {
  const text = await page
    .locator('#main')
    .getByText(label, { exact: true })
    .locator('xpath=following-sibling::div[1]')
    .first()
    .textContent();
  return Number((text ?? '').replaceAll(',', ''));
}

/**
 * Waits until a screen has its title and shows what it asked for: no skeletons, no placeholders, and
 * nothing under way.
 */
export async function settled(page: Page): Promise<void> {
  await expectInSight(page.getByRole('heading', { level: 1 }));
  // Of the first one it is true only when there is none.
  const placeholder = page.locator('.mantine-Skeleton-root').first();
  await placeholder.waitFor({ state: 'detached', timeout: WITHIN_MS });
  await page.evaluate(IDLE);
}

/** Resolves once half a second passes in which the page has asked the API for nothing more. */
const IDLE = `new Promise((resolve) => {
  const asked = () => performance.getEntriesByType('resource').length;
  let before = asked();
  let quiet = 0;
  const look = setInterval(() => {
    const now = asked();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
    if (quiet < 5) return;
    clearInterval(look);
    resolve();
  }, 100);
})`;
