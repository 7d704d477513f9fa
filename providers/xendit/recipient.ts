import { OrderUnfit } from '../port.ts';
import type { XenditDestination } from './destination.ts';
import type { Fields } from './fields.ts';

/** The country of an account by its currency, for what neither channel nor details say. */
const COUNTRIES: ReadonlyMap<string, string> = new Map([
  ['IDR', 'ID'],
  ['PHP', 'PH'],
  ['VND', 'VN'],
  ['THB', 'TH'],
  ['MYR', 'MY'],
  ['SGD', 'SG'],
  ['USD', 'US'],
  ['HKD', 'HK'],
  ['MXN', 'MX'],
  ['CNY', 'CN'],
  ['KRW', 'KR'],
  ['AUD', 'AU'],
]);

/** Channels that are wallets, which v3 routes by the channel code itself (documentation: PH_GCASH). */
const WALLETS = new Set([
  'PH_GCASH',
  'PH_PAYMAYA',
  'PH_GRABPAY',
  'PH_SHOPEEPAY',
  'ID_DANA',
  'ID_OVO',
  'ID_GOPAY',
  'ID_LINKAJA',
  'ID_SHOPEEPAY',
]);

const NAME_LENGTH_MAX = 50;

/** What v3 may be told about a recipient, beside name, address and account. */
const PERSONAL = [
  'date_of_birth',
  'country_of_birth',
  'nationality',
  'personal_id_type',
  'personal_id_value',
  'personal_id_expiration_date',
  'personal_id_country',
  'personal_email',
  'personal_mobile_number',
  'gender',
  'occupation',
  'date_of_incorporation',
  'registration_number',
  'business_phone_number',
  'nature_of_business',
] as const;

const ADDRESS = [
  'province_state',
  'city',
  'street_line_1',
  'street_line_2',
  'postal_code',
] as const;

/** Why the money is sent: from the details, else what is true of every payment of commissions. */
export const purposeOf = (fields: Fields): { sourceOfFund: string; purposeCode: string } => ({
  sourceOfFund: fields.get('sourceoffund')?.toUpperCase() ?? 'BUSINESS_REVENUE',
  purposeCode: fields.get('purposecode')?.toUpperCase() ?? 'OTHER',
});

/**
 * The recipient of a v3 payout. What the details leave out is derived: a person unless a business is
 * named, names from the holder's, the country from channel or currency, a business partner as the
 * relationship. Throws `OrderUnfit` where the bank's routing can be neither read nor derived.
 */
export function recipientOf(
  fields: Fields,
  to: XenditDestination & { accountHolderName: string },
  currency: string,
): Record<string, unknown> {
  const { type, ...name } = nameOf(fields, to.accountHolderName);
  const accountCountry =
    fields.get('accountcountry') ?? to.channelCode?.slice(0, 2) ?? COUNTRIES.get(currency);
  const country = fields.get('country') ?? accountCountry;
  if (!accountCountry || !country) throw new OrderUnfit('the account has no country');
  const personal = pick(fields, PERSONAL);
  return {
    type,
    ...name,
    relationship: fields.get('relationship')?.toUpperCase() ?? 'BUSINESS_PARTNER',
    ...(Object.keys(personal).length > 0 && { details: personal }),
    address: { country: country.toUpperCase(), ...pick(fields, ADDRESS) },
    account_details: {
      currency,
      account_country: accountCountry.toUpperCase(),
      account_holder_name: to.accountHolderName,
      account_number: to.accountNumber,
      ...routingOf(fields, to.channelCode),
    },
  };
}

function nameOf(fields: Fields, holder: string): Record<string, string> {
  const business = fields.get('businessname');
  const type = fields.get('recipienttype', 'entitytype', 'type')?.toUpperCase();
  if (type === 'BUSINESS' || (business !== null && type !== 'INDIVIDUAL')) {
    return { type: 'BUSINESS', business_name: fitting(business ?? holder) };
  }
  const [, first = holder, last = holder] = /^(.+)\s+(\S+)$/u.exec(holder) ?? [];
  return {
    type: 'INDIVIDUAL',
    given_name: fitting(fields.get('givenname', 'givennames', 'firstname') ?? first),
    // People with one name alone have it in both places: v3 needs either.
    surname: fitting(fields.get('surname', 'lastname', 'familyname') ?? last),
  };
}

function fitting(name: string): string {
  if (name.length <= NAME_LENGTH_MAX) return name;
  throw new OrderUnfit(
    `a name of the recipient is longer than ${NAME_LENGTH_MAX}; give it in parts`,
  );
}

function routingOf(fields: Fields, channelCode: string | null): Record<string, string> {
  const type = fields.get('routingtype1', 'routingtype')?.toUpperCase();
  const value = fields.get('routingvalue1', 'routingvalue');
  if (type && value) return { routing_type_1: type, routing_value_1: value };
  const swift = fields.get('swiftcode', 'swift', 'bic');
  if (swift) return { routing_type_1: 'SWIFT', routing_value_1: swift.toUpperCase() };
  if (channelCode && WALLETS.has(channelCode)) {
    return { routing_type_1: 'WALLET', routing_value_1: channelCode };
  }
  throw new OrderUnfit('the account has no routing of its bank (routing_type_1, routing_value_1)');
}

/** The fields that are given, under Xendit's names. */
const pick = (fields: Fields, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.get(name.replaceAll('_', ''));
      return value === null ? [] : [[name, value]];
    }),
  );
