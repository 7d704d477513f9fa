import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { makeConfirmEvents } from '../../activities/confirm-events.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { storeHints } from '../../db/queries/store-hints.ts';
import { bodyToKeep } from '../../db/webhook-body.ts';
import { PARKED_MAX_MS } from '../../domain/limits.ts';
import type { Failure, LookupResult } from '../../domain/outcome.ts';
import { hintBody, hintProvider } from './hint-provider.ts';
import { sentPayments, statesOf, type SentPayment } from './sent-payments.ts';
import { createTestDatabase } from './test-database.ts';
import { testVault } from './vault.ts';

export type Word = 'accepted' | 'settled' | 'failed' | 'returned';

const failure: Failure = { code: 'x', providerCode: 'x', payeeRemedy: '', operatorRemedy: 'x' };

/** What the provider may say when it is asked about a payment. */
export const reads = {
  accepted: ({ providerPaymentId }) => ({ kind: 'ACCEPTED', providerPaymentId }),
  settled: ({ providerPaymentId }) => ({ kind: 'SETTLED', providerPaymentId }),
  failed: ({ providerPaymentId }) => ({ kind: 'FAILED_FINAL', failure, providerPaymentId }),
  returned: ({ providerPaymentId }) => ({ kind: 'RETURNED', failure, providerPaymentId }),
} satisfies Record<Word, (payment: SentPayment) => LookupResult>;

const confirmedSchema = z.object({ left: z.number(), nextMs: z.number(), at: z.string() });

/** A database of its own, a provider whose events are hints, and what a test of them asks and does. */
export function useHintStage() {
  const held: { db?: Db } = {};
  const close: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const database = await createTestDatabase();
    const opened = openDatabase(database.databaseUrl);
    held.db = opened;
    close.push(
      () => opened.close(),
      () => database.drop(),
    );
  });
  afterAll(async () => {
    for (const each of close) await each();
  });
  const db = (): Db => {
    if (!held.db) throw new Error('no database is open');
    return held.db;
  };
  /** What the provider says when it is asked, by reference; nothing at all unless a test tells. */
  const truth = new Map<string, LookupResult>();
  const asked: string[] = [];
  const signalled: string[] = [];
  beforeEach(() => {
    truth.clear();
    asked.length = 0;
    signalled.length = 0;
  });
  const provider = hintProvider(async (orders) => {
    asked.push(...orders.map(({ reference }) => reference));
    return new Map(
      orders.flatMap(({ reference }) => {
        const said = truth.get(reference);
        return said ? [[reference, said]] : [];
      }),
    );
  });
  const providers = { named: () => provider, all: () => [provider], close: async () => {} };
  const temporal = noting(signalled);
  return {
    db,
    truth,
    asked,
    signalled,
    confirm: async (since?: string) => {
      const given = { provider: 'mock', ...(since !== undefined && { since }) };
      const run = makeConfirmEvents({
        db: db(),
        vault: testVault,
        providers,
        temporal,
        parkedMaxMs: PARKED_MAX_MS,
      });
      return confirmedSchema.parse(await new MockActivityEnvironment().run(run, given));
    },
    hint: async (payment: SentPayment, word: Word, given: Record<string, unknown> = {}) => {
      const eventId = `evt-${randomUUID()}`;
      const amountMinor = String(payment.amountMinor);
      const body = hintBody({ eventId, word, ...payment, amountMinor, ...given });
      const event = provider.readWebhook(eventId, body);
      const payload = bodyToKeep(testVault, provider, eventId, body);
      const [result] = await storeHints(db(), 'mock', [{ event, payload }]);
      return { eventId, result };
    },
    onePayment: async (): Promise<SentPayment> => {
      const [payment] = await sentPayments(db(), 1);
      if (!payment) throw new Error('no payment was made');
      return payment;
    },
    ...questions(db),
  };
}

/** A Temporal where no workflow runs any more; it notes who was told. */
const noting = (signalled: string[]): Client =>
  ({
    workflow: {
      getHandle: (id: string) => ({
        signal: async () => {
          signalled.push(id);
          throw new WorkflowNotFoundError('gone', id, undefined);
        },
      }),
    },
  }) as unknown as Client;

const questions = (db: () => Db) => ({
  resultOf: async (eventId: string): Promise<string | undefined> => {
    const rows = await db().run(
      z.object({ result: z.string() }),
      'select result from webhook_events where event_id = $1',
      [eventId],
    );
    return rows[0]?.result;
  },
  casesOf: (payment: SentPayment) =>
    db().run(
      z.object({ kind: z.string(), severity: z.string() }),
      "select kind, severity from cases where payment_id = $1 and status = 'OPEN' order by kind",
      [payment.id],
    ),
  stateOf: async (payment: SentPayment) => (await statesOf(db(), [payment])).get(payment.id),
  age: (eventId: string, interval: string) =>
    db().run(
      z.unknown(),
      'update webhook_events set created_at = created_at - $2::interval where event_id = $1',
      [eventId, interval],
    ),
});
