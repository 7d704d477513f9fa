import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { expectBooksAgree } from '../support/books.ts';
import { importPayees, setFaults } from '../support/payout.ts';
import { inBrowser } from './support/chromium.ts';
import { startStage, type ConsolePerson, type Stage } from './support/stage.ts';
import {
  figure,
  expectInSight,
  expectScreen,
  refusalOf,
  signIn,
  WITHIN_MS,
} from './support/steps.ts';

const PAYMENTS = 1_000;

inBrowser('from payables to paid', () => {
  let stage: Stage;
  let maker: ConsolePerson;
  let approver: ConsolePerson;
  let makerPage: Page;
  let approverPage: Page;

  beforeAll(async () => {
    stage = await startStage({ careful: true });
    // One of them gets so much that the policy wants an administrator.
    await importPayees(stage.caller, 'large', 1, '1500.00');
    await importPayees(stage.caller, 'small', PAYMENTS - 1, '10.00');
    await importPayees(stage.caller, 'euro', 2, '20.00', { currency: 'EUR' });
    maker = await stage.person('operator');
    approver = await stage.person('admin');
    makerPage = await stage.browser.open('/');
    approverPage = await stage.browser.open('/', { cookie: approver.cookie });
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  test('the maker signs in, filters payables and sees who fits', async () => {
    await signIn(makerPage, maker);
    await makerPage.getByRole('link', { name: 'Payables' }).click();
    await expectScreen(makerPage, 'Payables');
    await makerPage.getByLabel('Currency').selectOption('EUR');
    await expectInSight(makerPage.getByRole('row', { name: /Payee euro-1/ }));
    expect(await makerPage.getByRole('row', { name: /Payee euro/ }).count()).toBe(2);
    expect(await makerPage.getByRole('row', { name: /Payee small/ }).count()).toBe(0);
    expect(new URL(makerPage.url()).searchParams.get('currency')).toContain('EUR');
    await makerPage.getByLabel('Currency').selectOption({ label: 'All' });
    await makerPage.getByLabel('Currency').selectOption('USD');
    await makerPage.getByLabel('Payee', { exact: true }).fill('large-1');
    await expectInSight(makerPage.getByRole('row', { name: /Payee large-1/ }));
    await makerPage
      .getByRole('row', { name: /Payee small/ })
      .first()
      .waitFor({ state: 'detached' });
    await makerPage.getByLabel('Payee', { exact: true }).fill('');
    await expectInSight(makerPage.getByRole('row', { name: /Payee small/ }));
  });

  test('previews everybody in a currency and makes the batch of exactly that', async () => {
    await makerPage.getByRole('button', { name: /^Preview/ }).click();
    await expectScreen(makerPage, 'New batch');
    await makerPage.getByRole('button', { name: 'Preview', exact: true }).click();
    await expectInSight(makerPage.getByText('1,000 payments'));
    await expectInSight(makerPage.getByText('11,490.00').first());
    await makerPage.getByRole('button', { name: 'Go on' }).click();
    await makerPage.getByLabel('Note').fill('October');
    await makerPage.getByRole('button', { name: 'Make the batch' }).click();
    await expectScreen(makerPage, /^Batch \d+$/);
    expect(await figure(makerPage, 'All')).toBe(PAYMENTS);
    await expectInSight(makerPage.getByText('October'));
  });

  test('the maker can neither approve nor execute it, and is told why', async () => {
    const reason = await refusalOf(makerPage.getByRole('button', { name: 'Approve' }));
    expect(reason).not.toBe('');
    expect(await refusalOf(makerPage.getByRole('button', { name: 'Execute' }))).toMatch(
      /lacks an approval/,
    );
  });

  test('the approver proves anew who they are, and their word is what was missing', async () => {
    await approverPage.getByRole('link', { name: /Approvals/ }).click();
    await expectScreen(approverPage, 'Approvals');
    await approverPage
      .getByRole('row', { name: /High value/ })
      .first()
      .click();
    await expectScreen(approverPage, /^Batch \d+$/);
    await stage.staleProofs();
    // Every process forgets within a second what it knew of a session.
    await approverPage.waitForTimeout(1_500);
    await approverPage.getByRole('button', { name: 'Approve' }).click();
    const dialog = approverPage.getByRole('dialog', { name: /^Approve batch/ });
    await dialog.getByRole('button', { name: 'Approve' }).click();
    const proof = approverPage.getByRole('dialog', { name: 'Prove that it is you' });
    await proof.getByLabel('Password', { exact: true }).fill(approver.password);
    await proof.getByRole('button', { name: 'Prove and go on' }).click();
    await expectInSight(approverPage.getByText(/^Approved: batch/));
    await expectInSight(approverPage.getByText('1 of 1'));
    // The maker's page tells it too, and was not loaded anew.
    await expect.poll(() => makerPage.getByText('1 of 1').count(), { timeout: WITHIN_MS }).toBe(1);
  });

  test('while it runs its progress moves on both screens, and neither is loaded anew', async () => {
    await setFaults(stage.stack, [{ when: { operation: 'submit' }, effect: 'delay', ms: 400 }]);
    await makerPage.evaluate('window.sameDocument = true; window.seenPaid = []');
    await makerPage.evaluate(SAMPLE_PAID);
    await approverPage.getByRole('button', { name: 'Execute' }).click();
    await approverPage.getByRole('dialog').getByRole('button', { name: 'Execute' }).click();
    await expectInSight(makerPage.getByText('Nothing is left to do.'));
    await expectInSight(approverPage.getByText('Nothing is left to do.'));
    await expect.poll(() => figure(makerPage, 'Paid')).toBe(PAYMENTS);
    expect(await makerPage.evaluate('window.sameDocument')).toBe(true);
    const seen = await makerPage.evaluate<number[]>('window.seenPaid');
    const between = seen.filter((paid) => paid > 0 && paid < PAYMENTS);
    expect(between.length).toBeGreaterThanOrEqual(2);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    await setFaults(stage.stack, []);
    await expectBooksAgree(stage.stack);
  });

  test('a worker that is killed shows as stalled, and the batch goes on with another one', async () => {
    await importPayees(stage.caller, 'again', PAYMENTS, '3.00');
    await setFaults(stage.stack, [{ when: { operation: 'submit' }, effect: 'delay', ms: 700 }]);
    const created = await stage.caller.post('/batches', { currency: 'USD', provider: 'mock' });
    const { id } = (created.body as { batch: { id: string } }).batch;
    await makerPage.goto(`/console/batches/${id}`);
    await expectScreen(makerPage, /^Batch \d+$/);
    await stage.caller.post(`/batches/${id}/execute`);
    await expect.poll(() => figure(makerPage, 'Paid'), { timeout: WITHIN_MS }).toBeGreaterThan(0);
    await stage.stack.killWorker('SIGKILL');
    await expectInSight(makerPage.getByText(/^Stalled for/), 90_000);
    expect(await figure(makerPage, 'Paid')).toBeLessThan(PAYMENTS);
    await setFaults(stage.stack, []);
    await stage.stack.startWorker();
    await expectInSight(makerPage.getByText('Nothing is left to do.'), 90_000);
    await expect.poll(() => figure(makerPage, 'Paid')).toBe(PAYMENTS);
    expect(await makerPage.getByText(/^Stalled for/).count()).toBe(0);
    await expectBooksAgree(stage.stack);
  });
});

/** Notes each other number of paid payments that the page shows, as it shows it. */
const SAMPLE_PAID = `{
  const look = () => {
    const label = [...document.querySelectorAll('#main *')].find(
      (each) => each.textContent === 'Paid' && /^[0-9,]+$/.test(each.nextElementSibling?.textContent ?? ''));
    const text = label?.nextElementSibling?.textContent ?? '';
    const paid = Number(text.replaceAll(',', ''));
    if (text !== '' && window.seenPaid.at(-1) !== paid) window.seenPaid.push(paid);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}`;
