import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { SESSION_COOKIE } from '../../../api/auth/session-cookie.ts';
import { projectDir } from '../../support/program.ts';
import { chromiumPath } from './chromium.ts';

/** What no screen may ever cause. */
export interface Trouble {
  readonly what: 'error in the page' | 'content policy' | 'another origin' | 'console' | 'answer';
  readonly text: string;
}

export interface PageOptions {
  /** The cookie of somebody who is signed in; nobody is without it. */
  readonly cookie?: string;
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** A browser that notes all trouble of all its pages. */
export class Watched {
  readonly trouble: Trouble[] = [];
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(browser: Browser, origin: string) {
    this.#browser = browser;
    this.#origin = origin;
  }

  static async start(origin: string): Promise<Watched> {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const executablePath = chromiumPath();
    return new Watched(await chromium.launch({ executablePath, args }), origin);
  }

  /** A page of its own, as a person of its own sees it. */
  async open(path: string, options: PageOptions = {}): Promise<Page> {
    const { cookie, dark = false, width = 1440, height = 900 } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Lisbon',
      baseURL: this.#origin,
    });
    context.setDefaultTimeout(20_000);
    if (cookie !== undefined) await addSession(context, this.#origin, cookie);
    const page = await context.newPage();
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) =>
         console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))`,
    );
    this.#watch(page);
    await page.goto(`/console${path}`);
    return page;
  }

  /**
   * For after each test: fails where any page caused trouble since the last time. Of a test that failed
   * it keeps what the pages showed, in `.bursar/failed`.
   */
  async judge(task: { name: string; result?: { state?: string } | undefined }): Promise<void> {
    const trouble = this.trouble.splice(0);
    if (task.result?.state === 'fail') await this.#keepPictures(task.name);
    if (trouble.length > 0)
      throw new Error(trouble.map(({ what, text }) => `${what}: ${text}`).join('\n'));
  }

  async #keepPictures(name: string): Promise<void> {
    const pages = this.#browser.contexts().flatMap((context) => context.pages());
    for (const [place, page] of pages.entries()) {
      const file = `${name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}-${place}.png`;
      await page.screenshot({ path: path.join(projectDir, '.bursar/failed', file) });
    }
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  #watch(page: Page): void {
    const note = (what: Trouble['what'], text: string) => void this.trouble.push({ what, text });
    page.on('pageerror', (error) => note('error in the page', error.stack ?? error.message));
    page.on('console', (message) => {
      const text = message.text();
      if (/^CSP |Content Security Policy/.test(text)) note('content policy', text);
      // A refusal is an answer that the screen shows; the browser calls it an error all the same.
      else if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
        note('console', text);
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.#origin && !['data:', 'blob:'].includes(protocol))
        note('another origin', request.url());
    });
    page.on('response', (response) => {
      const url = new URL(response.url());
      const isAsset = url.pathname.startsWith('/console/');
      if (response.status() >= 500 || (isAsset && response.status() >= 400))
        note('answer', `${response.status()} ${url.pathname}`);
    });
  }
}

async function addSession(context: BrowserContext, origin: string, cookie: string): Promise<void> {
  const value = cookie.slice(`${SESSION_COOKIE}=`.length);
  await context.addCookies([
    {
      name: SESSION_COOKIE,
      value,
      url: origin.replace('http:', 'https:'),
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
    },
  ]);
}
