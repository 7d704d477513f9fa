import { USUAL_FATE } from '../../engine.ts';
import type { Transfer } from '../../state.ts';
import type { Prepared } from '../port.ts';
import { mustReach } from './accounts.ts';
import { Refusal } from './errors.ts';
import { detailsOf, listOf, payoutOf, PROVIDER } from './objects.ts';
import { PAGE_PARAMS, pageOf, shelfOf } from './pages.ts';
import { keyOf, once, paramsOf, reading, type Request } from './request.ts';
import { submitting } from './submit.ts';
import { AMOUNT_MAX, itemOf, optional } from './transfers.ts';

const CREATE_PARAMS = [
  'amount',
  'currency',
  'description',
  'destination',
  'metadata',
  'method',
  'payout_method',
  'source_type',
  'statement_descriptor',
];

/** `POST /v1/payouts`: from the account of the Stripe-Account header, or the platform's, to its bank. */
export function prepareCreate(request: Request): Prepared {
  const params = paramsOf(request, CREATE_PARAMS);
  const currency = params.currency();
  params.required('amount');
  const amount = params.integer('amount', 1, AMOUNT_MAX) ?? 0;
  const { ledger, livemode, account, platform } = request;
  return submitting(request, {
    keyed: keyOf(request, params),
    recipient: account,
    amount,
    currency,
    details: {
      object: 'payout',
      metadata: params.metadata(),
      ...(account !== platform && { account }),
      ...optional('description', params.text('description')),
      ...optional('destination', params.text('destination', 255)),
      ...optional('method', params.text('method', 40)),
      ...optional('sourceType', params.text('source_type', 40)),
      ...optional('statementDescriptor', params.text('statement_descriptor', 22)),
    },
    fate: USUAL_FATE,
    statusAtFirst: 'accepted',
    check: () => {
      if (account === platform) return;
      if (mustReach(ledger, account).kycStatus === 'APPROVED') return;
      const message = 'Cannot create payouts: this account has payouts disabled.';
      throw new Refusal({ status: 400, code: 'payouts_not_allowed', message });
    },
    show: (view) => payoutOf(view, livemode),
  });
}

/** `GET /v1/payouts`: those of the account that the call acts for. */
export function prepareList(request: Request): Prepared {
  const params = paramsOf(request, [...PAGE_PARAMS, 'arrival_date', 'destination', 'status']);
  const { ledger, livemode } = request;
  const status = params.text('status');
  const list = shelfOf(ledger).payoutsByAccount.get(connectedIn(request)) ?? [];
  const { rows, hasMore } = pageOf(
    list,
    params,
    (id) => payoutWith(request, id),
    (row) => status === undefined || payoutOf(ledger.view(row), livemode).status === status,
  );
  return reading('lookup', rows.map(itemOf), (turn) => {
    const shown = rows.flatMap((row) => turn.show(row) ?? []);
    const data = shown.map((view) => payoutOf(view, livemode));
    return listOf(turn.arrange(data), hasMore, '/v1/payouts');
  });
}

/** `GET /v1/payouts/{id}` */
export function prepareRead(request: Request, id: string): Prepared {
  paramsOf(request, []);
  const payout = mustFind(request, id);
  return reading('lookup', [itemOf(payout)], (turn) => {
    const view = turn.show(payout);
    return view === null ? {} : payoutOf(view, request.livemode);
  });
}

/** `POST /v1/payouts/{id}/cancel`: as long as it is pending. */
export function prepareCancel(request: Request, id: string): Prepared {
  const params = paramsOf(request, []);
  const payout = mustFind(request, id);
  const keyed = keyOf(request, params);
  return once(request, keyed, { operation: 'cancel', items: [itemOf(payout)] }, (turn) => {
    const isOnItsWay = payout.status === 'accepted' && payout.failureCode === 'in_transit';
    if (isOnItsWay || !turn.cancel(payout)) {
      const message = 'Payouts can only be canceled while they are pending.';
      throw new Refusal({ status: 400, message });
    }
    const view = turn.show(payout);
    return view === null ? {} : payoutOf(view, request.livemode);
  });
}

function mustFind(request: Request, id: string): Transfer {
  const payout = payoutWith(request, id);
  if (payout !== undefined) return payout;
  const message = `No such payout: '${id}'`;
  throw new Refusal({ status: 404, code: 'resource_missing', message, param: 'id' });
}

// One account's payouts are nothing to another.
function payoutWith(request: Request, id: string): Transfer | undefined {
  if (!id.startsWith('po_')) return undefined;
  const transfer = request.ledger.withId(PROVIDER, id.slice(3));
  if (transfer === undefined) return undefined;
  const { object, account = '' } = detailsOf(transfer);
  return object === 'payout' && account === connectedIn(request) ? transfer : undefined;
}

function connectedIn({ account, platform }: Request): string {
  return account === platform ? '' : account;
}
