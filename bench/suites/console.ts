import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { SESSION_COOKIE } from '../../api/auth/session-cookie.ts';
import { noRow } from '../../db/rows.ts';
import { projectRoot } from '../../stack/paths.ts';
import { findChromium } from '../../test/browser/support/find-chromium.ts';
import { ROWS_IN_SIGHT, scrollBy, type RowsInSight } from '../../test/browser/support/long-list.ts';
import { signedIn } from '../../test/support/people.ts';
import type { Figure } from '../measure/figure.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'console';
const JUDGED_FROM = 100_000;
const OPENS = 5;
/** About a screen full. */
const STEP_PX = 700;
const STILL_MS = 5_000;
const EVENTS_A_SECOND = 50;
/** Beside what the list itself takes; a row that was read is kept, so that one can scroll back. */
const EARLY_ROWS = 5_000;

interface Round {
  openMs: number[];
  gaps: number;
  rowsInPageMax: number;
  scrollMs: number;
  earlyMiB: number;
  lateMiB: number;
  stillFreezeMs: number;
  eventsFreezeMs: number;
}

/**
 * The list of payments of one batch in Chromium: how soon it shows what it was sent, whether scrolling
 * from its begin to its end ever shows a gap, what that takes of memory, and how long it stops when fifty
 * events a second come. No worker runs.
 */
export async function consoleSuite(bench: Bench): Promise<Findings> {
  const found = findChromium();
  if ('why' in found) {
    bench.log(`SKIPPED: ${SUITE}: ${found.why}`);
    return { figures: [], details: { suite: SUITE, skipped: found.why } };
  }
  const { ensureConsole } = (await import(`${projectRoot}/scripts/web.js`)) as {
    ensureConsole: () => Promise<void>;
  };
  await ensureConsole();
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const payments of bench.options.payments) {
    const rounds: Round[] = [];
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.signal.throwIfAborted();
      rounds.push(await runRound(bench, found.path, payments));
      bench.log(`${SUITE}, ${payments} payments, round ${round + 1} done`);
    }
    figures.push(...figuresOf(payments, rounds));
    details.push({ suite: SUITE, payments, rounds });
  }
  return { figures, details };
}

async function runRound(bench: Bench, executablePath: string, payments: number): Promise<Round> {
  const { database: template, batchId } = await bench.templateOf(payments);
  const parts = { submission: 'single', faults: [], worker: false, api: true } as const;
  const stage = await openStage(
    bench.ground,
    { template, ...parts, profileDir: bench.options.profileDir },
    bench.log,
  );
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await openPage(stage, browser);
    const address = `${stage.services.apiUrl}/console/batches/${batchId}`;
    const openMs: number[] = [];
    for (let open = 0; open < OPENS; open += 1) openMs.push(await timeToOpen(page, address));
    const stillFreezeMs = await longestFreeze(page, sleepInPage());
    const eventsFreezeMs = await longestFreeze(page, sendEvents(stage, batchId));
    const scrolled = await scrollThrough(page, payments);
    return { openMs, ...scrolled, stillFreezeMs, eventsFreezeMs };
  } finally {
    await browser.close();
    await stage.close();
  }
}

async function openPage({ services, databaseUrl }: Stage, browser: Browser): Promise<Page> {
  const { apiUrl } = services;
  const { headers } = await signedIn({ apiUrl, databaseUrl }, 'viewer');
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const value = (headers['cookie'] ?? '').slice(`${SESSION_COOKIE}=`.length);
  const url = apiUrl.replace('http:', 'https:');
  await context.addCookies([{ name: SESSION_COOKIE, value, url, secure: true }]);
  return context.newPage();
}

/** From the last byte of the first rows to the first row in the page. */
async function timeToOpen(page: Page, address: string): Promise<number> {
  await page.addInitScript(NOTE_FIRST_ROW);
  await page.goto(address);
  await page.waitForFunction('window.firstRowMs !== undefined');
  return page.evaluate<number>(`window.firstRowMs - performance.getEntriesByType('resource')
    .find(({ name }) => /\\/batches\\/[^/]+\\/payments/.test(name)).responseEnd`);
}

