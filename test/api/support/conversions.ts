import { expect } from 'vitest';
import { z } from 'zod';
import { affiliate, unique } from './data.ts';
import type { Answer, TestApi } from './test-api.ts';

/** A conversion of that affiliate as callers add one. */
export const conversion = (affiliateId: string, given: Record<string, unknown> = {}) => ({
  externalId: unique('cnv'),
  affiliateId,
  amount: 10_000,
  currency: 'USD',
  occurredAt: '2026-03-10T12:00:00.000Z',
  ...given,
});

/** Registers an affiliate; answers its id. */
export async function addAffiliate(api: TestApi, given: Record<string, unknown> = {}) {
  const made = await api.post('/affiliates', affiliate(given));
  expect(made.status).toBe(201);
  return String(made.at('items.0.id'));
}

/** Adds one conversion of an affiliate; answers its id. */
export async function addConversion(
  api: TestApi,
  affiliateId: string,
  given: Record<string, unknown> = {},
): Promise<string> {
  const made = await api.post('/conversions', conversion(affiliateId, given));
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  return String(made.at('items.0.id'));
}

/** The paths that a refusal names. */
export const pathsOf = (answer: Answer): unknown[] =>
  answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path'));

/** The audit rows of an action that a detail belongs to. */
export const auditOf = (api: TestApi, action: string, key: string, value: string) =>
  api.db.run(
    z.object({ actor: z.string(), details: z.record(z.string(), z.unknown()) }),
    'select actor, details from audit_logs where action = $1 and details ->> $2 = $3 order by id',
    [action, key, value],
  );
