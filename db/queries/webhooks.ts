import { z } from 'zod';
import { parseReference } from '../../domain/ids.ts';
import type { WebhookEvent } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { applyAccountNews, type IncomingNews } from './account-news.ts';
import type { Actor } from './actor.ts';
import { raiseAlarms, type Told } from './alarms.ts';
import { toVerdict } from './record-outcomes.ts';
import { recordPartialReturns } from './returns-partial.ts';
import { webhookStatement } from './webhook-statement.ts';

/** What an event did. `duplicate` was seen before; `waiting` waits for a look-up of its payment. */
export type WebhookResult =
  'applied' | 'duplicate' | 'waiting' | 'ignored' | 'contradiction' | 'unmatched';

const resultRow = z.object({
  event_id: z.string(),
  result: z.enum(['applied', 'waiting', 'ignored', 'contradiction', 'unmatched']),
  batch_id: z.string().nullable(),
  at_once: z.boolean().nullable(),
});

/** One event as it came in: what it says, and the body as it is kept. */
export interface IncomingEvent {
  event: WebhookEvent;
  payload: string;
}

/** What each event did, in order, and whom that concerns. */
export interface Applied {
  results: WebhookResult[];
  /** The batches that wait for nothing more by it. */
  settledBatchIds: string[];
  /** The payees whose account became APPROVED by it. */
  verifiedPayeeIds: string[];
}

const NEW = webhookStatement('new');
const AGAIN = webhookStatement('again');
/** Looks at what lost a race or came in one breath with its cause; the rest is left to `sweep`. */
const LOOKS_MAX = 3;

/**
 * Stores authentic events of a provider whose events prove what they say, and applies them: those
 * about payments in one statement, and a second one only where events meant one payment at the same
 * moment; those about accounts in another. Words that nobody knows open a case first.
 */
export async function applyWebhooks(
  db: Db,
  provider: string,
  incoming: readonly IncomingEvent[],
): Promise<Applied> {
  const news = incoming.flatMap(newsIn);
  if (news.length === 0) return applyToPayments(db, provider, incoming);
  const others = incoming.filter(({ event }) => !event.account);
  const payments = others.length > 0 ? await applyToPayments(db, provider, others) : NOTHING;
  const accounts = await applyAccountNews(db, provider, news, null);
  const ofPayments = payments.results.values();
  const ofAccounts = accounts.results.values();
  const results = incoming.map(
    ({ event }) => (event.account ? ofAccounts : ofPayments).next().value ?? 'duplicate',
  );
  return { ...payments, ...accounts, results };
}

const NOTHING: Applied = { results: [], settledBatchIds: [], verifiedPayeeIds: [] };

const newsIn = (incoming: IncomingEvent): IncomingNews[] =>
  incoming.event.account ? [{ ...incoming, account: incoming.event.account }] : [];

async function applyToPayments(
  db: Db,
  provider: string,
  incoming: readonly IncomingEvent[],
): Promise<Applied> {
  await raiseAlarms(
    db,
    provider,
    incoming.flatMap(({ event }) => toldBy(event)),
  );
  const answers = await db.run(resultRow, NEW, toValues(provider, incoming));
  const applied = await settle(db, provider, incoming, answers);
  await bookPartialReturns(db, incoming, applied.results);
  return applied;
}

/** Parts that came back are booked by their total, so an event that comes again books nothing. */
async function bookPartialReturns(
  db: Db,
  incoming: readonly IncomingEvent[],
  results: readonly WebhookResult[],
): Promise<void> {
  const returns = incoming.flatMap(({ event: { reference, outcome } }, index) => {
    const result = results[index];
    if (outcome?.kind !== 'PARTLY_RETURNED' || reference === null) return [];
    const parsed = parseReference(reference);
    const isOurs = parsed && result !== 'contradiction' && result !== 'unmatched';
    return isOurs ? [{ ...parsed, returnedMinor: outcome.returnedMinor }] : [];
  });
  await recordPartialReturns(db, returns);
}

/** Applies stored events that wait, again; what has become of their payments decides. Safe to repeat. */
export async function applyWaiting(
  db: Db,
  provider: string,
  events: readonly WebhookEvent[],
): Promise<Applied> {
  const incoming = events.map((event) => ({ event, payload: '' }));
  return settle(db, provider, incoming, await lookAgain(db, provider, incoming, null));
}

