import { affiliate, unique } from './data.ts';
import type { TestApi } from './test-api.ts';

export type KycStatus = 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED';

/** An account that was added. */
export interface Added {
  provider: string;
  ref: string;
  id: string;
}

/** Adds a payee with an account through the API: at `mock`, and PENDING, unless told. */
export async function addAccount(
  api: TestApi,
  given: { provider?: string; ref?: string; kycStatus?: KycStatus } = {},
): Promise<Added> {
  const { provider = 'mock', ref = unique('acct'), kycStatus = 'PENDING' } = given;
  const affiliateId = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  const account = { affiliateId, accountRef: ref, email: 'old@mail.example', kycStatus };
  const made = await api.post(`/${provider}/accounts`, account);
  return { ref, provider, id: String(made.at('account.id')) };
}

/** The account as the API shows it now. */
export async function storedAccount(
  api: TestApi,
  { provider, id }: Added,
): Promise<Record<string, unknown>> {
  const listed = await api.get(`/${provider}/accounts?limit=1000`);
  return Object(listed.list('accounts').find((each) => Reflect.get(Object(each), 'id') === id));
}
