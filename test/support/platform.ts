import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Answer } from './payout.ts';
import { temporalCommand } from './temporal-command.ts';
import type { TestStack } from './test-stack.ts';

const run = promisify(execFile);

const itemSchema = z.object({
  itemId: z.string(),
  recipientId: z.string(),
  affiliateId: z.string(),
  paymentId: z.string().nullable(),
  amount: z.number(),
  netAmount: z.number(),
  netted: z.number(),
  status: z.string(),
  providerPayoutId: z.string().nullable(),
  failureReason: z.string().nullable(),
  processedAt: z.string().nullable(),
});
const payoutSchema = z.object({
  batchId: z.string(),
  status: z.string(),
  provider: z.string().nullable(),
  totalNet: z.number(),
  items: z.array(itemSchema),
});
export type PayoutAnswer = z.infer<typeof payoutSchema>;

/** What a platform of escrows does with Bursar, by HTTP alone. */
export interface Platform {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A registered recipient with an account at `mock`; its own id. */
  recipient(given?: { kycStatus?: string }): Promise<string>;
  /** Registers somebody under that id; our id of them. */
  register(externalId: string): Promise<string>;
  addAccount(affiliateId: string, kycStatus: string): Promise<void>;
  /** The reference of the recipient's account, as the provider knows it. */
  accountRefOf(externalId: string): string;
  /** Decides that the recipient's account is verified. */
  verify(externalId: string): Promise<void>;
  /** A project of these recipients with these shares; its id. */
  project(
    recipients: readonly string[],
    sharesBps: readonly number[],
    given?: Record<string, unknown>,
  ): Promise<string>;
  /** Schedules a release in USD; the batch's id. */
  schedule(release: Record<string, unknown>): Promise<string>;
  payout(batchId: string): Promise<PayoutAnswer>;
  untilPayout(batchId: string, states: readonly string[]): Promise<PayoutAnswer>;
  /** Waits until each recipient's item is in its state. */
  untilItems(batchId: string, states: Readonly<Record<string, string>>): Promise<PayoutAnswer>;
  /** Removes all that Temporal knows about the batch, as the end of its retention does. */
  forgetWorkflow(batchId: string): Promise<void>;
  expectLedgerBalanced(): Promise<void>;
}

const WITHIN_MS = 60_000;

/** Calls the API of a stack as a platform would. */
export function platformOf(
  stack: Pick<TestStack, 'apiUrl' | 'apiKey' | 'temporalAddress' | 'namespace'>,
): Platform {
  const affiliates = new Map<string, string>();
  const accounts = new Map<string, string>();
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(stack.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  const made = async <T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    body: unknown,
  ): Promise<T> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${JSON.stringify(answer)}`);
    return schema.parse(answer.body);
  };
  const register: Platform['register'] = async (externalId) => {
    const { items } = await made(
      z.object({ items: z.array(z.object({ id: z.string() })) }),
      'POST',
      '/api/disbursement/affiliates',
      {
        items: [
          { externalId, fullName: `R ${externalId}`, email: 'r@example.test', country: 'US' },
        ],
      },
    );
    const id = items[0]?.id ?? '';
    affiliates.set(externalId, id);
    return id;
  };
  const addAccount: Platform['addAccount'] = async (affiliateId, kycStatus) => {
    const { account } = await made(
      z.object({ account: z.object({ id: z.string() }) }),
      'POST',
      '/api/disbursement/mock/accounts',
      { affiliateId, accountRef: `ref-${affiliateId}`, kycStatus },
    );
    accounts.set(affiliateId, account.id);
  };
  const payout: Platform['payout'] = async (batchId) =>
    payoutSchema.parse((await call('GET', `/revenue/payouts/${batchId}`)).body);
  const until = async (
    batchId: string,
    fits: (payout: PayoutAnswer) => boolean,
  ): Promise<PayoutAnswer> => {
    const last = Date.now() + WITHIN_MS;
    for (;;) {
      const seen = await payout(batchId).catch(() => null);
      if (seen && fits(seen)) return seen;
      if (Date.now() > last)
        throw new Error(`not within ${WITHIN_MS} ms, but ${JSON.stringify(seen)}`);
      await sleep(100);
    }
  };
  return {
    call,
    register,
    addAccount,
    payout,
    async recipient({ kycStatus = 'APPROVED' } = {}) {
      const externalId = `recipient-${crypto.randomUUID()}`;
      await addAccount(await register(externalId), kycStatus);
      return externalId;
    },
    accountRefOf: (externalId) => `ref-${affiliates.get(externalId) ?? ''}`,
    async verify(externalId) {
      const accountId = accounts.get(affiliates.get(externalId) ?? '');
      await made(z.unknown(), 'PATCH', `/api/disbursement/mock/accounts/${accountId}`, {
        kycStatus: 'APPROVED',
      });
    },
    async project(recipients, sharesBps, given = {}) {
      const projectId = `project-${crypto.randomUUID()}`;
      await made(z.unknown(), 'PUT', `/revenue/projects/${projectId}/split-model`, {
        recipients: recipients.map((recipientId, place) => ({
          recipientId,
          shareBps: sharesBps[place],
        })),
        platformFeeBps: 0,
        ...given,
      });
      return projectId;
    },
    async schedule(release) {
      const body = { currency: 'USD', ...release };
      return (
        await made(z.object({ batchId: z.string() }), 'POST', '/revenue/schedule-payouts', body)
      ).batchId;
    },
    untilPayout: (batchId, states) => until(batchId, ({ status }) => states.includes(status)),
    untilItems: (batchId, states) =>
      until(batchId, ({ items }) =>
        items.every(({ recipientId, status }) => states[recipientId] === status),
      ),
    async forgetWorkflow(batchId) {
      const temporal = await temporalCommand(stack);
      const id = `batch/${batchId}`;
      const exists = () =>
        run(temporal.file, [...temporal.args('workflow', 'describe'), '-w', id]).then(
          () => true,
          () => false,
        );
      await run(temporal.file, [...temporal.args('workflow', 'delete'), '-w', id]);
      for (let tries = 0; tries < 100 && (await exists()); tries += 1) await sleep(200);
      expect(await exists()).toBe(false);
    },
    async expectLedgerBalanced() {
      const answer = await call('GET', '/api/disbursement/ledger/check');
      expect(answer).toMatchObject({ status: 200, body: { balanced: true, differences: [] } });
    },
  };
}
