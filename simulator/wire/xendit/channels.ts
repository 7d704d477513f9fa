import { minorOfMajor } from './money.ts';

export type Category = 'BANK' | 'EWALLET' | 'OTC';

/** A destination of payouts with its limits in major units. */
export type Channel = {
  readonly channel_code: string;
  readonly channel_category: Category;
  readonly currency: string;
  readonly channel_name: string;
  readonly amount_limits: {
    readonly minimum: number;
    readonly maximum: number;
    readonly minimum_increment: number;
  };
};

type Limits = Channel['amount_limits'];

// Of the two channels that the reference shows, ID_BSI and PH_AUB; the other banks have the same.
const ID_BANK: Limits = { minimum: 10_000, maximum: 1_999_999_999_999, minimum_increment: 1 };
const PH_BANK: Limits = { minimum: 1, maximum: 100_000_000, minimum_increment: 1 };
// Chosen: wallets hold little, and the documented example sends 1.11 to PH_GCASH within InstaPay's limit.
const ID_WALLET: Limits = { minimum: 10_000, maximum: 20_000_000, minimum_increment: 1 };
const PH_WALLET: Limits = { minimum: 1, maximum: 50_000, minimum_increment: 0.01 };
const PH_CASH: Limits = { minimum: 50, maximum: 50_000, minimum_increment: 1 };

/** Every channel, by its code in alphabetical order. */
export const CHANNELS: readonly Channel[] = [
  channel('ID_BCA', 'BANK', 'Bank Central Asia', ID_BANK),
  channel('ID_BNI', 'BANK', 'Bank Negara Indonesia', ID_BANK),
  channel('ID_BRI', 'BANK', 'Bank Rakyat Indonesia', ID_BANK),
  channel('ID_BSI', 'BANK', 'Bank Syariah Indonesia', ID_BANK),
  channel('ID_CIMB', 'BANK', 'Bank CIMB Niaga', ID_BANK),
  channel('ID_DANA', 'EWALLET', 'DANA', ID_WALLET),
  channel('ID_GOPAY', 'EWALLET', 'GoPay', ID_WALLET),
  channel('ID_LINKAJA', 'EWALLET', 'LinkAja', ID_WALLET),
  channel('ID_MANDIRI', 'BANK', 'Bank Mandiri', ID_BANK),
  channel('ID_MAYBANK', 'BANK', 'Bank Maybank', ID_BANK),
  channel('ID_OVO', 'EWALLET', 'OVO', ID_WALLET),
  channel('ID_PERMATA', 'BANK', 'Bank Permata', ID_BANK),
  channel('ID_SHOPEEPAY', 'EWALLET', 'ShopeePay', ID_WALLET),
  channel('PH_AUB', 'BANK', 'Asia United Bank', PH_BANK),
  channel('PH_BDO', 'BANK', 'Banco De Oro Unibank', PH_BANK),
  channel('PH_BPI', 'BANK', 'Bank of the Philippine Islands', PH_BANK),
  channel('PH_CEBUANA', 'OTC', 'Cebuana Lhuillier', PH_CASH),
  channel('PH_GCASH', 'EWALLET', 'GCash', PH_WALLET),
  channel('PH_GRABPAY', 'EWALLET', 'GrabPay', PH_WALLET),
  channel('PH_LBC', 'OTC', 'LBC Express', PH_CASH),
  channel('PH_PAYMAYA', 'EWALLET', 'Maya', PH_WALLET),
  channel('PH_SEC', 'BANK', 'Security Bank', PH_BANK),
  channel('PH_UBP', 'BANK', 'Union Bank of the Philippines', PH_BANK),
];

const BY_CODE = new Map(CHANNELS.map((each) => [each.channel_code, each]));

/** The channel of this code in this currency. */
export function channelOf(code: string, currency: string): Channel | undefined {
  const found = BY_CODE.get(code);
  return found?.currency === currency ? found : undefined;
}

/** Why a channel does not take an amount; null where it does. `amountMinor` null: too many decimals. */
export function limitError(
  { currency, amount_limits: limits }: Channel,
  amountMinor: bigint | null,
): string | null {
  if (amountMinor === null) return 'AMOUNT_INCREMENT_NOT_SUPPORTED';
  const minor = (amount: number): bigint => minorOfMajor(amount, currency) ?? 0n;
  if (amountMinor < minor(limits.minimum)) return 'MINIMUM_TRANSFER_LIMIT_ERROR';
  if (amountMinor > minor(limits.maximum)) return 'MAXIMUM_TRANSFER_LIMIT_ERROR';
  const isFitting = amountMinor % minor(limits.minimum_increment) === 0n;
  return isFitting ? null : 'AMOUNT_INCREMENT_NOT_SUPPORTED';
}

function channel(code: string, category: Category, name: string, limits: Limits): Channel {
  return {
    channel_code: code,
    channel_category: category,
    currency: code.startsWith('ID_') ? 'IDR' : 'PHP',
    channel_name: name,
    amount_limits: limits,
  };
}
