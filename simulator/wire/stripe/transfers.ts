import type { Fate } from '../../engine.ts';
import type { Ledger } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import type { Turn } from '../../turn.ts';
import type { Prepared } from '../port.ts';
import { accountWith } from './accounts.ts';
import { Refusal } from './errors.ts';
import {
  detailsOf,
  listOf,
  PROVIDER,
  reversalOf,
  reversalsOf,
  sumOf,
  transferOf,
  type Reversal,
} from './objects.ts';
import { PAGE_PARAMS, pageOf, shelfOf } from './pages.ts';
import type { Params } from './params.ts';
import { keyOf, once, paramsOf, reading, type Request } from './request.ts';
import { submitting } from './submit.ts';

/** Twelve digits at most, as in every amount of the API. */
export const AMOUNT_MAX = 999_999_999_999;

const CREATE_PARAMS = [
  'amount',
  'currency',
  'destination',
  'description',
  'metadata',
  'source_transaction',
  'source_type',
  'transfer_group',
];

// 200 means moved: there is nothing that a transfer waits for.
const MOVED: Fate = { afterMs: 0, status: 'settled', code: null, returnAfterMs: null };

/** `POST /v1/transfers` */
export function prepareCreate(request: Request): Prepared {
  const params = paramsOf(request, CREATE_PARAMS);
  const currency = params.currency();
  const destination = params.required('destination');
  params.required('amount');
  const amount = params.integer('amount', 1, AMOUNT_MAX) ?? 0;
  const sourceTransaction = params.text('source_transaction', 255);
  const { ledger, livemode } = request;
  return submitting(request, {
    keyed: keyOf(request, params),
    recipient: destination,
    amount,
    currency,
    details: {
      object: 'transfer',
      metadata: params.metadata(),
      ...optional('description', params.text('description')),
      ...optional('group', params.text('transfer_group')),
      ...optional('sourceTransaction', sourceTransaction),
      ...optional('sourceType', params.text('source_type', 40)),
    },
    fate: MOVED,
    statusAtFirst: 'settled',
    check: () => {
      if (sourceTransaction !== undefined && !/^(ch|py)_/.test(sourceTransaction)) {
        throw missing('charge', sourceTransaction, 'source_transaction');
      }
      mayReceive(ledger, destination);
    },
    show: (view) => transferOf(view, livemode),
  });
}

/** `GET /v1/transfers` */
export function prepareList(request: Request): Prepared {
  const params = paramsOf(request, [...PAGE_PARAMS, 'destination', 'transfer_group']);
  const { ledger, livemode } = request;
  const shelf = shelfOf(ledger);
  const group = params.text('transfer_group');
  const destination = params.text('destination');
  const list = group === undefined ? shelf.transfers : (shelf.byGroup.get(group) ?? []);
  const { rows, hasMore } = pageOf(
    list,
    params,
    (id) => transferWith(ledger, id),
    ({ recipient }) => destination === undefined || recipient === destination,
  );
  return reading('lookup', rows.map(itemOf), (turn) => {
    const shown = rows.flatMap((row) => turn.show(row) ?? []);
    const data = shown.map((view) => transferOf(view, livemode));
    return listOf(turn.arrange(data), hasMore, '/v1/transfers');
  });
}

/** `GET /v1/transfers/{id}` */
export function prepareRead(request: Request, id: string): Prepared {
  paramsOf(request, []);
  const transfer = mustFind(request, id);
  return reading('lookup', [itemOf(transfer)], (turn) => {
    const view = turn.show(transfer);
    return view === null ? {} : transferOf(view, request.livemode);
  });
}

/** `GET /v1/transfers/{id}/reversals`: all of them on one page. */
export function prepareReversals(request: Request, id: string): Prepared {
  paramsOf(request, PAGE_PARAMS);
  const transfer = mustFind(request, id);
  const view = request.ledger.view(transfer);
  const rows = reversalsOf(view).map((reversal, at) => reversalOf(view, reversal, at));
  return reading('lookup', [itemOf(transfer)], () =>
    listOf(rows.toReversed(), false, `/v1/transfers/${id}/reversals`),
  );
}

