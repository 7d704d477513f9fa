import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import { importPayees, makeBatch, payOut, setFaults } from '../support/payout.ts';
import { inBrowser } from './support/chromium.ts';
import { startStage, type Stage } from './support/stage.ts';
import { figure, expectInSight, expectScreen, WITHIN_MS } from './support/steps.ts';

inBrowser('what went wrong, and what comes out', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await startStage();
    const { cookie } = await stage.person('manager');
    page = await stage.browser.open('/', { cookie });
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  test('failed payments are shown with their reason, and a retry pays them', async () => {
    await importPayees(stage.caller, 'retry', 12, '20.00');
    const when = { operation: 'submit', recipient: ['retry-3', 'retry-7'] };
    await setFaults(stage.stack, [{ when, effect: 'reject', code: 'amount_out_of_range' }]);
    const id = await makeBatch(stage.caller);
    await payOut(stage.caller, id);
    await setFaults(stage.stack, []);
    await page.goto(`/console/batches/${id}`);
    await expectScreen(page, /^Batch \d+$/);
    await page.getByLabel('State').selectOption('FAILED');
    await expectInSight(page.getByRole('row', { name: /retry-3/ }));
    expect(await page.getByRole('table', { name: 'Payments' }).getByRole('row').count()).toBe(3);
    await page.getByRole('row', { name: /retry-3/ }).click();
    await expectInSight(
      page.getByRole('dialog', { name: 'Payment' }).getByText('amount_out_of_range').first(),
    );
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry failed' }).click();
    await expect.poll(() => figure(page, 'Paid'), { timeout: WITHIN_MS }).toBe(12);
    await expectInSight(page.getByText('Nothing is left to do.'));
    await expectBooksAgree(stage.stack);
  });

  test('a batch is cancelled only by who types its amount, and what it held is payable again', async () => {
    await importPayees(stage.caller, 'cancel', 3, '33.00');
    const id = await makeBatch(stage.caller);
    await page.goto(`/console/batches/${id}`);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Cancel batch/ });
    const confirm = dialog.getByRole('button', { name: 'Cancel', exact: true });
    await dialog.getByLabel('Reason').fill('The wrong month');
    await dialog.getByLabel(/^Type/).fill('98.00');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill('99.00');
    await confirm.click();
    await expectInSight(page.getByText('What was unsent is payable again.'));
    await expectInSight(page.getByText('The wrong month'));
    await page.goto('/console/payables?q=cancel-');
    await expectInSight(page.getByRole('row', { name: /Payee cancel-1/ }));
    expect(await page.getByRole('row', { name: /Payee cancel-/ }).count()).toBe(3);
  });

  test('a report is kept as CSV, and its sum is that of the screen', async () => {
    await page.goto('/console/reports?report=time-series&period=7-days&group=status');
    await expectScreen(page, 'Reports');
    const rows = page.locator('table', { hasText: 'All rows' });
    await expectInSight(rows.getByRole('cell', { name: 'Paid', exact: true }));
    const shown = await page.evaluate<string[][]>(ALL_ROWS);
    const onScreenSum = sumOf(shown, 'Amount');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^time-series_.*\.csv$/);
    const csv = await readFile(await file.path(), 'utf8');
    expect(sumOf(parse(csv), 'amount')).toBe(onScreenSum);
    // Twelve payments of 20.00 and three of 33.00.
    expect(onScreenSum).toBe(24_000 + 9_900);
  });
});

/** The cells of the report's table, its head first. */
const ALL_ROWS = `[...[...document.querySelectorAll('table')]
  .find(({ caption }) => caption.textContent === 'All rows').rows]
  .map(({ cells }) => [...cells].map((cell) => cell.textContent))`;

/** The sum of a column in minor units; its first line names the columns. */
function sumOf([head = [], ...rows]: string[][], column: string): number {
  const place = head.indexOf(column);
  expect(place).toBeGreaterThanOrEqual(0);
  return rows.reduce(
    (sum, row) =>
      sum +
      Math.round(Number(/[\d,.]+/.exec(row[place] ?? '')?.[0].replaceAll(',', '') ?? 0) * 100),
    0,
  );
}
