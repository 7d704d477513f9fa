import { z } from 'zod';
import { currencyDigits } from '../../domain/currency.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import type { Channel, PaymentLimits } from '../port.ts';
import { unreadable, type XenditClient } from './client.ts';
import { amountStep, readDecimal } from './money.ts';
import { balanceSchema, channelSchema } from './wire.ts';

/** What any channel of a currency takes: whole steps of what Xendit can pay in it. */
export const currencyLimits = (currency: string): PaymentLimits => {
  const step = amountStep(currency);
  return { minimumMinor: step, maximumMinor: AMOUNT_MINOR_MAX, incrementMinor: step };
};

/** The channels of a currency with their limits. Rows that cannot be read are left out. */
export async function readChannels(client: XenditClient): Promise<Channel[]> {
  const path = `/payouts_channels?currency=${client.currency}`;
  const rows = await client.read(z.array(z.unknown()), path);
  return rows.flatMap((row) => {
    const parsed = channelSchema.safeParse(row);
    const channel = parsed.success ? toChannel(parsed.data) : null;
    return channel && channel.currency === client.currency ? [channel] : [];
  });
}

function toChannel(told: z.infer<typeof channelSchema>): Channel | null {
  const { currency, amount_limits: limits } = told;
  const digits = currencyDigits(currency);
  const minimum = readDecimal(limits.minimum, digits);
  const maximum = readDecimal(limits.maximum, digits);
  const increment = readDecimal(limits.minimum_increment ?? '0', digits);
  if (!minimum || !maximum || !increment) return null;
  const step = amountStep(currency);
  return {
    code: told.channel_code,
    currency,
    name: told.channel_name,
    category: told.channel_category,
    // A minimum between two amounts that can be paid is met by the next one.
    minimumMinor: minimum.isExact ? minimum.minor : minimum.minor + 1n,
    maximumMinor: maximum.minor < AMOUNT_MINOR_MAX ? maximum.minor : AMOUNT_MINOR_MAX,
    incrementMinor: increment.minor > step ? increment.minor : step,
  };
}

/** What can be paid out, in minor units; parts finer than those are not counted. */
export async function readBalance(client: XenditClient): Promise<bigint> {
  const path = `/balance?account_type=CASH&currency=${client.currency}`;
  const { balance } = await client.read(balanceSchema, path);
  const read = readDecimal(balance, currencyDigits(client.currency));
  if (!read) throw unreadable();
  return read.minor;
}