/** Applies one stored event again for a person, whatever it did before; counted and audited. */
export async function replayWebhook(
  db: Db,
  provider: string,
  event: WebhookEvent,
  actor: Actor,
): Promise<Applied> {
  const incoming = [{ event, payload: '' }];
  const news = incoming.flatMap(newsIn);
  if (news.length > 0)
    return { ...NOTHING, ...(await applyAccountNews(db, provider, news, actor)) };
  await raiseAlarms(db, provider, toldBy(event));
  return settle(db, provider, incoming, await lookAgain(db, provider, incoming, actor));
}

type Answers = z.infer<typeof resultRow>[];

const lookAgain = (
  db: Db,
  provider: string,
  incoming: readonly IncomingEvent[],
  actor: Actor | null,
): Promise<Answers> =>
  db.run(resultRow, AGAIN, [
    ...toValues(provider, incoming),
    actor?.id ?? null,
    actor?.ipAddress ?? null,
    actor?.userAgent ?? null,
  ]);

async function settle(
  db: Db,
  provider: string,
  incoming: readonly IncomingEvent[],
  first: Answers,
): Promise<Applied> {
  const answers = [...first];
  let due = answers.filter(({ at_once }) => at_once);
  for (let looks = 0; due.length > 0 && looks < LOOKS_MAX; looks += 1) {
    const ids = new Set(due.map(({ event_id }) => event_id));
    const again = incoming.filter(({ event }) => ids.has(event.eventId));
    const found = await lookAgain(db, provider, again, null);
    answers.push(...found);
    due = found.filter(({ at_once }) => at_once);
  }
  const byEvent = new Map<string, WebhookResult>(answers.map((row) => [row.event_id, row.result]));
  const touched = new Set(answers.flatMap(({ batch_id }) => batch_id ?? []));
  const results = incoming.map(({ event }): WebhookResult => {
    const result = byEvent.get(event.eventId) ?? 'duplicate';
    byEvent.delete(event.eventId);
    return result;
  });
  const settledBatchIds = touched.size > 0 ? await settledOf(db, [...touched]) : [];
  return { results, settledBatchIds, verifiedPayeeIds: [] };
}

function toValues(provider: string, incoming: readonly IncomingEvent[]): unknown[] {
  const rows = incoming.map(({ event, payload }) => ({ event, payload, ...readEvent(event) }));
  return [
    provider,
    rows.map(({ event }) => event.eventId),
    rows.map(({ event }) => event.type),
    rows.map(({ event }) => event.reference),
    rows.map(({ payload }) => payload),
    rows.map(({ paymentId }) => paymentId),
    rows.map(({ generation }) => generation),
    rows.map(({ verdict }) => verdict?.verdict ?? null),
    rows.map(({ event, verdict }) => verdict?.providerPaymentId ?? event.providerPaymentId),
    rows.map(({ verdict }) => verdict?.providerCode ?? null),
    rows.map(({ verdict }) => verdict?.failureCode ?? null),
    rows.map(({ verdict }) => verdict?.failureReason ?? null),
    rows.map(({ event }) => event.amountMinor),
    rows.map(({ event }) => event.currency),
    rows.map(({ verdict }) => verdict?.delayMs ?? 0),
    rows.map(({ verdict }) => verdict?.laterRetriesMax ?? 0),
    rows.map(({ verdict }) => Number(verdict?.blocksAccount ?? false)),
  ];
}

const TELLING: ReadonlySet<string> = new Set([
  'ACCEPTED',
  'SETTLED',
  'FAILED',
  'RETURNED',
  'UNKNOWN',
]);

/** The payment that an event names, and what it tells of it; null where that is nothing. */
export function readEvent({ reference, outcome }: WebhookEvent) {
  const parsed = reference === null ? null : parseReference(reference);
  const attempt = { paymentId: parsed?.paymentId ?? null, generation: parsed?.generation ?? null };
  const verdict = outcome && toVerdict({ paymentId: '', generation: 0, failures: 0 }, outcome);
  return { ...attempt, verdict: verdict && TELLING.has(verdict.verdict) ? verdict : null };
}

function toldBy({ reference, outcome }: WebhookEvent): Told[] {
  const parsed = reference === null ? null : parseReference(reference);
  return outcome && parsed ? [{ ...parsed, batchId: null, outcome }] : [];
}

/** Of these batches, those that wait for nothing but what is due now. Asked after the commit, so one asker sees it. */
export async function settledOf(db: Db, batchIds: readonly string[]): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select b.id from batches b
     where b.id = any($1) and b.status = 'SETTLING' and not exists (
       select 1 from payments p where p.batch_id = b.id
         and (p.status in ('PENDING', 'PROCESSING', 'UNKNOWN') or p.retry_at > now()))`,
    [[...batchIds]],
  );
  return rows.map(({ id }) => id);
}