/** `POST /v1/transfers/{id}/reversals`: the rest of the transfer where no amount is given. */
export function prepareReverse(request: Request, id: string): Prepared {
  const params = paramsOf(request, ['amount', 'description', 'metadata', 'refund_application_fee']);
  const transfer = mustFind(request, id);
  const items = [itemOf(transfer)];
  const keyed = keyOf(request, params);
  const wanted = params.integer('amount', 1, AMOUNT_MAX);
  const { ledger } = request;
  return once(request, keyed, { operation: 'cancel', items }, (turn) => {
    const reversal = reversalIn(params, wanted ?? restOf(ledger, transfer), ledger.now());
    const all = reverse(turn, ledger, transfer, reversal);
    const view = turn.show(transfer);
    return view === null ? {} : reversalOf(view, reversal, all.length - 1);
  });
}

function reversalIn(params: Params, amount: number, createdAtMs: number): Reversal {
  const description = params.text('description') ?? null;
  return { amount, createdAtMs, description, metadata: params.metadata() };
}

function reverse(turn: Turn, ledger: Ledger, transfer: Transfer, reversal: Reversal): Reversal[] {
  const rest = restOf(ledger, transfer);
  const id = `tr_${ledger.view(transfer).id}`;
  if (rest <= 0) {
    const message = `Transfer ${id} is already fully reversed.`;
    throw new Refusal({ status: 400, message });
  }
  if (reversal.amount > rest) {
    const message = `Reversal amount (${reversal.amount}) is greater than the unreversed amount (${rest}) of the transfer.`;
    throw new Refusal({ status: 400, message, param: 'amount' });
  }
  const before = reversalsOf(ledger.view(transfer));
  const all = [...before, reversal];
  const word = JSON.stringify(all);
  if (reversal.amount === rest) {
    turn.change(transfer, 'returned', word);
    // That gave the whole amount back, and the parts had been given back before.
    if (before.length > 0) turn.credit(transfer.currency, BigInt(-sumOf(before)));
  } else {
    turn.change(transfer, 'settled', word);
    turn.credit(transfer.currency, BigInt(reversal.amount));
  }
  return all;
}

function restOf(ledger: Ledger, transfer: Transfer): number {
  return Number(transfer.amountMinor) - sumOf(reversalsOf(ledger.view(transfer)));
}

function mayReceive(ledger: Ledger, destination: string): void {
  const account = accountWith(ledger, destination);
  if (account === undefined) throw missing('destination', destination, 'destination');
  if (account.kycStatus === 'APPROVED') return;
  if (account.kycStatus === 'REJECTED') {
    const message = 'Your requested transfer cannot be created. Contact us for details.';
    throw new Refusal({ status: 400, code: 'transfers_not_allowed', message });
  }
  const message =
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments';
  throw new Refusal({ status: 400, code: 'insufficient_capabilities_for_transfer', message });
}

// What a parameter names and is not there is a bad request; what the address names is a 404.
function missing(what: string, id: string, param: string): Refusal {
  const message = `No such ${what}: '${id}'`;
  return new Refusal({ status: 400, code: 'resource_missing', message, param });
}

function mustFind({ ledger }: Request, id: string): Transfer {
  const transfer = transferWith(ledger, id);
  if (transfer !== undefined) return transfer;
  const message = `No such transfer: '${id}'`;
  throw new Refusal({ status: 404, code: 'resource_missing', message, param: 'id' });
}

function transferWith(ledger: Ledger, id: string): Transfer | undefined {
  if (!id.startsWith('tr_')) return undefined;
  const transfer = ledger.withId(PROVIDER, id.slice(3));
  return transfer !== undefined && detailsOf(transfer).object === 'transfer' ? transfer : undefined;
}

/** As the record of requests keeps it. */
export function itemOf({ reference, recipient }: Transfer) {
  return { reference, recipient, key: null };
}

/** The entry, or none where there is no value. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: V };
}
