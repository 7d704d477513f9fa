import { currencyDigits } from '../../domain/currency.ts';
import { riskSettings, type RiskSettings } from '../../domain/risk/settings.ts';
import type { Db } from '../client.ts';
import { loadPolicy, policyInForce } from './security-policy.ts';

/** What the rules go by. */
export interface RiskTerms {
  settings: RiskSettings;
  baseCurrency: string;
  /** Minor units of `baseCurrency`. */
  highValueMinor: bigint;
}

/** The settings of the rules, at most a second old. Throws where what is stored is not valid: nothing is judged by a guess. */
export async function loadRiskTerms(db: Db): Promise<RiskTerms> {
  const policy = await loadPolicy(db);
  const { baseCurrency, highValueMinor } = policyInForce(policy);
  return { settings: riskSettings.parse(policy.risk), baseCurrency, highValueMinor };
}

const RATE_DIGITS = 12;
/** The most that a column holds; no amount is above it. */
const AMOUNT_MAX_MINOR = 2n ** 63n - 1n;

/**
 * High value in minor units of a currency, rounded up; null where no rate is known. `rate` is what one
 * major unit is worth in the base currency, as Postgres writes it.
 */
export function thresholdOf(
  { baseCurrency, highValueMinor }: RiskTerms,
  currency: string,
  rate: string | null,
): bigint | null {
  if (currency === baseCurrency) return highValueMinor;
  if (rate === null) return null;
  const [whole = '0', fraction = ''] = rate.split('.');
  const scaled = BigInt(whole + fraction.padEnd(RATE_DIGITS, '0').slice(0, RATE_DIGITS));
  if (scaled === 0n) return null;
  const divisor = scaled * 10n ** BigInt(currencyDigits(baseCurrency));
  const dividend = highValueMinor * 10n ** BigInt(currencyDigits(currency) + RATE_DIGITS);
  const threshold = (dividend + divisor - 1n) / divisor;
  return threshold < AMOUNT_MAX_MINOR ? threshold : AMOUNT_MAX_MINOR;
}
