import type { Ledger } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import type { Business } from './businesses.ts';
import { CHANNELS } from './channels.ts';
import { failure, invalid } from './errors.ts';
import { majorOf } from './money.ts';
import { detailsOf, ledgerIdIn, payoutIdOf, payoutOf, statusOf } from './payout.ts';
import { ok, versionError } from './submit.ts';

const FOUND_DEFAULT = 10;
const FOUND_MAX = 100;
const CANCELLABLE = {
  2: new Set(['ACCEPTED']),
  3: new Set(['ACCEPTED', 'ROUTING', 'PENDING_COMPLIANCE_ASSESSMENT', 'PENDING_COMPLIANCE_REVIEW']),
} as const;

/** What a call about payouts that exist needs to know. */
export type Asked = {
  readonly provider: string;
  readonly call: Call;
  readonly ledger: Ledger;
  readonly business: Business;
};

/** `GET /v2/payouts/{id}` and `GET /v3/payouts/{id}` */
export function prepareRead(asked: Asked, payoutId: string, version: 2 | 3): Prepared | Answer {
  const wrongVersion = versionError(asked.call, version);
  if (wrongVersion !== null) return wrongVersion;
  const transfer = payoutWith(asked, payoutId, version);
  if (transfer === undefined) return failure('not_found');
  return {
    operation: 'lookup',
    items: [itemOf(transfer)],
    isBatch: false,
    perform(turn) {
      const view = turn.show(transfer);
      return ok(view === null ? {} : payoutOf(view));
    },
  };
}

/** `POST /v2/payouts/{id}/cancel` and `POST /v3/payouts/{id}/cancel` */
export function prepareCancel(asked: Asked, payoutId: string, version: 2 | 3): Prepared | Answer {
  const wrongVersion = versionError(asked.call, version);
  if (wrongVersion !== null) return wrongVersion;
  const transfer = payoutWith(asked, payoutId, version);
  if (transfer === undefined) return failure('not_found');
  return {
    operation: 'cancel',
    items: [itemOf(transfer)],
    isBatch: false,
    perform(turn) {
      const status = statusOf(transfer);
      // Cash that nobody has collected yet can be called back too.
      const isWaiting = detailsOf(transfer).isCash && status === 'REQUESTED';
      if (!CANCELLABLE[version].has(status) && !isWaiting) return failure('not_cancellable');
      turn.cancel(transfer);
      const view = turn.show(transfer);
      return ok(view === null ? {} : payoutOf(view));
    },
  };
}

/**
 * `GET /v2/payouts?reference_id=&limit=&after_id=&before_id=`, oldest first. The documentation shows a
 * bare array, Xendit's own library reads `{data, has_more, links}`: `isWrapped` chooses.
 */
export function prepareFind(asked: Asked, isWrapped: boolean): Prepared | Answer {
  const query = new URLSearchParams(asked.call.query);
  const reference = query.get('reference_id') ?? '';
  if (reference === '') {
    return invalid([{ path: 'reference_id', message: '"reference_id" is required' }]);
  }
  const limit = Number(query.get('limit') ?? FOUND_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > FOUND_MAX) {
    return invalid([{ path: 'limit', message: `1 to ${FOUND_MAX}` }]);
  }
  const all = withReference(asked, reference);
  const between = cut(all, asked, query.get('after_id'), query.get('before_id'));
  const found = between.slice(0, limit);
  return {
    operation: 'lookup',
    items: [{ reference, recipient: all[0]?.recipient ?? null, key: null }],
    isBatch: false,
    perform(turn) {
      const views = found.map((transfer) => turn.show(transfer));
      const data = turn.arrange(views.flatMap((view) => (view === null ? [] : [payoutOf(view)])));
      if (!isWrapped) return ok(data);
      const hasMore = found.length < between.length;
      return ok({
        data,
        has_more: hasMore,
        links: hasMore ? next(asked, query, found.at(-1)) : {},
      });
    },
  };
}

/** `GET /balance?account_type=&currency=`: nothing is ever held back, so HOLDING is empty. */
export function prepareBalance({ provider, call, ledger, business }: Asked): Prepared | Answer {
  const query = new URLSearchParams(call.query);
  const type = query.get('account_type') ?? 'CASH';
  if (type !== 'CASH' && type !== 'HOLDING') {
    return invalid([{ path: 'account_type', message: 'CASH or HOLDING' }]);
  }
  const { currency } = business;
  if ((query.get('currency') ?? currency) !== currency) return failure('FEATURE_NOT_AVAILABLE');
  return {
    operation: 'balance',
    items: [],
    isBatch: false,
    perform() {
      const minor = type === 'CASH' ? ledger.book(provider).available(currency) : 0n;
      // Not by JSON.stringify: a balance may be larger than a double holds exactly.
      return { status: 200, body: `{"balance":${majorOf(minor, currency)}}` };
    },
  };
}

/** `GET /payouts_channels?currency=&channel_category=&channel_code=` */
export function prepareChannels({ call }: Asked): Prepared {
  const query = new URLSearchParams(call.query);
  const categories = query.get('channel_category')?.split(',') ?? null;
  const fits = (name: string, value: string) => (query.get(name) ?? value) === value;
  const channels = CHANNELS.filter(
    ({ channel_code: code, channel_category: category, currency }) =>
      fits('channel_code', code) &&
      fits('currency', currency) &&
      (categories === null || categories.includes(category)),
  );
  return { operation: 'accounts', items: [], isBatch: false, perform: () => ok(channels) };
}

function withReference({ provider, ledger, business }: Asked, reference: string): Transfer[] {
  return ledger
    .book(provider)
    .withReference(reference)
    .filter((transfer) => isOf(transfer, business, 2));
}

function cut(all: Transfer[], asked: Asked, afterId: string | null, beforeId: string | null) {
  const placeOf = (payoutId: string | null) => {
    const transfer = payoutId === null ? undefined : payoutWith(asked, payoutId, 2);
    return transfer === undefined ? -1 : all.indexOf(transfer);
  };
  const before = placeOf(beforeId);
  return all.slice(placeOf(afterId) + 1, before < 0 ? all.length : before);
}

function next({ ledger }: Asked, query: URLSearchParams, last: Transfer | undefined) {
  const following = new URLSearchParams(query);
  if (last !== undefined) following.set('after_id', payoutIdOf(ledger.view(last).id, 2));
  return { href: `/v2/payouts?${following.toString()}`, rel: 'next', method: 'GET' };
}

function payoutWith(
  { provider, ledger, business }: Asked,
  payoutId: string,
  version: 2 | 3,
): Transfer | undefined {
  const id = ledgerIdIn(payoutId, version);
  const transfer = id === null ? undefined : ledger.withId(provider, id);
  return transfer !== undefined && isOf(transfer, business, version) ? transfer : undefined;
}

function isOf(transfer: Transfer, { businessId }: Business, version: 2 | 3): boolean {
  const details = detailsOf(transfer);
  return details.businessId === businessId && details.version === version;
}

function itemOf({ reference, recipient }: Transfer) {
  return { reference, recipient, key: null };
}
