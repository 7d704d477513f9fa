import type { Db } from '../db/client.ts';
import { channelsAgeSeconds, storeChannels } from '../db/queries/provider-channels.ts';
import { OPEN_LIMITS, type AmountLimits } from '../domain/eligibility.ts';
import type { Channel, Provider, Providers } from '../providers/port.ts';

/** Channels older than this are asked for again. */
const FRESH_SECONDS = 3_600;

/**
 * What a provider takes in one payment of a currency; null where it does not pay it. Its channels, by
 * whose limits payees are judged in the database, are brought up to date first where they are old; a
 * provider that does not answer leaves those known before.
 */
export async function paymentLimits(
  db: Db,
  providers: Providers,
  name: string,
  currency: string,
): Promise<AmountLimits | null> {
  const provider = providers.named(name);
  // Accounts of a provider that is not configured here are only kept.
  if (!provider) return OPEN_LIMITS;
  const limits = provider.limits(currency);
  if (limits && provider.channels) await keepFresh(db, provider, currency).catch(() => undefined);
  return limits;
}

async function keepFresh(db: Db, provider: Provider, currency: string): Promise<void> {
  const age = await channelsAgeSeconds(db, provider.name, currency);
  if (age !== null && age < FRESH_SECONDS) return;
  const listed = (await provider.channels?.(currency)) ?? [];
  const usable = listed.filter((channel) => isUsable(channel, currency));
  if (usable.length > 0) await storeChannels(db, provider.name, currency, usable);
}

const isUsable = (channel: Channel, currency: string): boolean =>
  channel.currency === currency &&
  channel.code !== '' &&
  channel.incrementMinor > 0n &&
  channel.minimumMinor >= 0n &&
  channel.minimumMinor <= channel.maximumMinor;
