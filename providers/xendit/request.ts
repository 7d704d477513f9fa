import { OrderUnfit, type PaymentOrder } from '../port.ts';
import { xenditDestination, type XenditDestination } from './destination.ts';
import { fieldsOf } from './fields.ts';
import { isXenditCurrency, writeAmount, type ApiVersion } from './money.ts';
import { purposeOf, recipientOf } from './recipient.ts';

const HOLDER_NAME_LENGTH_MAX = 100;

/** What the number of a v2 destination may be (documentation: create payout). */
const ACCOUNT_TYPES = new Set([
  'NATIONAL_ID',
  'MOBILE_NO',
  'PASSPORT',
  'BUSINESS_REGISTRATION',
  'BANK_ACCOUNT',
]);

/**
 * The exact request of a payment, always the same bytes for the same order. Pure. Throws `OrderUnfit`
 * where the account lacks what this generation of the API needs, or where Xendit cannot pay the
 * amount to the last unit: nothing is rounded.
 */
export function writeRequest(
  order: PaymentOrder,
  version: ApiVersion,
  defaultChannel: string | null,
): string {
  if (!isXenditCurrency(order.currency)) throw new OrderUnfit('Xendit does not pay this currency');
  const amount = writeAmount(order.amountMinor, order.currency, version);
  if (amount === null) {
    throw new OrderUnfit('the amount has a part that Xendit cannot pay in this currency');
  }
  const given = xenditDestination(order.details, order.accountRef);
  if (!given) throw new OrderUnfit('the account has no account number');
  const destination = { ...given, channelCode: given.channelCode ?? defaultChannel };
  const accountHolderName = given.accountHolderName ?? order.payeeName.trim();
  if (accountHolderName === '') throw new OrderUnfit('the account has no name of its holder');
  if (accountHolderName.length > HOLDER_NAME_LENGTH_MAX) {
    throw new OrderUnfit(`the name of the holder is longer than ${HOLDER_NAME_LENGTH_MAX}`);
  }
  const write = version === 'v3' ? writeV3 : writeV2;
  return write(order, { ...destination, accountHolderName }, amount);
}

/**
 * The generation that a request was written for. A repetition goes to where its key is known, also
 * after the setting has changed: there the bytes would be refused, as if nothing had been created.
 */
export const versionOfRequest = (body: string): ApiVersion =>
  // Quotes inside of texts are escaped, so this is no part of one.
  body.includes(',"payout_details":{') ? 'v3' : 'v2';

/** A destination with the name that Xendit needs. */
type Named = XenditDestination & { accountHolderName: string };

function writeV2({ reference, currency }: PaymentOrder, to: Named, amount: string): string {
  if (to.channelCode === null) {
    throw new OrderUnfit('the account names no channel, and the currency has no default one');
  }
  if (to.accountType !== null && !ACCOUNT_TYPES.has(to.accountType)) {
    throw new OrderUnfit('the account type is none that Xendit knows');
  }
  const properties = JSON.stringify({
    account_holder_name: to.accountHolderName,
    account_number: to.accountNumber,
    account_type: to.accountType ?? undefined,
  });
  return (
    `{"reference_id":${JSON.stringify(reference)},"channel_code":${JSON.stringify(to.channelCode)},` +
    `"channel_properties":${properties},"amount":${amount},"currency":${JSON.stringify(currency)}}`
  );
}

/** The amount is that of the destination, so the payee gets it to the last unit. */
function writeV3(order: PaymentOrder, to: Named, amount: string): string {
  const fields = fieldsOf(order.details);
  const currency = JSON.stringify(order.currency);
  const { sourceOfFund, purposeCode } = purposeOf(fields);
  return (
    `{"reference_id":${JSON.stringify(order.reference)},` +
    `"recipient":${JSON.stringify(recipientOf(fields, to, order.currency))},` +
    `"payout_details":{"source_currency":${currency},"destination_currency":${currency},` +
    `"destination_amount":${amount}},"source_of_fund":${JSON.stringify(sourceOfFund)},` +
    `"purpose_code":${JSON.stringify(purposeCode)}}`
  );
}
