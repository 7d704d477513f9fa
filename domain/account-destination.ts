import { bareName, isMasked, maskText, type Details } from './account-details.ts';
import { DomainError } from './errors.ts';

/** An account's reference and details as they are kept together. */
export interface AccountContent {
  accountRef: string;
  details: Details | null;
}

const CHANNEL_NAMES = new Set(['channelcode']);
const NUMBER_NAMES = new Set(['accountnumber']);
const OTHER_NUMBER_NAMES = new Set(['accountno', 'iban', 'walletaddress']);
const BANK_NAMES = new Set([
  'bankcode',
  'routingvalue1',
  'routingnumber',
  'sortcode',
  'bsb',
  'bic',
]);

/** The first value under one of the names, outermost first; null where there is none. */
function findText(details: Details | null, names: ReadonlySet<string>): string | null {
  let level: Details[] = details ? [details] : [];
  while (level.length > 0) {
    const entries = level.flatMap((each) => Object.entries(each));
    for (const [name, value] of entries) {
      if (!names.has(bareName(name))) continue;
      const text = typeof value === 'string' || typeof value === 'number' ? `${value}`.trim() : '';
      if (text !== '') return text;
    }
    level = entries.map(([, value]) => value).filter(isObject);
  }
  return null;
}

const isObject = (value: unknown): value is Details =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bareText = (text: string): string => text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/**
 * Where the money goes, the same text for the same place however it was written, and the channel of
 * the provider that it goes through. The text holds the account number: it is only ever hashed.
 */
export function destinationOf(
  provider: string,
  { accountRef, details }: AccountContent,
): { destination: string; channelCode: string | null } {
  const channelCode = findText(details, CHANNEL_NAMES)?.toUpperCase() ?? null;
  const number = findText(details, NUMBER_NAMES) ?? findText(details, OTHER_NUMBER_NAMES);
  if (number === null) {
    // Addresses on a chain mean the same in either case; other references may not.
    const reference = /^0x[0-9a-f]{40}$/i.test(accountRef) ? accountRef.toLowerCase() : accountRef;
    return { destination: JSON.stringify([provider, reference]), channelCode };
  }
  const bank = channelCode ?? findText(details, BANK_NAMES) ?? '';
  const destination = JSON.stringify([provider, bareText(bank), bareText(number)]);
  return { destination, channelCode };
}

/** A bank or wallet of Xendit and a number in it, which callers may give as the reference; or a number alone. */
const XENDIT_REFERENCE = /^([A-Z]{2}_[A-Z0-9_]{1,60}):(.+)$/i;

/**
 * What is kept of an account that a caller describes, or changes from what stood `before`. For Xendit
 * the reference may be the account number, with its channel or alone: that moves into the details,
 * which are encrypted, and leaves `ID_BCA ••••3456` behind. Throws `validation_error` where reference
 * and details name two accounts.
 */
export function settleAccount(
  provider: string,
  given: { accountRef?: string | undefined; details?: Details | undefined },
  before: AccountContent | null,
): AccountContent {
  const accountRef = given.accountRef ?? before?.accountRef ?? '';
  const details = given.details ?? before?.details ?? null;
  if (provider !== 'xendit') return { accountRef, details };
  const [, channelCode, accountNumber] = XENDIT_REFERENCE.exec(accountRef) ?? [];
  if (channelCode !== undefined && accountNumber !== undefined) {
    if (given.details) refuseAnother(given.details, channelCode, accountNumber);
    const named = { channelCode: channelCode.toUpperCase(), accountNumber: accountNumber.trim() };
    const others = without(NUMBER_NAMES, without(CHANNEL_NAMES, details ?? {}));
    return maskedReference({ ...others, ...named }, accountRef);
  }
  if (isMasked(accountRef)) {
    const complete = details && { ...carriedOver(before?.details, details), ...details };
    return complete ? maskedReference(complete, accountRef) : { accountRef, details };
  }
  // In the place of a masked number stands a number; beside one in the details, just a name.
  const replaced = before !== null && isMasked(before.accountRef) && given.details === undefined;
  if (!replaced && findText(details, NUMBER_NAMES) !== null) return { accountRef, details };
  const others = without(NUMBER_NAMES, details ?? {});
  return maskedReference({ ...others, accountNumber: accountRef.trim() }, accountRef);
}

function refuseAnother(details: Details, channelCode: string, accountNumber: string): void {
  const channel = findText(details, CHANNEL_NAMES) ?? channelCode;
  const number = findText(details, NUMBER_NAMES) ?? accountNumber;
  if (bareText(channel) === bareText(channelCode) && bareText(number) === bareText(accountNumber))
    return;
  const reason = 'names another account than accountRef does';
  throw new DomainError('validation_error', `The request is not valid: details: ${reason}`, [
    { path: 'details', reason },
  ]);
}

/** The same without fields of these names, also inside of objects. */
const without = (names: ReadonlySet<string>, details: Details): Details =>
  Object.fromEntries(
    Object.entries(details)
      .filter(([name]) => !names.has(bareName(name)))
      .map(([name, value]) => [name, isObject(value) ? without(names, value) : value]),
  );

/** New details that name no channel or no number keep the one that stood. */
function carriedOver(before: Details | null | undefined, details: Details | null): Details {
  const kept = (names: ReadonlySet<string>) =>
    findText(details, names) === null ? findText(before ?? null, names) : null;
  const channelCode = kept(CHANNEL_NAMES);
  const accountNumber = kept(NUMBER_NAMES);
  return { ...(channelCode && { channelCode }), ...(accountNumber && { accountNumber }) };
}

function maskedReference(details: Details, otherwise: string): AccountContent {
  const channel = findText(details, CHANNEL_NAMES);
  const number = findText(details, NUMBER_NAMES);
  const masked = number && [channel, maskText(number)].filter(Boolean).join(' ');
  return { accountRef: masked ?? otherwise, details };
}
