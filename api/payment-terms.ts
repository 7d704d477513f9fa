import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import type { CurrencyLimits } from '../db/queries/payable-affiliates.ts';
import { channelsAgeSeconds, storeChannels } from '../db/queries/provider-channels.ts';
import { CURRENCIES } from '../domain/currency.ts';
import { OPEN_LIMITS, type AmountLimits } from '../domain/eligibility.ts';
import type { Channel, Provider, Providers } from '../providers/port.ts';

/** Channels older than this are asked for again. */
const FRESH_SECONDS = 3_600;
/** How long a preview waits for them; it goes on with what was known before. */
const WAIT_MS = 700;
/** After a refusal the provider is left alone for so long. */
const RETRY_MS = 60_000;

/** What providers take in one payment, and what of it differs by channel. */
export interface PaymentTerms {
  /**
   * The limits of a provider in a currency, null where it does not pay it. Before that its channels
   * are brought up to date where they are old, for a short while and without fail: the limits of
   * channels are in the database, where payees are judged.
   */
  read(provider: string, currency: string): Promise<AmountLimits | null>;
  /** The limits of a provider in all currencies that it pays. */
  limitsOf(provider: string): CurrencyLimits;
}

/** A provider that is not configured here has no limits: its accounts are only kept. */
const limitsIn = (provider: Provider | null, currency: string): AmountLimits | null =>
  provider ? provider.limits(currency) : OPEN_LIMITS;

export function makePaymentTerms(db: Db, providers: Providers, log: Logger): PaymentTerms {
  const byProvider = new Map<string, CurrencyLimits>();
  const keepFresh = makeChannelKeeper(db, log);
  return {
    async read(name, currency) {
      const provider = providers.named(name);
      const limits = limitsIn(provider, currency);
      if (provider?.channels && limits) {
        await Promise.race([keepFresh(provider, currency), sleep(WAIT_MS, null, { ref: false })]);
      }
      return limits;
    },
    limitsOf(name) {
      const known = byProvider.get(name);
      if (known) return known;
      const provider = providers.named(name);
      const limits = new Map(
        CURRENCIES.flatMap((currency) => {
          const own = limitsIn(provider, currency);
          return own ? [[currency, own] as const] : [];
        }),
      );
      byProvider.set(name, limits);
      return limits;
    },
  };
}

/** Brings channels up to date, each provider and currency once at a time. Never throws. */
function makeChannelKeeper(db: Db, log: Logger) {
  const running = new Map<string, Promise<void>>();
  const restsUntil = new Map<string, number>();

  const refresh = async (provider: Provider, currency: string, key: string): Promise<void> => {
    try {
      const age = await channelsAgeSeconds(db, provider.name, currency);
      let restMs = FRESH_SECONDS * 1_000;
      if (age !== null && age < FRESH_SECONDS) restMs -= age * 1_000;
      else await store(provider, currency);
      restsUntil.set(key, performance.now() + restMs);
    } catch (error) {
      restsUntil.set(key, performance.now() + RETRY_MS);
      log.warn(
        { err: error, provider: provider.name, currency },
        'the channels of the provider could not be read; going on with those known before',
      );
    }
  };
  const store = async (provider: Provider, currency: string): Promise<void> => {
    const listed = (await provider.channels?.(currency)) ?? [];
    const usable = listed.filter((channel) => isUsable(channel, currency));
    if (usable.length < listed.length) {
      const left = { provider: provider.name, currency, channels: listed.length - usable.length };
      log.warn(left, 'channels with limits that make no sense were left out');
    }
    if (usable.length > 0) await storeChannels(db, provider.name, currency, usable);
  };
  return async (provider: Provider, currency: string): Promise<void> => {
    const key = `${provider.name} ${currency}`;
    if (performance.now() < (restsUntil.get(key) ?? -1)) return;
    const started =
      running.get(key) ??
      refresh(provider, currency, key).finally(() => {
        running.delete(key);
      });
    running.set(key, started);
    await started;
  };
}

const isUsable = (channel: Channel, currency: string): boolean =>
  channel.currency === currency &&
  channel.code !== '' &&
  channel.incrementMinor > 0n &&
  channel.minimumMinor >= 0n &&
  channel.minimumMinor <= channel.maximumMinor;
