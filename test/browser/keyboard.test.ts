import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { inBrowser } from './support/chromium.ts';
import { PLACES } from './support/places.ts';
import { startStage, type Stage } from './support/stage.ts';
import { expectInSight, expectScreen, settled } from './support/steps.ts';
import { tellStoryOn, type ToldStory } from './support/story.ts';

inBrowser('without a mouse', () => {
  let stage: Stage;
  let story: ToldStory;
  let page: Page;

  beforeAll(async () => {
    stage = await startStage({ careful: true });
    story = await tellStoryOn(stage);
    const { cookie } = await stage.person('super_admin');
    page = await stage.browser.open('/', { cookie });
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  const focused = (script: string) => page.evaluate<unknown>(`(document.activeElement)${script}`);

  test('signing in takes Tab and Enter', async () => {
    const somebody = await stage.person('viewer');
    const door = await stage.browser.open('/');
    await expectInSight(door.getByRole('button', { name: 'Sign in', exact: true }));
    await door.keyboard.type(somebody.email);
    await door.keyboard.press('Tab');
    await door.keyboard.type(somebody.password);
    await door.keyboard.press('Enter');
    await expectScreen(door, 'Overview');
    expect(new URL(door.url()).pathname).toBe('/console/');
    await door.context().close();
  });

  test.each(PLACES)('g and $key lead to $label', async ({ to, key }) => {
    await page.goto(`/console${to === '/' ? '/system' : '/'}`);
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect.poll(() => new URL(page.url()).pathname.replace(/^\/console/, '')).toBe(to);
    await settled(page);
  });

  test.each(PLACES)(
    '$label: the first Tab skips to the screen, and Tab reaches all that acts',
    async ({ to }) => {
      await page.goto(`/console${to}`);
      await settled(page);
      await page.keyboard.press('Tab');
      expect(await focused('.textContent')).toBe('Skip to the screen');
      await page.keyboard.press('Enter');
      await expect.poll(() => focused('.id')).toBe('main');
      const unseen: string[] = [];
      for (let presses = 0; presses < TABS_MAX; presses += 1) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate<string>(MARK);
        if (at === 'outside') break;
        // Whoever goes by keys must see where they are.
        if (at !== 'table' && !(await page.evaluate(RINGED))) unseen.push(at);
      }
      expect(unseen).toEqual([]);
      expect(await page.evaluate<string[]>(MISSED)).toEqual([]);
    },
  );

  test('j, k, Enter and Escape go through a batch and its payments', async () => {
    await page.goto('/console/batches');
    await expectInSight(page.getByRole('row', { name: /Completed/ }));
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect.poll(() => page.evaluate(CURRENT)).toBe(2);
    await page.keyboard.press('Enter');
    await expectScreen(page, /^Batch \d+$/);
    await page.goto(`/console/batches/${story.failedBatch}`);
    await expectInSight(page.getByRole('table', { name: 'Payments' }).getByRole('row').nth(2));
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expectInSight(page.getByRole('dialog', { name: 'Payment' }));
    const first = new URL(page.url()).searchParams.get('payment');
    await page.keyboard.press('j');
    await expect.poll(() => new URL(page.url()).searchParams.get('payment')).not.toBe(first);
    await page.keyboard.press('k');
    await expect.poll(() => new URL(page.url()).searchParams.get('payment')).toBe(first);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Payment' }).waitFor({ state: 'detached' });
  });

  test('a dialog keeps the keys to itself, and gives the focus back', async () => {
    await page.goto(`/console/batches/${story.waitingBatch}`);
    const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
    await expectInSight(cancel);
    await cancel.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Cancel batch/ });
    await expectInSight(dialog);
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      expect(await focused(".closest('[role=dialog]') !== null")).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => focused('.textContent')).toBe('Cancel');
  });

  test('Ctrl K finds a batch by its number, and ? tells the keys', async () => {
    await page.goto('/console/');
    await settled(page);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: /Keys|Keyboard/ });
    await expectInSight(help);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await expectInSight(page.getByPlaceholder(/.+/));
    await page.keyboard.type('1');
    await expectInSight(page.getByRole('dialog').getByText(/Batch 1\b/));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expectScreen(page, 'Batch 1');
    expect(new URL(page.url()).pathname).toMatch(/\/batches\/bat_/);
  });
});

/** More stops than any screen has. */
const TABS_MAX = 150;

/** Marks what has the focus as reached, and says what it is. */
const MARK = `{
  const at = document.activeElement;
  if (!at.closest('#main')) 'outside';
  else {
    at.dataset.reached = 'yes';
    at.matches('[role=rowgroup]') ? 'table' : at.outerHTML.slice(0, 120);
  }
}`;
const RINGED = `{
  const at = document.activeElement;
  const shown = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  // A field shows it by its border; a choice of several by the label of the chosen one.
  at.matches('input, select, textarea') || shown(at)
}`;
/**
 * What acts on the screen and was not reached. Of tabs, radios and rows of a table one is enough: arrows
 * and j, k do the rest.
 */
const MISSED = `[...document.querySelectorAll('#main a[href], #main button, #main input, #main select, #main textarea')]
  .filter((each) => each.offsetParent !== null && !each.disabled && !each.dataset.reached)
  .filter((each) => !each.closest('[role=tablist], [role=radiogroup], [role=row]') && each.tabIndex >= 0)
  .map((each) => each.outerHTML.slice(0, 160))`;
const CURRENT = `Number(document.querySelector('[data-current]')?.getAttribute('aria-rowindex'))`;
