import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { importPayees, makeBatch } from '../support/payout.ts';
import { inBrowser } from './support/chromium.ts';
import { ROWS_IN_SIGHT, scrollBy, type RowsInSight } from './support/long-list.ts';
import { startStage, type Stage } from './support/stage.ts';
import { expectInSight } from './support/steps.ts';

/** Twelve pages. How fast 100,000 are is measured by `npm run bench -- --only console`. */
const PAYMENTS = 1_200;
/** A screen full, and what is made ready beyond its edges. */
const ROWS_MAX = 80;
/** Less than a screen full. */
const STEP_PX = 500;

inBrowser('a long list', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await startStage({ workers: 0 });
    await importPayees(stage.caller, 'long', PAYMENTS, '1.00');
    const id = await makeBatch(stage.caller);
    const { cookie } = await stage.person('viewer');
    page = await stage.browser.open(`/batches/${id}`, { cookie });
    await expectInSight(page.getByRole('table', { name: 'Payments' }).getByRole('row').nth(1));
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  const rows = () => page.evaluate<RowsInSight>(ROWS_IN_SIGHT);

  test('has no gaps, and few rows in the page, from its first row to its last', async () => {
    const seen: number[] = [];
    for (let at = await rows(); at.last < PAYMENTS + 1; at = await rows()) {
      expect(at.gaps).toBe(0);
      expect(at.inPage).toBeLessThanOrEqual(ROWS_MAX);
      seen.push(at.first);
      const further = async (): Promise<number> => {
        await page.evaluate(scrollBy(STEP_PX));
        return (await rows()).first;
      };
      await expect.poll(further).toBeGreaterThan(at.first);
    }
    // Row by row in one direction: the first and each following screen was there.
    expect(seen[0]).toBe(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test('jumps to its begin and its end without a gap', async () => {
    for (const jump of [-1_000_000, 1_000_000, -40_000, 20_000]) {
      await page.evaluate(scrollBy(jump));
      await expect.poll(async () => (await rows()).gaps).toBe(0);
      expect((await rows()).inPage).toBeLessThanOrEqual(ROWS_MAX);
    }
  });
});
