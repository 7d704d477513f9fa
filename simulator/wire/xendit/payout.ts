import type { TransferView } from '../../ledger.ts';
import { ownCode } from './errors.ts';
import { majorOf, v3Of } from './money.ts';

const ARRIVES_AFTER_MS = 15 * 60_000;
const PREFIX = { 2: 'disb-', 3: 'po-' } as const;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  settled: 'SUCCEEDED',
  cancelled: 'CANCELLED',
  returned: 'REVERSED',
};
// Ends that are statuses of their own, not failure codes.
const OTHER_ENDS = new Set(['REJECTED', 'COMPLIANCE_REJECTED', 'EXPIRED']);

/** What this wire keeps of a request, to tell it again. */
export type Details = {
  readonly version: 2 | 3;
  readonly businessId: string;
  readonly isCash: boolean;
  /** Fields of the payout as they were sent. */
  readonly told: Readonly<Record<string, unknown>>;
};

/** The details of a payout; only this wire has written them. */
export function detailsOf({ details }: { readonly details: string | null }): Details {
  if (details === null) throw new Error('a payout of Xendit without its details');
  return JSON.parse(details) as Details;
}

/** Xendit's word for how far a payout is; a word that is not the simulator's own is told as it is. */
export function statusOf({ status, failureCode }: Pick<TransferView, 'status' | 'failureCode'>) {
  if (status === 'accepted') return failureCode ?? 'ACCEPTED';
  if (status !== 'failed') return STATUS_WORDS[status] ?? status;
  return failureCode !== null && OTHER_ENDS.has(failureCode) ? failureCode : 'FAILED';
}

/** A payout as answers and webhooks show it, in the shape of the version that made it. */
export function payoutOf(view: TransferView): object {
  const { version, businessId, told } = detailsOf(view);
  const status = statusOf(view);
  const shared = {
    status,
    ...(status === 'FAILED' && { failure_code: ownCode(view.failureCode ?? 'TRANSFER_ERROR') }),
    reference_id: view.reference,
    ...told,
    created: isoOf(view.createdAtMs),
    updated: isoOf(view.updatedAtMs),
    estimated_arrival_time: isoOf(view.createdAtMs + ARRIVES_AFTER_MS),
    business_id: businessId,
  };
  const id = payoutIdOf(view.id, version);
  const { amountMinor, currency } = view;
  if (version === 2) {
    return { id, amount: Number(majorOf(amountMinor, currency)), currency, ...shared };
  }
  const amount = v3Of(amountMinor, currency);
  return {
    payout_id: id,
    source_currency: currency,
    source_amount: amount,
    destination_currency: currency,
    destination_amount: amount,
    ...shared,
  };
}

/** The ledger's 16 digits in the shape of a UUID behind the prefix of the version. */
export function payoutIdOf(id: string, version: 2 | 3): string {
  const [first, second, third, last] = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 15), id[15]];
  return `${PREFIX[version]}${first}-${second}-4${third}-8${last ?? '0'}00-000000000000`;
}

/** The ledger's id in a payout id of that version; null where it cannot be one. */
export function ledgerIdIn(payoutId: string, version: 2 | 3): string | null {
  const digits = payoutId.replaceAll('-', '').slice(PREFIX[version].length - 1);
  const id = digits.slice(0, 12) + digits.slice(13, 16) + digits.slice(17, 18);
  return payoutIdOf(id, version) === payoutId ? id : null;
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
