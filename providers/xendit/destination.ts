import { isMasked } from '../../domain/account-details.ts';
import type { AccountDetails } from '../port.ts';
import { fieldsOf } from './fields.ts';

/** Where Xendit is to pay, as the account says it; null for what it leaves out. */
export interface XenditDestination {
  /** A bank or wallet in Xendit's words, such as `ID_BCA`. */
  channelCode: string | null;
  accountNumber: string;
  accountHolderName: string | null;
  /** What the number is where it is no account number, such as `MOBILE_NO`. */
  accountType: string | null;
}

/** A channel and a number in it, written as one reference: `ID_BCA:1234567890`. */
const CHANNEL_AND_NUMBER = /^([A-Z]{2}_[A-Z0-9_]{1,60}):(.+)$/i;
const CHANNEL = /^[A-Z]{2}_[A-Z0-9_]{1,60}$/;
// oxlint-disable-next-line no-control-regex -- they must not reach a bank
const NUMBER = /^[^\u0000-\u0020\u007f](?:[^\u0000-\u001f\u007f]{0,98}[^\u0000-\u0020\u007f])?$/u;

/**
 * Reads an account: `channelCode`, `accountNumber`, `accountHolderName` and `accountType` from its
 * details, in either spelling and also inside of `channel_properties`; without a number there, the
 * reference itself is the number, with its channel before a colon where it has one. Null where no
 * number can be read, so also for one that is only shown masked. Pure.
 */
export function xenditDestination(
  details: AccountDetails | null,
  accountRef: string,
): XenditDestination | null {
  const fields = fieldsOf(details);
  const [, refChannel = null, refNumber = accountRef] =
    CHANNEL_AND_NUMBER.exec(accountRef.trim()) ?? [];
  const accountNumber = fields.get('accountnumber') ?? refNumber.trim();
  if (isMasked(accountNumber) || !NUMBER.test(accountNumber)) return null;
  const channel = (fields.get('channelcode') ?? refChannel)?.toUpperCase() ?? null;
  return {
    channelCode: channel !== null && CHANNEL.test(channel) ? channel : null,
    accountNumber,
    accountHolderName: fields.get('accountholdername'),
    accountType: fields.get('accounttype')?.toUpperCase() ?? null,
  };
}
