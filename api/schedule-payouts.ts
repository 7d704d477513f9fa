import { resolveRecipients, type Recipient } from '../db/queries/resolve-recipients.ts';
import { scheduleRelease, type NewRelease } from '../db/queries/schedule-release.ts';
import { findSplitModel } from '../db/queries/split-models.ts';
import { DomainError } from '../domain/errors.ts';
import { chooseProvider, inOrderOfPreference } from '../domain/payout-route.ts';
import { splitRelease } from '../domain/split.ts';
import type { ProviderName, Providers } from '../providers/port.ts';
import { actorOf, type AppContext } from './http/context.ts';
import { invalid } from './http/problems.ts';
import type { ScheduleRequest } from './routes/revenue/schedule-payouts.ts';

/**
 * Divides a release by the newest split model of its project and schedules it. Everything is checked
 * before anything is written. Throws `validation_error`, `split_invalid`, `already_scheduled`.
 */
export async function schedulePayouts(
  c: AppContext,
  request: ScheduleRequest,
): Promise<NewRelease> {
  const { db, settings } = c.var.deps;
  const model = await findSplitModel(db, request.projectId);
  if (!model) throw invalid('projectId', 'has no split model yet; PUT one first');
  const { currency, amount } = request;
  const split = splitRelease(model.model, { amountMinor: BigInt(amount), currency });
  const recipients = await resolveRecipients(
    db,
    split.shares.map(({ recipientId }) => recipientId),
    currency,
  );
  assertDistinct(recipients);
  const payees = new Map(recipients.map(({ recipientId, payeeId }) => [recipientId, payeeId]));
  const release: NewRelease = {
    batchId: c.var.newId('batch'),
    escrowId: request.escrowId,
    projectId: request.projectId,
    milestoneId: request.milestoneId ?? null,
    modelVersion: model.version,
    currency,
    amountMinor: BigInt(amount),
    distributedMinor: split.distributedMinor,
    platformFeeMinor: split.platformFeeMinor,
    taxMinor: split.taxMinor,
    shares: split.shares.map((share) => ({
      ...share,
      payeeId: payees.get(share.recipientId) ?? share.recipientId,
    })),
    provider: providerOf(c, request, recipients),
    scheduledFor: request.scheduledFor ?? null,
    requiredApprovals: settings.approvalsRequired,
    note: request.note ?? null,
    actor: actorOf(c),
  };
  await scheduleRelease(db, release);
  return release;
}

/** One payee by two names would be paid twice in one batch. */
function assertDistinct(recipients: readonly Recipient[]): void {
  const seen = new Map<string, string>();
  for (const { payeeId, recipientId } of recipients) {
    const other = seen.get(payeeId);
    if (other !== undefined) {
      const reason = `${other} and ${recipientId} are the same affiliate; name it once`;
      throw new DomainError('split_invalid', `The split model is not valid: ${reason}`, [
        { path: 'recipients', reason },
      ]);
    }
    seen.set(payeeId, recipientId);
  }
}

function providerOf(
  c: AppContext,
  { provider, currency }: ScheduleRequest,
  recipients: readonly Recipient[],
): string {
  const { providers, settings } = c.var.deps;
  const paying = payingProviders(providers, settings.defaultProvider, currency);
  if (provider !== undefined) {
    if (!paying.includes(provider)) throw invalid('provider', `does not pay ${currency} here`);
    return provider;
  }
  const chosen = chooseProvider(paying, recipients);
  if (!chosen) throw invalid('currency', 'is paid by no provider that is configured here');
  return chosen;
}

function payingProviders(providers: Providers, usual: ProviderName, currency: string): string[] {
  const paying = providers.all().filter((provider) => provider.limits(currency) !== null);
  const names = paying.map(({ name }) => name);
  return inOrderOfPreference(names, usual);
}
