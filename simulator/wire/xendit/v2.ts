import { z } from 'zod';
import type { Answer } from '../port.ts';
import { channelOf, limitError, type Category } from './channels.ts';
import { failure, fieldErrors, invalid } from './errors.ts';
import { fateOf } from './fates.ts';
import { minorOfMajor } from './money.ts';
import type { Business } from './businesses.ts';
import type { Draft } from './submit.ts';

const ACCOUNT_TYPES = [
  'NATIONAL_ID',
  'MOBILE_NO',
  'PASSPORT',
  'BUSINESS_REGISTRATION',
  'BANK_ACCOUNT',
] as const;
const ACCOUNT_NUMBER = /^\+?[0-9]{5,30}$/;
// What is no account number but the number of a document.
const DOCUMENT_NUMBER = /^[A-Za-z0-9-]{5,30}$/;

const emails = z.array(z.email()).max(3).optional();
const schema = z.object({
  reference_id: z.string().min(1).max(255),
  channel_code: z.string().min(1),
  channel_properties: z.object({
    account_holder_name: z.string().min(1).max(100).optional(),
    account_number: z.string().min(1).optional(),
    account_type: z.enum(ACCOUNT_TYPES).optional(),
    recipient_given_names: z.string().min(1).max(255).optional(),
    recipient_surname: z.string().max(255).optional(),
    expires_at: z.iso.datetime().optional(),
  }),
  amount: z.number().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  description: z.string().max(255).optional(),
  receipt_notification: z
    .object({ email_to: emails, email_cc: emails, email_bcc: emails })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
type Properties = z.infer<typeof schema>['channel_properties'];

/** Checks the body of `POST /v2/payouts` in Xendit's order: its shape, the key, the channel, the amount. */
export function readV2(body: unknown, business: Business): Draft | Answer {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return invalid(fieldErrors(parsed.error));
  const { reference_id: reference, currency, amount, channel_properties, ...told } = parsed.data;
  if (currency !== business.currency) {
    const message = 'Your account is forbidden to perform this request';
    return failure('REQUEST_FORBIDDEN_ERROR', { message });
  }
  const channel = channelOf(told.channel_code, currency);
  if (channel === undefined) return failure('CHANNEL_CODE_NOT_SUPPORTED');
  const { channel_category: category } = channel;
  const missing = missingOf(channel_properties, category);
  if (missing.length > 0) {
    return invalid(missing.map((path) => ({ path, message: `"${path}" is required` })));
  }
  const { account_number: accountNumber = '', recipient_given_names: givenNames } =
    channel_properties;
  if (category !== 'OTC' && !isAccountNumber(channel_properties)) {
    return failure('RECIPIENT_ACCOUNT_NUMBER_ERROR');
  }
  const amountMinor = minorOfMajor(amount, currency);
  const tooMuch = limitError(channel, amountMinor);
  if (amountMinor === null || tooMuch !== null) {
    return failure(tooMuch ?? 'AMOUNT_INCREMENT_NOT_SUPPORTED');
  }
  return {
    reference,
    recipient: accountNumber === '' ? (givenNames ?? '') : accountNumber,
    amountMinor,
    currency,
    fate: fateOf(2, category, { accountNumber, givenNames }),
    details: {
      version: 2,
      businessId: business.businessId,
      isCash: category === 'OTC',
      told: { ...told, channel_properties },
    },
  };
}

function missingOf(properties: Properties, category: Category): string[] {
  const needed =
    category === 'OTC'
      ? (['recipient_given_names'] as const)
      : (['account_holder_name', 'account_number'] as const);
  return needed
    .filter((name) => properties[name] === undefined)
    .map((name) => `channel_properties.${name}`);
}

function isAccountNumber({ account_number: number = '', account_type: type }: Properties): boolean {
  const isDocument = type !== undefined && type !== 'BANK_ACCOUNT' && type !== 'MOBILE_NO';
  return (isDocument ? DOCUMENT_NUMBER : ACCOUNT_NUMBER).test(number);
}
