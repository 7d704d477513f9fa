import { z } from 'zod';
import { STRIPE_CURRENCIES, type StripeMethod } from './money.ts';

/** Where and as whom to reach Stripe. */
export interface StripeConfig {
  baseUrl: string;
  mode: 'test' | 'live';
  secretKey: string;
  /** Secrets of webhook endpoints; two while one takes the place of the other. */
  webhookSecrets: readonly string[];
  method: StripeMethod;
  /** The platform's own `acct_…`, where it is given: events that name it are not foreign. */
  account: string | null;
  currencies: readonly string[];
  /** Calls a second that one endpoint takes. */
  perSecond: number;
}

/**
 * Calls a second to one endpoint, in either mode (docs.stripe.com/rate-limits). Stripe raises it for
 * accounts that ask; a sandbox takes 25 over all endpoints, a live account 100.
 */
const PER_SECOND_USUAL = 25;

const list = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const listOf = (each: RegExp, message: string) =>
  z
    .string()
    .transform(list)
    .refine((all) => all.length > 0 && all.every((one) => each.test(one)), message);

/** The variables of Stripe. No secret occurs in what is said to be wrong with one. */
export const stripeVariables = z
  .object({
    BURSAR_STRIPE_URL: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
    BURSAR_STRIPE_MODE: z.enum(['test', 'live']),
    BURSAR_STRIPE_SECRET_KEY: z
      .string()
      .regex(/^(sk|rk)_(test|live)_[\x21-\x7e]{3,240}$/, 'is no secret key of Stripe (sk_…, rk_…)'),
    BURSAR_STRIPE_WEBHOOK_SECRET: listOf(/^whsec_\S{6,}$/, 'is no signing secret (whsec_…)'),
    BURSAR_STRIPE_METHOD: z.enum(['transfer', 'payout']).default('transfer'),
    BURSAR_STRIPE_ACCOUNT: z
      .string()
      .regex(/^acct_\w{1,250}$/, 'is no account (acct_…)')
      .optional(),
    BURSAR_STRIPE_CURRENCIES: listOf(/^[A-Z]{3}$/, 'is no list such as USD,EUR')
      .refine(
        (all) => all.every((code) => STRIPE_CURRENCIES.includes(code)),
        'has a currency that Stripe does not take',
      )
      .optional(),
    BURSAR_STRIPE_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(PER_SECOND_USUAL),
  })
  .transform((set, context): StripeConfig => {
    const mode = set.BURSAR_STRIPE_MODE;
    const complain = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    const isLiveKey = /^.._live_/.test(set.BURSAR_STRIPE_SECRET_KEY);
    if (isLiveKey !== (mode === 'live')) {
      const given = isLiveKey ? 'live' : 'test';
      complain('BURSAR_STRIPE_SECRET_KEY', `is a ${given} key, but BURSAR_STRIPE_MODE is ${mode}`);
    }
    if (mode === 'live' && !set.BURSAR_STRIPE_URL.startsWith('https:'))
      complain('BURSAR_STRIPE_URL', 'must be an https address in live mode');
    return {
      baseUrl: set.BURSAR_STRIPE_URL,
      mode,
      secretKey: set.BURSAR_STRIPE_SECRET_KEY,
      webhookSecrets: set.BURSAR_STRIPE_WEBHOOK_SECRET,
      method: set.BURSAR_STRIPE_METHOD,
      account: set.BURSAR_STRIPE_ACCOUNT ?? null,
      currencies: set.BURSAR_STRIPE_CURRENCIES ?? STRIPE_CURRENCIES,
      perSecond: set.BURSAR_STRIPE_PER_SECOND,
    };
  });
