import { z } from 'zod';
import type { Answer } from '../port.ts';
import type { Business } from './businesses.ts';
import { failure, fieldErrors, invalid } from './errors.ts';
import { fateOf } from './fates.ts';
import { CURRENCIES, minorOfMajor, minorOfV3 } from './money.ts';
import type { Draft } from './submit.ts';
import { PURPOSES, RELATIONSHIPS, ROUTINGS, SOURCES } from './v3-words.ts';

const emails = z.array(z.email()).optional();
const name = z.string().min(1).max(50).optional();
const minor = z.int().positive().optional();
const schema = z.object({
  reference_id: z.string().min(1).max(255),
  recipient: z.looseObject({
    type: z.enum(['INDIVIDUAL', 'BUSINESS']),
    given_name: name,
    surname: name,
    business_name: name,
    relationship: z.enum(RELATIONSHIPS),
    address: z.looseObject({ country: z.string().length(2) }),
    account_details: z.looseObject({
      currency: z.string().regex(/^[A-Z]{3}$/),
      account_country: z.string().length(2),
      account_holder_name: z.string().min(1).max(255),
      account_number: z.string().min(1).max(100),
      routing_type_1: z.enum(ROUTINGS),
      routing_value_1: z.string().min(1),
    }),
  }),
  payout_details: z.object({
    quote_id: z.string().optional(),
    source_currency: z.string().optional(),
    source_amount: minor,
    destination_currency: z.string().optional(),
    destination_amount: minor,
  }),
  source_of_fund: z.enum(SOURCES),
  purpose_code: z.enum(PURPOSES),
  description: z.string().max(100).optional(),
  receipt_notification: z
    .object({ email_to: z.array(z.email()), email_cc: emails, email_bcc: emails })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
type Body = z.infer<typeof schema>;

// In major units, as the two channels that the reference shows: v3 speaks of the region's limits.
const LIMITS: Readonly<Record<string, readonly [minimum: number, maximum: number]>> = {
  IDR: [10_000, 1_999_999_999_999],
  PHP: [1, 100_000_000],
};
const OTHER_LIMITS = [1, 100_000_000] as const;

/** Checks the body of `POST /v3/payouts`: its shape, the amounts and currencies, the key, the limits. */
export function readV3(body: unknown, business: Business): Draft | Answer {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return invalid(fieldErrors(parsed.error));
  const { reference_id: reference, recipient, payout_details, ...told } = parsed.data;
  const missing = missingOf(recipient);
  if (missing.length > 0) {
    return invalid(missing.map((path) => ({ path, message: `"${path}" is required` })));
  }
  const amount = amountOf(payout_details, business);
  if (typeof amount !== 'bigint') return amount;
  const { account_number: accountNumber, routing_type_1: routing } = recipient.account_details;
  const fate = fateOf(3, routing === 'WALLET' ? 'EWALLET' : 'BANK', { accountNumber });
  return {
    reference,
    recipient: accountNumber,
    amountMinor: amount,
    currency: business.currency,
    fate,
    // Only that it waits for compliance is told of a payout that has just been made.
    announced: fate.phase !== undefined,
    details: {
      version: 3,
      businessId: business.businessId,
      isCash: false,
      told: {
        type: recipient.type === 'BUSINESS' ? 'B2B' : 'B2C',
        sender: { type: 'BUSINESS', business_name: 'Simulator' },
        recipient,
        ...told,
      },
    },
  };
}

function missingOf(recipient: Body['recipient']): string[] {
  const needed =
    recipient.type === 'BUSINESS'
      ? (['business_name'] as const)
      : (['given_name', 'surname'] as const);
  return needed
    .filter((field) => recipient[field] === undefined)
    .map((field) => `recipient.${field}`);
}

/** The amount in ISO minor units, or why there is none. */
function amountOf(details: Body['payout_details'], business: Business): bigint | Answer {
  const { quote_id, source_currency: source, destination_currency: destination } = details;
  const { source_amount: sourceAmount, destination_amount: destinationAmount } = details;
  if (quote_id !== undefined) {
    return failure('DATA_NOT_FOUND', { message: 'The Quote ID specified cannot be found' });
  }
  if (sourceAmount !== undefined && destinationAmount !== undefined) {
    const message = 'Both source and destination amounts were specified.';
    return failure('API_VALIDATION_ERROR', { message });
  }
  const amount = sourceAmount ?? destinationAmount;
  if (amount === undefined || source === undefined || destination === undefined) {
    return invalid([{ path: 'payout_details', message: 'currencies and one amount are required' }]);
  }
  if (!CURRENCIES.has(source)) return unsupported('source');
  if (source !== business.currency) return failure('INVALID_MERCHANT_SETTINGS');
  if (destination !== source) return unsupported('destination'); // No exchange is played.
  const amountMinor = minorOfV3(amount, source);
  const [minimum, maximum] = LIMITS[source] ?? OTHER_LIMITS;
  if (amountMinor < (minorOfMajor(minimum, source) ?? 0n)) return outside('lower', 'minimum');
  if (amountMinor > (minorOfMajor(maximum, source) ?? 0n)) return outside('higher', 'maximum');
  return amountMinor;
}

function unsupported(side: 'source' | 'destination'): Answer {
  const message = `The ${side} currency specified in the request is not supported.`;
  return failure('INVALID_VALUE_ERROR', { message });
}

function outside(how: string, limit: string): Answer {
  const message = `The amount is ${how} than the prescribed ${limit} for the region.`;
  return failure('INVALID_VALUE_ERROR', { message });
}
