import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROLES, type Permission, type Role } from '../../domain/permissions.ts';
import { importPayees, makeBatch } from '../support/payout.ts';
import { inBrowser } from './support/chromium.ts';
import { startStage, type ConsolePerson, type Stage } from './support/stage.ts';
import { expectInSight, expectScreen, settled } from './support/steps.ts';

/** An action of a screen, and the permission that it takes. */
interface Action {
  readonly button: string | RegExp;
  readonly permission: Permission;
}

/** Main screens with what may be done there while a batch of somebody else waits for an approval. */
const ACTIONS: Readonly<Record<string, readonly Action[]>> = {
  '/payables': [{ button: /^Preview all/, permission: 'verify' }],
  '/batches': [{ button: 'New batch', permission: 'verify' }],
  '/new?currency=USD': [{ button: 'Preview', permission: 'verify' }],
  '/batches/:waiting': [
    { button: 'Approve', permission: 'approve' },
    { button: 'Reject', permission: 'approve' },
    { button: 'Cancel', permission: 'cancel' },
    { button: 'Take back', permission: 'create' },
  ],
  '/batches/:ready': [
    { button: 'Execute', permission: 'process' },
    { button: 'Cancel', permission: 'cancel' },
    { button: 'Take back', permission: 'create' },
  ],
};

const allowedAnswer = z.object({ allowed: z.record(z.string(), z.boolean()) });

inBrowser('who may do what', () => {
  let stage: Stage;
  let waiting: string;
  let ready: string;

  beforeAll(async () => {
    stage = await startStage({ careful: true });
    await importPayees(stage.caller, 'small', 2, '10.00');
    ready = await makeBatch(stage.caller);
    await importPayees(stage.caller, 'large', 1, '5000.00');
    waiting = await makeBatch(stage.caller);
    await importPayees(stage.caller, 'left', 2, '10.00');
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  const allowedTo = async ({ cookie }: ConsolePerson) => {
    const answer = await fetch(`${stage.stack.apiUrl}/api/admin/auth/check-permissions`, {
      headers: { cookie },
    });
    return allowedAnswer.parse(await answer.json()).allowed;
  };

  test.each(ROLES)(
    'a %s can press what the API allows, and reads why not of the rest',
    async (role: Role) => {
      const person = await stage.person(role);
      const allowed = await allowedTo(person);
      const page = await stage.browser.open('/', { cookie: person.cookie });
      const wanted: Record<string, boolean> = {};
      const found: Record<string, boolean> = {};
      for (const [screen, actions] of Object.entries(ACTIONS)) {
        const path = screen.replace(':waiting', waiting).replace(':ready', ready);
        await page.goto(`/console${path}`);
        await settled(page);
        for (const { button, permission } of actions) {
          const name = `${screen} ${button} (${permission})`;
          wanted[name] = allowed[permission] === true;
          found[name] = await canPress(page, button);
        }
      }
      expect(found).toEqual(wanted);
      await page.context().close();
    },
  );

  describe('somebody who is shut out', () => {
    test('is out within a second of what they see', async () => {
      const person = await stage.person('manager');
      const page = await stage.browser.open('/batches', { cookie: person.cookie });
      await expectScreen(page, 'Batches');
      await expectInSight(page.getByRole('status').getByText('Live'));
      await page.evaluate(NOTE_WHEN_OUT);
      const frozenAtMs = await freeze(person);
      await expectInSight(page.getByRole('button', { name: 'Sign in', exact: true }));
      const outAtMs = await page.evaluate<number>('window.outAtMs');
      expect(outAtMs - frozenAtMs).toBeLessThan(OUT_WITHIN_MS);
      // Nothing of what they saw is left behind the sign-in.
      expect(await page.getByRole('row').count()).toBe(0);
    });
  });

  /** Freezes somebody as an administrator; when the API had done it. */
  const freeze = async ({ id }: ConsolePerson): Promise<number> => {
    const answer = await fetch(`${stage.stack.apiUrl}/api/admin/users/${id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${stage.stack.apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ frozen: true, reason: 'has left' }),
    });
    expect(answer.status).toBe(200);
    return Date.now();
  };
});

/** The promise is a second; the rest is for a machine that does much else. */
const OUT_WITHIN_MS = 3_000;

const NOTE_WHEN_OUT = `new MutationObserver(() => {
  if (document.querySelector('input[type=password]')) window.outAtMs ??= Date.now();
}).observe(document.body, { subtree: true, childList: true }); undefined`;

/** Whether the button does something; where it does not, it must say why. */
async function canPress(page: Page, name: string | RegExp): Promise<boolean> {
  const button = page
    .locator('#main')
    .getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
    .first();
  await expectInSight(button);
  if ((await button.getAttribute('aria-disabled')) !== 'true') return true;
  const reason = page.locator(`[id="${await button.getAttribute('aria-describedby')}"]`);
  expect(((await reason.textContent()) ?? '').length).toBeGreaterThan(10);
  return false;
}
