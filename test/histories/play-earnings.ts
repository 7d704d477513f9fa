import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Platform } from '../support/platform.ts';

const BASE = '/api/disbursement';
const workflow = z.object({ workflowId: z.string() });

/**
 * Sales of two months that are calculated, paid by hand out of a schedule, and replayed from another one;
 * the workflow of each by the name of its history.
 */
export async function playEarnings(platform: Platform): Promise<[string, string][]> {
  const post = (path: string, body: unknown) => platform.call('POST', BASE + path, body);
  const payee = await platform.recipient();
  await post('/rules', {
    effectiveFrom: '2026-01-01',
    terms: { commission: [{ currency: 'USD', rate: { kind: 'percentage', bps: 1_000 } }] },
  });
  const items = ['2026-09-10T10:00:00Z', '2026-10-10T10:00:00Z'].map((occurredAt, place) => ({
    externalId: `recorded-${place}`,
    affiliateId: payee,
    amount: 50_000,
    currency: 'USD',
    occurredAt,
  }));
  await post('/conversions', { items });
  const calculated = workflow.parse((await post('/calculations?wait=30', {})).body);
  const schedule = await made(post, { frequency: 'month', monthDay: 1, startsOn: '2026-09-01' });
  const back = workflow.parse(
    (await post(`/schedules/${schedule}/backfill`, { from: '2026-09-01', to: '2026-10-31' })).body,
  );
  await sleep(5_000);
  const daily = await made(post, { frequency: 'day', startsOn: '2026-11-01' });
  const paid = workflow.parse((await post(`/schedules/${daily}/trigger`, {})).body);
  await sleep(5_000);
  return [
    ['calculated', calculated.workflowId],
    ['backfilled', back.workflowId],
    ['schedule-run', paid.workflowId],
  ];
}

async function made(post: (path: string, body: unknown) => Promise<{ body: unknown }>, body: object): Promise<string> {
  const answer = await post('/schedules', { ...body, currency: 'USD', timeOfDay: '00:05' });
  return z.object({ schedule: z.object({ id: z.string() }) }).parse(answer.body).schedule.id;
}