const NOTE_FIRST_ROW = `addEventListener('DOMContentLoaded', () => {
  const look = new MutationObserver(() => {
    if (!document.querySelector('[aria-label=Payments] [role=row] [role=cell]')) return;
    look.disconnect();
    // After the next frame it is on the screen.
    requestAnimationFrame(() => setTimeout(() => (window.firstRowMs = performance.now())));
  });
  look.observe(document, { subtree: true, childList: true });
})`;

/** Screen by screen to the last row; each next screen is waited for where its rows are not there yet. */
async function scrollThrough(page: Page, payments: number) {
  const tools = await page.context().newCDPSession(page);
  const startedMs = performance.now();
  let gaps = 0;
  let rowsInPageMax = 0;
  let earlyMiB = 0;
  for (;;) {
    await page.evaluate(scrollBy(STEP_PX));
    const at = await page.evaluate<RowsInSight>(ROWS_IN_SIGHT);
    gaps += at.gaps > 0 ? 1 : 0;
    rowsInPageMax = Math.max(rowsInPageMax, at.inPage);
    if (earlyMiB === 0 && at.last > Math.min(EARLY_ROWS, payments / 2))
      earlyMiB = await heapMiB(tools);
    if (at.last >= payments + 1) break;
  }
  const scrollMs = performance.now() - startedMs;
  return { gaps, rowsInPageMax, scrollMs, earlyMiB, lateMiB: await heapMiB(tools) };
}

async function heapMiB(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

/** The longest time between two frames while something goes on. */
async function longestFreeze(page: Page, during: () => Promise<void>): Promise<number> {
  await page.evaluate(`{
    window.longestMs = 0;
    let before = performance.now();
    const frame = (now) => {
      window.longestMs = Math.max(window.longestMs, now - before);
      before = now;
      window.frames = requestAnimationFrame(frame);
    };
    window.frames = requestAnimationFrame(frame);
  }`);
  await during();
  return page.evaluate<number>('(cancelAnimationFrame(window.frames), window.longestMs)');
}

const sleepInPage = () => (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, STILL_MS));

/** Rows of the audit log as those of payments that end: what the console is told of. */
const sendEvents =
  ({ db }: Stage, batchId: string) =>
  async (): Promise<void> => {
    const times = (STILL_MS / 1_000) * EVENTS_A_SECOND;
    const startedMs = performance.now();
    for (let sent = 0; sent < times; sent += 1) {
      const dueMs = startedMs + (sent * 1_000) / EVENTS_A_SECOND;
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
      await db.run(
        noRow,
        `insert into audit_logs (action, status, actor, batch_id, payment_id)
         select 'payment.completed', 'SUCCESS', 'system', batch_id, id from payments
         where batch_id = $1 offset $2 limit 1`,
        [batchId, sent],
      );
    }
  };

function figuresOf(payments: number, rounds: readonly Round[]): Figure[] {
  const over = payments.toLocaleString('en-US');
  const judged = payments >= JUDGED_FROM;
  const figure = (
    name: string,
    unit: string,
    valueOf: (round: Round) => number,
    more: Partial<Figure> & { atMost?: number } = {},
  ): Figure => ({
    suite: SUITE,
    name: `${name}, ${over}`,
    unit,
    measured: rounds.map(valueOf),
    ...(more.reference && { reference: more.reference }),
    ...(judged && more.atMost !== undefined && { goal: { of: 'measured', atMost: more.atMost } }),
  });
  return [
    figure('table opens after its data', 'ms', ({ openMs }) => Math.max(...openMs), {
      atMost: 500,
    }),
    figure('screens with a gap', 'screens', ({ gaps }) => gaps, { atMost: 0 }),
    figure('rows in the page at most', 'rows', ({ rowsInPageMax }) => rowsInPageMax, {
      atMost: 100,
    }),
    figure('from begin to end', 's', ({ scrollMs }) => scrollMs / 1_000),
    figure('heap at the end', 'MiB', ({ lateMiB }) => lateMiB, {
      reference: {
        what: `after ${EARLY_ROWS.toLocaleString('en-US')} rows`,
        values: rounds.map(({ earlyMiB }) => earlyMiB),
      },
    }),
    figure(
      `longest stop, ${EVENTS_A_SECOND} events/s`,
      'ms',
      ({ eventsFreezeMs }) => eventsFreezeMs,
      {
        atMost: 250,
        reference: {
          what: 'no events',
          values: rounds.map(({ stillFreezeMs }) => stillFreezeMs),
        },
      },
    ),
  ];
}
