import { z } from 'zod';
import { isMoney } from '../../domain/risk/actor-facts.ts';
import { conversionSpike } from '../../domain/risk/conversion-spike.ts';
import type { RiskFinding } from '../../domain/risk/finding.ts';
import { judgeActor } from '../../domain/risk/judge-actor.ts';
import type { PaymentFacts } from '../../domain/risk/payment-facts.ts';
import { judgePayment } from '../../domain/risk/judge-payment.ts';
import { providerFailures } from '../../domain/risk/provider-failures.ts';
import { raisedLimits } from '../../domain/risk/raised-limits.ts';
import { webhookAttack } from '../../domain/risk/webhook-attack.ts';
import type { Db } from '../client.ts';
import { actorFacts, isHighValue, type JudgedAction } from './risk-facts-actor.ts';
import { batchFacts, usualBatches, type BatchFacts } from './risk-facts-batch.ts';
import { earningFacts } from './risk-facts-earnings.ts';
import { paymentFacts } from './risk-facts-payments.ts';
import { providerFacts, webhookFacts } from './risk-facts-provider.ts';
import { loadRiskTerms, type RiskTerms } from './risk-settings.ts';

export type { JudgedKind } from '../../domain/risk/actor-facts.ts';
export type { JudgedAction } from './risk-facts-actor.ts';

const PAGE_PAYMENTS = 2_000;
/** Pages of one batch that are read at the same time. */
const PAGES_AT_ONCE = 3;
const PAGE_PAYEES = 1_000;
const BATCHES_MAX = 100;

/**
 * Judges what an actor does (unusual_hour, new_device, two_networks, failed_sign_ins,
 * permission_probing, fresh_role, approver_pair, bulk_reveal). Money actions are judged before their
 * audit row is written. Stores nothing.
 */
export async function judgeAction(db: Db, action: JudgedAction): Promise<RiskFinding[]> {
  const terms = await loadRiskTerms(db);
  const facts = await actorFacts(db, action, terms);
  const findings = judgeActor(facts, terms.settings);
  const isNew = findings.some(({ rule }) => rule === 'new_device');
  if (!isNew || !isMoney(action.kind) || action.batchId === undefined) return findings;
  // Only of a device that is new does it matter how much is moved.
  const batch = await batchFacts(db, action.batchId, facts.at, terms);
  const highValue =
    batch !== undefined && (await isHighValue(db, action.batchId, batch.view.thresholdMinor));
  return highValue ? judgeActor({ ...facts, highValue }, terms.settings) : findings;
}

/**
 * Judges the payments of a batch that are not sent yet (changed_details, new_payee_high_value,
 * shared_destination, velocity, structuring, look_alike) and the batch itself (raised_limits). Stores
 * nothing; safe to repeat.
 */
export async function judgeBatch(
  db: Db,
  batchId: string,
  at: Date = new Date(),
): Promise<RiskFinding[]> {
  const terms = await loadRiskTerms(db);
  const batch = await batchFacts(db, batchId, at, terms);
  if (!batch) return [];
  const findings = await judgeTotal(db, batch, terms);
  for (let first = 0; first <= batch.paymentCount; first += PAGE_PAYMENTS * PAGES_AT_ONCE) {
    for (const facts of await readPages(db, batch, first, terms)) {
      findings.push(...judgePayment(facts, batch.view, terms.settings));
    }
  }
  return findings;
}

/** The payments of a few pages from ordinal `first` on, in their order. */
async function readPages(
  db: Db,
  batch: BatchFacts,
  first: number,
  terms: RiskTerms,
): Promise<PaymentFacts[]> {
  const starts = Array.from({ length: PAGES_AT_ONCE }, (_, place) => first + place * PAGE_PAYMENTS);
  const pages = starts
    .filter((from) => from <= batch.paymentCount)
    .map((from) => paymentFacts(db, batch, { from, to: from + PAGE_PAYMENTS }, terms));
  return (await Promise.all(pages)).flat();
}

async function judgeTotal(
  db: Db,
  batch: BatchFacts,
  { settings }: RiskTerms,
): Promise<RiskFinding[]> {
  if (batch.raised.length === 0 || !settings.raised_limits.enabled) return [];
  const facts = { ...batch, ...(await usualBatches(db, batch)), quiet: batch.view.quiet };
  const found = raisedLimits(facts, batch.view.at, settings.raised_limits);
  return found ? [found] : [];
}

/** Judges what the provider answered for a batch, by the chunks up to that one; all of it without one (provider_failures). */
export async function judgeProviderAnswers(
  db: Db,
  answers: { batchId: string; chunk?: number | undefined; at?: Date | undefined },
): Promise<RiskFinding[]> {
  const { settings } = await loadRiskTerms(db);
  const { batchId, chunk = null, at = new Date() } = answers;
  const facts = await providerFacts(db, batchId, chunk, at);
  const found = facts && providerFailures(facts, settings.provider_failures);
  return found ? [found] : [];
}

/**
 * Judges the refused events of a provider that stand in the audit log, and open cases of events that its
 * own read denies (webhook_attack).
 */
export async function judgeWebhooks(
  db: Db,
  { provider, at = new Date() }: { provider: string; at?: Date | undefined },
): Promise<RiskFinding[]> {
  const terms = await loadRiskTerms(db);
  const facts = await webhookFacts(db, provider, at, terms);
  return webhookAttack(facts, terms.settings.webhook_attack);
}

/** Judges the newest 100 batches that wait while rates or limits are raised; of all programmes without one (raised_limits). */
export async function judgeRuleChange(
  db: Db,
  { programmeId, at = new Date() }: { programmeId: string | null; at?: Date | undefined },
): Promise<RiskFinding[]> {
  const terms = await loadRiskTerms(db);
  const waiting = await db.run(
    z.object({ id: z.string() }),
    `select id from batches
     where status in ('PENDING', 'QUEUED') and deleted_at is null
       and ($1::text is null or programme_id is null or programme_id = $1)
     order by id desc limit ${BATCHES_MAX}`,
    [programmeId],
  );
  const findings: RiskFinding[] = [];
  for (const { id } of waiting) {
    const batch = await batchFacts(db, id, at, terms);
    if (batch) findings.push(...(await judgeTotal(db, batch, terms)));
  }
  return findings;
}

/** Judges the earnings and refunds of affiliates (conversion_spike). */
export async function judgeConversions(
  db: Db,
  { payeeIds, at = new Date() }: { payeeIds: readonly string[]; at?: Date | undefined },
): Promise<RiskFinding[]> {
  const { settings } = await loadRiskTerms(db);
  if (!settings.conversion_spike.enabled) return [];
  const findings: RiskFinding[] = [];
  for (let from = 0; from < payeeIds.length; from += PAGE_PAYEES) {
    const facts = await earningFacts(db, payeeIds.slice(from, from + PAGE_PAYEES), at);
    findings.push(...facts.flatMap((each) => conversionSpike(each, settings.conversion_spike)));
  }
  return findings;
}
