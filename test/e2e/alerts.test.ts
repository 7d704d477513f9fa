import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { bursarOn, expectExit, jsonOf, type bursar } from '../cli/bursar.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

/** A rule is looked at every half minute. */
const PATIENT = { timeout: 100_000, interval: 500 };
const mails = longLivedDir();
let stack: TestStack;
let run: typeof bursar;

beforeAll(async () => {
  stack = await startTestStack({ workers: 0, env: { BURSAR_MAIL_URL: `folder:${mails}` } });
  run = bursarOn(stack);
});
afterAll(() => stack?.stop());

const mailed = () =>
  readdirSync(mails)
    .filter((file) => file.endsWith('.eml'))
    .map(
      (file) =>
        /^Subject: (.*)$/m.exec(readFileSync(path.join(mails, file), 'utf8'))?.[1]?.trim() ?? '',
    )
    .toSorted();
const listed = z.object({
  alerts: z.array(
    z.object({ id: z.string(), status: z.string(), acknowledgedBy: z.string().nullable() }),
  ),
});
const alertsOf = async (ruleId: string) => {
  const answer = await run('alert', 'list', '--rule', ruleId, '--json');
  expectExit(answer, 0);
  return listed.parse(jsonOf(answer)).alerts;
};

it('an API alone tells that no worker is there, by mail; a person sees to it; it is over when one has come', async () => {
  const made = await fetch(`${stack.apiUrl}/api/disbursement/alert-rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Nobody works',
      measure: 'worker_missing',
      threshold: 1,
      severity: 'critical',
      channels: ['log', 'mail:ops@example.com'],
    }),
  });
  const { alertRule } = z
    .object({ alertRule: z.object({ id: z.string() }) })
    .parse(await made.json());
  const firing = '[Bursar] Alert (critical): Nobody works';
  await vi.waitFor(() => expect(mailed()).toEqual([firing]), PATIENT);
  const [alert] = await alertsOf(alertRule.id);
  expect(alert).toMatchObject({ status: 'FIRING', acknowledgedBy: null });
  const id = alert?.id ?? '';
  const seen = await run('alert', 'ack', id, '--note', 'starting one');
  expectExit(seen, 0);
  expect(seen.stdout).toContain('starting one');
  await stack.startWorker();
  await vi.waitFor(
    () => expect(mailed()).toEqual([firing, '[Bursar] Resolved (critical): Nobody works']),
    PATIENT,
  );
  const shown = await run('alert', 'show', id);
  expect(shown.stdout).toMatch(/RESOLVED/);
  expect(shown.stdout).toMatch(/resolved by mail:ops@example.com: SENT after 1 try/);
}, 240_000);
