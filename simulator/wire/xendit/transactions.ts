import type { TransferView } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import type { Answer, Prepared } from '../port.ts';
import { invalid } from './errors.ts';
import { majorOf } from './money.ts';
import { detailsOf, payoutIdOf } from './payout.ts';
import type { Asked } from './reads.ts';
import { ok } from './submit.ts';

const TYPE = 'DISBURSEMENT';
const PREFIX = 'txn_';
const PAGE_DEFAULT = 10;
// The documentation names no most; this is chosen.
const PAGE_MAX = 50;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  accepted: 'PENDING',
  settled: 'SUCCESS',
  failed: 'FAILED',
  cancelled: 'FAILED',
  returned: 'REVERSED',
};

/**
 * `GET /transactions?types=&currency=&reference_id=&product_id=&created[gte]=&created[lte]=&limit=&after_id=`,
 * newest first as in the documentation's example. Of all movements only payouts are played.
 */
export function prepareTransactions({
  provider,
  call,
  ledger,
  business,
}: Asked): Prepared | Answer {
  const query = new URLSearchParams(call.query);
  const limit = Number(query.get('limit') ?? PAGE_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    return invalid([{ path: 'limit', message: `1 to ${PAGE_MAX}` }]);
  }
  const fromMs = Date.parse(query.get('created[gte]') ?? '1970-01-01');
  const toMs = Date.parse(query.get('created[lte]') ?? '9999-12-31');
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    return invalid([{ path: 'created', message: 'a time in ISO 8601' }]);
  }
  const idOf = (transfer: Transfer) =>
    payoutIdOf(ledger.view(transfer).id, detailsOf(transfer).version);
  const fits = (name: string, value: string) => (query.get(name) ?? value) === value;
  const isAsked = (transfer: Transfer) =>
    transfer.provider === provider &&
    detailsOf(transfer).businessId === business.businessId &&
    fits('currency', transfer.currency) &&
    fits('reference_id', transfer.reference) &&
    fits('product_id', idOf(transfer));
  const types = query.getAll('types');
  const isTypeAsked = types.length === 0 || types.includes(TYPE);
  const afterId = query.get('after_id');
  const inTime = ledger.transfers.slice(ledger.firstSince(fromMs), ledger.firstSince(toMs + 1));
  const all = isTypeAsked ? inTime.filter(isAsked).toReversed() : [];
  const start = afterId === null ? 0 : all.findIndex((each) => PREFIX + idOf(each) === afterId) + 1;
  const page = all.slice(start, start + limit);
  return {
    operation: 'lookup',
    items: page.map(({ reference, recipient }) => ({ reference, recipient, key: null })),
    isBatch: false,
    perform(turn) {
      const views = page.map((transfer) => turn.show(transfer));
      const data = views.flatMap((view) => (view === null ? [] : [transactionOf(view)]));
      return ok({ has_more: start + limit < all.length, data: turn.arrange(data), links: [] });
    },
  };
}

function transactionOf(view: TransferView): object {
  const { version, businessId, isCash } = detailsOf(view);
  const payoutId = payoutIdOf(view.id, version);
  const amount = Number(majorOf(view.amountMinor, view.currency));
  return {
    id: PREFIX + payoutId,
    product_id: payoutId,
    type: TYPE,
    status: STATUS_WORDS[view.status] ?? view.status,
    channel_category: isCash ? 'CASH' : 'BANK',
    channel_code: null,
    reference_id: view.reference,
    account_identifier: view.recipient,
    currency: view.currency,
    amount,
    net_amount: amount,
    net_amount_currency: view.currency,
    cashflow: 'MONEY_OUT',
    settlement_status: null,
    estimated_settlement_time: null,
    business_id: businessId,
    created: new Date(view.createdAtMs).toISOString(),
    updated: new Date(view.updatedAtMs).toISOString(),
  };
}
