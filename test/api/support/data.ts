import { randomBytes } from 'node:crypto';
import type { TestApi } from './test-api.ts';

/** A name that no other test uses. */
export const unique = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`;

/** A payee as callers add one. */
export const affiliate = (given: Record<string, unknown> = {}) => ({
  externalId: unique('aff'),
  fullName: 'Ada Example',
  email: 'ada@mail.example',
  country: 'GB',
  currency: 'USD',
  ...given,
});

/** A commission of that payee as callers add one. */
export const commission = (affiliateId: string, given: Record<string, unknown> = {}) => ({
  externalId: unique('com'),
  affiliateId,
  amount: 2_500,
  currency: 'USD',
  ...given,
});

/** Adds a payee with an APPROVED account and one commission through the API; answers its id. */
export async function addPayable(
  api: TestApi,
  given: { amount?: number; currency?: string; kycStatus?: string | null } = {},
) {
  const { amount = 2_500, currency = 'USD', kycStatus = 'APPROVED' } = given;
  const made = await api.post('/affiliates', affiliate({ currency }));
  const id = String(made.at('items.0.id'));
  if (kycStatus !== null) {
    await api.post('/mock/accounts', { affiliateId: id, accountRef: unique('ref'), kycStatus });
  }
  await api.post('/commissions', commission(id, { amount, currency }));
  return id;
}
