import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seriousFindings } from './support/axe.ts';
import { inBrowser } from './support/chromium.ts';
import { PLACES } from './support/places.ts';
import { tellStoryOn, type ToldStory } from './support/story.ts';
import { startStage, type ConsolePerson, type Stage } from './support/stage.ts';
import { expectInSight, settled } from './support/steps.ts';
import { DOCS_PICTURES, keepPicture } from './support/pictures.ts';

/** What each screen is called here and in docs/pictures, and where it is. */
interface Screen {
  readonly name: string;
  readonly path: (story: ToldStory) => string;
}

const SCREENS: readonly Screen[] = [
  ...PLACES.map(({ to }) => ({ name: to === '/' ? 'overview' : to.slice(1), path: () => to })),
  { name: 'new-batch', path: () => '/new?currency=EUR' },
  { name: 'batch', path: ({ failedBatch }) => `/batches/${failedBatch}` },
  { name: 'batch-approvals', path: ({ waitingBatch }) => `/batches/${waitingBatch}?tab=approvals` },
  { name: 'batch-left-out', path: ({ failedBatch }) => `/batches/${failedBatch}?tab=excluded` },
  { name: 'batch-ledger', path: ({ failedBatch }) => `/batches/${failedBatch}?tab=ledger` },
  { name: 'batch-audit', path: ({ failedBatch }) => `/batches/${failedBatch}?tab=audit` },
  {
    name: 'payment',
    path: ({ failedBatch, failedPayment }) => `/batches/${failedBatch}?payment=${failedPayment}`,
  },
  { name: 'recipient', path: ({ payee }) => `/recipients/${payee}` },
];

/** Shown in docs as they look in the dark, and on a telephone. */
const ALSO_DARK = ['overview', 'batch'];
const ALSO_NARROW = ['overview', 'approvals'];

const PICTURES = [
  ...SCREENS.map(({ name }) => name),
  ...ALSO_DARK.map((name) => `${name}-dark`),
  ...ALSO_NARROW.map((name) => `${name}-390`),
  'sign-in',
];

test('docs/pictures has a picture of each screen, and of nothing else', () => {
  const files = PICTURES.map((name) => `${name}.png`);
  expect(readdirSync(DOCS_PICTURES).toSorted()).toEqual(files.toSorted());
});

inBrowser('every screen', () => {
  let stage: Stage;
  let story: ToldStory;
  let admin: ConsolePerson;
  let light: Page;
  let dark: Page;
  let narrow: Page;
  let nobody: Page;

  beforeAll(async () => {
    stage = await startStage({ careful: true });
    story = await tellStoryOn(stage);
    admin = await stage.person('super_admin');
    const { cookie } = admin;
    light = await stage.browser.open('/', { cookie });
    dark = await stage.browser.open('/', { cookie, dark: true });
    narrow = await stage.browser.open('/', { cookie, width: 390, height: 844 });
    nobody = await stage.browser.open('/');
  });
  afterAll(() => stage?.stop());
  afterEach(({ task }) => stage.browser.judge(task));

  const go = async (page: Page, { path }: Screen): Promise<void> => {
    await page.goto(`/console${path(story)}`);
    await settled(page);
  };

  test.each(SCREENS)('$name: axe finds nothing serious in the light', async (screen) => {
    await go(light, screen);
    expect(await seriousFindings(light)).toEqual([]);
    await keepPicture(light, screen.name);
  });

  test.each(SCREENS)('$name: axe finds nothing serious in the dark', async (screen) => {
    await go(dark, screen);
    expect(await dark.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
    expect(await seriousFindings(dark)).toEqual([]);
    if (ALSO_DARK.includes(screen.name)) await keepPicture(dark, `${screen.name}-dark`);
  });

  test.each(SCREENS)('$name: at 390 nothing runs over the edge', async (screen) => {
    await go(narrow, screen);
    expect(await narrow.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (ALSO_NARROW.includes(screen.name)) await keepPicture(narrow, `${screen.name}-390`);
  });

  test('the way in: axe finds nothing serious in both themes', async () => {
    await expectInSight(nobody.getByRole('button', { name: 'Sign in', exact: true }));
    expect(await seriousFindings(nobody)).toEqual([]);
    await keepPicture(nobody, 'sign-in');
    await nobody.emulateMedia({ colorScheme: 'dark' });
    await nobody.reload();
    await expectInSight(nobody.getByRole('button', { name: 'Sign in', exact: true }));
    expect(await seriousFindings(nobody)).toEqual([]);
  });

  test('the policy of the page lets in our own files alone, and nothing inline', async () => {
    const answer = await fetch(`${stage.stack.apiUrl}/console/batches`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    // What it forbids is refused by the browser, too; the note of it is what this test wants.
    await nobody.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.inline = true' }))`,
    );
    expect(await nobody.evaluate('window.inline')).toBeUndefined();
    expect(stage.browser.trouble.splice(0).map(({ what }) => what)).toContain('content policy');
  });
});
