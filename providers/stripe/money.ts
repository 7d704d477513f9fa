import { currencyDigits, isCurrency } from '../../domain/currency.ts';
import type { PaymentLimits } from '../port.ts';

/** Connect transfers from the platform's balance, or payouts from a connected account to its bank. */
export type StripeMethod = 'transfer' | 'payout';

/**
 * Currencies that Stripe takes (docs.stripe.com/currencies). Which of them an account holds is
 * another matter, and Stripe says so itself.
 */
export const STRIPE_CURRENCIES: readonly string[] =
  `USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD
  CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ
  GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD
  LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
  PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY
  TTD TWD TZS UAH UGX UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW`
    .split(/\s+/)
    .filter(isCurrency);

/** Written without decimals, whatever ISO 4217 says (docs.stripe.com/currencies#zero-decimal). */
const ZERO_DECIMAL = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);
/** Written with two decimals that must be 00 (docs.stripe.com/currencies#special-cases). */
const TWO_EMPTY_DECIMALS = new Set(['ISK', 'UGX']);
/** As those, in payouts only. */
const WHOLE_IN_PAYOUTS = new Set(['HUF', 'TWD']);
/** No amount of the API has more than twelve digits. */
const AMOUNT_MAX = 999_999_999_999n;

function stripeDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return TWO_EMPTY_DECIMALS.has(currency) ? 2 : currencyDigits(currency);
}

/** So many more decimals than ISO 4217 does Stripe write; negative: so many fewer. */
const shiftOf = (currency: string): number => stripeDigits(currency) - currencyDigits(currency);

const ten = (power: number): bigint => 10n ** BigInt(power);

/** An amount as Stripe writes it; null where it cannot be written so without rounding. */
export function toStripeAmount(amountMinor: bigint, currency: string): bigint | null {
  const shift = shiftOf(currency);
  if (shift >= 0) return amountMinor * ten(shift);
  const divisor = ten(-shift);
  return amountMinor % divisor === 0n ? amountMinor / divisor : null;
}

/** The inverse; null for a code that is no currency, or an amount that ISO 4217 cannot write. */
export function fromStripeAmount(amount: bigint, currency: string): bigint | null {
  if (!isCurrency(currency)) return null;
  const shift = shiftOf(currency);
  if (shift <= 0) return amount * ten(-shift);
  const divisor = ten(shift);
  return amount % divisor === 0n ? amount / divisor : null;
}

/** The part of a balance that can be written in minor units, rounded down. */
export function balanceFromStripe(amount: bigint, currency: string): bigint {
  const step = ten(Math.max(shiftOf(currency), 0));
  const over = ((amount % step) + step) % step;
  return fromStripeAmount(amount - over, currency) ?? 0n;
}

/**
 * What one payment may carry. Stripe's smallest amounts differ by country and are not in its API, so
 * the smallest here is one step; its twelve digits are the largest.
 */
export function stripeLimits(currency: string, method: StripeMethod): PaymentLimits {
  const shift = shiftOf(currency);
  const digits = currencyDigits(currency);
  const wholeUnits = method === 'payout' && WHOLE_IN_PAYOUTS.has(currency);
  // The last of three decimals has to be 0.
  const threeDecimals = digits === 3 ? 10n : 1n;
  const incrementMinor = wholeUnits ? ten(digits) : ten(Math.max(-shift, 0)) * threeDecimals;
  const largest = shift > 0 ? AMOUNT_MAX / ten(shift) : AMOUNT_MAX * ten(-shift);
  return {
    minimumMinor: incrementMinor,
    maximumMinor: largest - (largest % incrementMinor),
    incrementMinor,
  };
}
