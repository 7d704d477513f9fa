import type { Person } from '../../support/people.ts';
import { addPayable } from './data.ts';
import type { Answer, TestApi } from './test-api.ts';

/** A batch as it was made. */
export interface Made {
  id: string;
  contentHash: string;
  answer: Answer;
}

/** Has a key of an operator make a batch of one new payee for each of these amounts. */
export async function makeBatch(
  api: TestApi,
  amounts: readonly number[],
  given: Record<string, unknown> = {},
): Promise<Made> {
  const currency = typeof given['currency'] === 'string' ? given['currency'] : 'USD';
  const affiliateIds: string[] = [];
  for (const amount of amounts) affiliateIds.push(await addPayable(api, { amount, currency }));
  return batchFor(api, affiliateIds, given);
}

/** Has a key make a batch of these payees. */
export async function batchFor(
  api: TestApi,
  affiliateIds: readonly string[],
  given: Record<string, unknown> = {},
): Promise<Made> {
  const answer = await api.post(
    '/batches',
    { affiliateIds, ...given },
    { as: given['autoExecute'] === true ? 'processor' : 'operator' },
  );
  return {
    id: String(answer.at('batch.id')),
    contentHash: String(answer.at('batch.contentHash')),
    answer,
  };
}

/** Has somebody say their word on a batch. */
export const say = (
  api: TestApi,
  word: 'approve' | 'reject',
  { id, contentHash }: Pick<Made, 'id' | 'contentHash'>,
  { headers }: Person,
): Promise<Answer> =>
  api.post(
    `/batches/${id}/${word}`,
    { contentHash, comment: 'looked at it' },
    { as: null, headers },
  );

/** Status and code of an answer. */
export const told = (answer: Answer): [number, unknown] => [
  answer.status,
  answer.at('error.code') ?? null,
];
