import type { PreparedPayment } from '../port.ts';
import type { Draft } from './wire.ts';

/** What a draft must agree with beyond its payments. */
export interface Expected {
  /** Addresses that payments of the team may come from, in lower case. */
  from: readonly string[];
  /** Null where any chain is accepted. */
  chainId: number | null;
  /** The forwarder's address in lower case; null where any is accepted. */
  contract: string | null;
  nowMs: number;
}

/** The names of Rise's guide "payment integration". */
const DOMAIN_NAME = 'RiseAccountForwarder';
const PRIMARY_TYPE = 'CreatePaymentsForwardRequest';
const SIGNED_FIELDS = ['from', 'to', 'salt', 'expires', 'data'];

/** A signature that lived longer than this would keep its payments from ever being drafted again. */
const LIFE_MS_MAX = 31 * 86_400_000;

/**
 * Compares a draft with what was ordered, before it is signed: a signature pays whatever stands in
 * it. Answers what differs in one word; null where it is what we asked for, as far as it shows.
 */
export function draftProblem(
  { domain, types, primary_type, typed_data }: Draft,
  payments: readonly PreparedPayment[],
  expected: Expected,
): string | null {
  if (domain.name !== DOMAIN_NAME || primary_type !== PRIMARY_TYPE) return 'type';
  const signed = (types[PRIMARY_TYPE] ?? []).map(({ name }) => name);
  if (!SIGNED_FIELDS.every((name) => signed.includes(name))) return 'type';
  if (expected.chainId !== null && Number(domain.chainId) !== expected.chainId) return 'chain';
  const contract = domain.verifyingContract.toLowerCase();
  if (expected.contract !== null && contract !== expected.contract) return 'contract';
  if (!expected.from.includes(typed_data.from.toLowerCase())) return 'from';
  if (!hasExactNumbers(typed_data)) return 'numbers';
  const expiresMs = expiryOf(typed_data).getTime();
  if (!(expiresMs > expected.nowMs && expiresMs < expected.nowMs + LIFE_MS_MAX)) return 'expires';
  return showsPayments(typed_data.data, payments) ? null : 'payments';
}

/** When the provider stops taking a draft's signature; `expires` is in seconds. */
export const expiryOf = ({ expires }: Draft['typed_data']): Date =>
  new Date(Number(expires) * 1_000);

/** Numbers beyond 2^53 lost digits when the answer was read, so they are not what Rise wrote. */
function hasExactNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasExactNumbers);
}

/** What one line of a draft shows of a payment. */
interface Line {
  amountsMinor: (bigint | null)[];
  recipients: string[];
}

/**
 * Whether the lines that a draft shows are the payments, each once. Where lines show no amount, only
 * their number is compared; what is not a list shows nothing.
 */
function showsPayments(data: unknown, payments: readonly PreparedPayment[]): boolean {
  const lines = linesIn(data);
  if (lines.length === 0) return !Array.isArray(data) || data.length === payments.length;
  if (lines.length !== payments.length) return false;
  const open = [...payments];
  for (const { amountsMinor, recipients } of lines) {
    const found = open.findIndex(
      ({ amountMinor, accountRef }) =>
        amountsMinor.every((amount) => amount === amountMinor) &&
        recipients.every((recipient) => recipient === accountRef),
    );
    if (found < 0) return false;
    open.splice(found, 1);
  }
  return true;
}

/** Every object below `value` that carries an amount of its own. */
function linesIn(value: unknown): Line[] {
  if (typeof value !== 'object' || value === null) return [];
  const amounts = Object.entries(value).filter(
    ([name, told]) => /amount/i.test(name) && typeof told !== 'object',
  );
  if (Array.isArray(value) || amounts.length === 0) return Object.values(value).flatMap(linesIn);
  return [
    {
      amountsMinor: amounts.map(([name, told]) => amountIn(name, told)),
      recipients: Object.values(value).filter(
        (told): told is string => typeof told === 'string' && told.startsWith('us-'),
      ),
    },
  ];
}

/** USDC has six decimals on the chain, a dollar two. */
const UNITS_PER_CENT = 10_000n;

/** An amount in cents: told in cents, or in the units of the chain. Null for what is neither. */
function amountIn(name: string, told: unknown): bigint | null {
  const digits = typeof told === 'number' || typeof told === 'string' ? String(told) : '';
  if (!/^\d{1,30}$/.test(digits)) return null;
  const amount = BigInt(digits);
  if (/cents/i.test(name)) return amount;
  return amount % UNITS_PER_CENT === 0n ? amount / UNITS_PER_CENT : null;
}
