import { readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makeSteps } from '../../cli/main-job/steps.ts';
import { makeStyle } from '../../cli/output/style.ts';
import { makeClient, type ApiClient } from '../../cli/client.ts';
import { verify } from '../../cli/verify/verify.ts';
import { prepareFirstRun, signInText, type FirstRun } from '../../cli/story/first-run.ts';
import { peopleFile } from '../../cli/story/people.ts';
import { serveSignInLinks } from '../../cli/story/sign-in-links.ts';
import { cookieOf, headersOf } from '../support/people.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let client: ApiClient;
const runs: FirstRun[] = [];
const told: string[] = [];

/** As `npm start` does it on its own stack. */
async function prepare(): Promise<FirstRun> {
  const { apiUrl, apiKey, simulatorUrl, dataDir } = stack;
  const out = new PassThrough();
  out.on('data', (text: Buffer) => told.push(text.toString()));
  const steps = makeSteps(out as unknown as NodeJS.WriteStream, makeStyle(false));
  const info = { apiUrl, apiKey, simulatorUrl, webUrl: apiUrl };
  const run = await prepareFirstRun({ info, dataDir, steps, story: true });
  if (run === undefined) throw new Error(told.join(''));
  runs.push(run);
  return run;
}

const anything = z.looseObject({});
const batches = z.object({
  batches: z.array(
    z.object({
      note: z.string().nullable(),
      status: z.string(),
      counts: z.record(z.string(), z.number()),
      approvals: z.object({ missing: z.number() }),
      createdBy: z.string(),
    }),
  ),
});
const payables = z.object({
  affiliates: z.array(
    z.object({
      fullName: z.string(),
      readyForPayout: z.boolean(),
      reasons: z.array(z.object({ code: z.string() })),
    }),
  ),
});

const storyBatches = async () =>
  (await client.get(batches, '/api/disbursement/batches', { query: { q: 'Story:' } })).batches;

beforeAll(async () => {
  stack = await startTestStack({ careful: true });
  client = makeClient({ url: stack.apiUrl, apiKey: stack.apiKey, source: 'the test' });
  await prepare();
});

afterAll(async () => {
  await Promise.all(runs.map(({ links }) => links.stop()));
  await stack?.stop();
});

test('there are payees who can be paid, one below the minimum and one whose KYC is pending', async () => {
  const { affiliates } = await client.get(payables, '/api/disbursement/affiliates/payable', {
    query: { q: 'story.example' },
  });
  const codes = affiliates.flatMap(({ reasons }) => reasons.map(({ code }) => code)).toSorted();
  expect(codes).toEqual(['below_minimum', 'kyc_pending']);
  expect(affiliates.filter(({ readyForPayout }) => readyForPayout)).toHaveLength(4);
});

test('one batch is done with a failure, one has a payment in doubt, one waits for the approver', async () => {
  const found = new Map((await storyBatches()).map((batch) => [batch.note, batch]));
  expect(found.get('Story: one account is blocked')).toMatchObject({
    status: 'COMPLETED',
    counts: { COMPLETED: 11, FAILED: 1 },
  });
  expect(found.get('Story: one answer was lost')?.counts).toMatchObject({ UNKNOWN: 1 });
  expect(found.get('Story: waits for the approver')).toMatchObject({
    status: 'PENDING',
    approvals: { missing: 1 },
    createdBy: `user:${runs[0]?.cast.members.maker.id}`,
  });
  expect(await verify(stack.databaseUrl, stack.simulatorUrl)).toMatchObject({
    ok: true,
    simulator: { inFlight: 1 },
  });
});

test('each link signs in as its person, once', async () => {
  const [run] = runs;
  if (run === undefined) throw new Error('nothing was prepared');
  const roles: Record<string, unknown> = {};
  for (const [part, url] of Object.entries(run.links.urls)) {
    const answer = await fetch(url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `${stack.apiUrl}/console/`,
    ]);
    const cookie = cookieOf(answer.headers);
    const session = await fetch(`${stack.apiUrl}/api/auth/session`, { headers: headersOf(cookie) });
    roles[part] = z
      .object({ session: z.object({ role: z.string() }) })
      .parse(await session.json()).session.role;
    const again = await fetch(url, { redirect: 'manual' });
    expect([again.status, again.headers.get('set-cookie')]).toEqual([404, null]);
  }
  expect(roles).toEqual({ maker: 'processor', approver: 'manager', viewer: 'viewer' });
});

test('a link that is too old, or is asked for by another name, signs nobody in', async () => {
  const [run] = runs;
  if (run === undefined) throw new Error('nothing was prepared');
  const options = { apiUrl: stack.apiUrl, consoleUrl: `${stack.apiUrl}/console/` };
  const old = await serveSignInLinks(run.cast, { ...options, lifeMs: -1 });
  const fresh = await serveSignInLinks(run.cast, options);
  try {
    const late = await fetch(old.urls.viewer, { redirect: 'manual' });
    expect([late.status, late.headers.get('set-cookie')]).toEqual([404, null]);
    const rebound = await new Promise((resolve, reject) => {
      get(fresh.urls.viewer, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).once('error', reject);
    });
    expect(rebound).toBe(404);
    // Not even used up by it.
    expect((await fetch(fresh.urls.viewer, { redirect: 'manual' })).status).toBe(303);
  } finally {
    await Promise.all([old.stop(), fresh.stop()]);
  }
});

test('the password lies in a file of its owner alone, and is told', () => {
  const file = peopleFile(stack.dataDir);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { password } = z
    .looseObject({ password: z.string() })
    .parse(JSON.parse(readFileSync(file, 'utf8')));
  const [run] = runs;
  expect(run && signInText(run, makeStyle(false))).toContain(password);
  expect(told.join('')).not.toContain(password);
});

test('told again, nothing is added, and the links are others', async () => {
  const before = await storyBatches();
  const { users } = await client.get(z.object({ users: z.array(anything) }), '/api/admin/users');
  const { links, cast } = await prepare();
  expect(await storyBatches()).toEqual(before);
  const after = await client.get(z.object({ users: z.array(anything) }), '/api/admin/users');
  expect(after.users).toHaveLength(users.length);
  expect(cast.password).toBe(runs[0]?.cast.password);
  expect(links.urls.maker).not.toBe(runs[0]?.links.urls.maker);
  expect((await fetch(links.urls.maker, { redirect: 'manual' })).status).toBe(303);
});
