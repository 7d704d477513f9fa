import type { Ledger } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import type { Answer, Call, Prepared } from '../port.ts';
import { failure, idIn, isoOf, payoutOf } from './payout.ts';

const NAMES_MAX = 100;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;

/** `GET /mock/payouts`: by reference, or a page of what was made in a period, oldest first. */
export function prepareList(provider: string, call: Call, ledger: Ledger): Prepared | Answer {
  const query = new URLSearchParams(call.query);
  const references = query.getAll('reference');
  return references.length > 0
    ? prepareByReference(provider, references, ledger)
    : preparePage(provider, query, ledger);
}

/** `GET /mock/payouts/{id}` */
export function prepareRead(provider: string, payoutId: string, ledger: Ledger): Prepared | Answer {
  const transfer = transferOf(provider, payoutId, ledger);
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

/** `POST /mock/payouts/{id}/cancel`. Cancelling again is the same answer again. */
export function prepareCancel(
  provider: string,
  payoutId: string,
  ledger: Ledger,
): Prepared | Answer {
  const transfer = transferOf(provider, payoutId, ledger);
  if (transfer === undefined) return failure('not_found');
  return {
    operation: 'cancel',
    items: [itemOf(transfer)],
    isBatch: false,
    perform(turn) {
      if (!turn.cancel(transfer)) return failure('not_cancellable');
      const view = turn.show(transfer);
      return ok(view === null ? {} : payoutOf(view));
    },
  };
}

/** `GET /mock/balance?currency=` */
export function prepareBalance(provider: string, call: Call, ledger: Ledger): Prepared | Answer {
  const currency = new URLSearchParams(call.query).get('currency') ?? '';
  if (!/^[A-Z]{3}$/.test(currency)) {
    return failure('invalid_request', { message: 'currency: three capital letters' });
  }
  return {
    operation: 'balance',
    items: [],
    isBatch: false,
    perform() {
      const available = ledger.book(provider).available(currency);
      // Not by JSON.stringify: a balance may be larger than a double holds exactly.
      return { status: 200, body: `{"currency":"${currency}","available":${available}}` };
    },
  };
}

/** `GET /mock/accounts?ref=`: those named, or all. */
export function prepareAccounts(provider: string, call: Call, ledger: Ledger): Prepared | Answer {
  const refs = new URLSearchParams(call.query).getAll('ref');
  if (refs.length > NAMES_MAX) return tooMany('ref');
  return {
    operation: 'accounts',
    items: refs.map((recipient) => ({ reference: null, recipient, key: null })),
    isBatch: false,
    perform() {
      const { accounts } = ledger.book(provider);
      const named = refs.flatMap((ref) => accounts.get(ref) ?? []);
      const shown = (refs.length > 0 ? named : [...accounts.values()]).map(
        ({ accountRef, kycStatus, email, updatedAtMs }) => ({
          accountRef,
          kycStatus,
          email,
          updatedAt: isoOf(updatedAtMs),
        }),
      );
      return ok({ accounts: shown });
    },
  };
}

function prepareByReference(
  provider: string,
  references: readonly string[],
  ledger: Ledger,
): Prepared | Answer {
  if (references.length > NAMES_MAX) return tooMany('reference');
  const book = ledger.book(provider);
  const found = [...new Set(references)].map((reference) => ({
    reference,
    transfers: book.withReference(reference),
  }));
  return {
    operation: 'lookup',
    items: found.map(({ reference, transfers }) => ({
      reference,
      recipient: transfers[0]?.recipient ?? null,
      key: null,
    })),
    isBatch: false,
    perform(turn) {
      const views = found.flatMap(({ transfers }) => transfers.map((each) => turn.show(each)));
      const payouts = views.flatMap((view) => (view === null ? [] : [payoutOf(view)]));
      return ok({ payouts: turn.arrange(payouts) });
    },
  };
}

function preparePage(provider: string, query: URLSearchParams, ledger: Ledger): Prepared | Answer {
  const sinceMs = timeIn(query, 'since', 0);
  const untilMs = timeIn(query, 'until', Number.MAX_SAFE_INTEGER);
  const limit = Number(query.get('limit') ?? PAGE_DEFAULT);
  const cursor = Number(query.get('cursor') ?? 0);
  if (Number.isNaN(sinceMs) || Number.isNaN(untilMs)) {
    return failure('invalid_request', { message: 'since, until: a time in ISO 8601' });
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    return failure('invalid_request', { message: `limit: 1 to ${PAGE_MAX}` });
  }
  if (!Number.isSafeInteger(cursor) || cursor < 0) {
    return failure('invalid_request', { message: 'cursor: as given by the page before' });
  }
  const page: Transfer[] = [];
  let at = Math.max(cursor, ledger.firstSince(sinceMs));
  const end = ledger.firstSince(untilMs);
  for (; at < end && page.length < limit; at += 1) {
    const transfer = ledger.transfers[at];
    if (transfer?.provider === provider) page.push(transfer);
  }
  return {
    operation: 'lookup',
    items: page.map(itemOf),
    isBatch: false,
    perform(turn) {
      const views = page.map((transfer) => turn.show(transfer));
      const payouts = views.flatMap((view) => (view === null ? [] : [payoutOf(view)]));
      return ok({ payouts: turn.arrange(payouts), nextCursor: at < end ? String(at) : null });
    },
  };
}

function transferOf(provider: string, payoutId: string, ledger: Ledger): Transfer | undefined {
  const id = idIn(payoutId);
  return id === null ? undefined : ledger.withId(provider, id);
}

function itemOf({ reference, recipient }: Transfer) {
  return { reference, recipient, key: null };
}

function timeIn(query: URLSearchParams, name: string, otherwise: number): number {
  const value = query.get(name);
  return value === null ? otherwise : Date.parse(value);
}

function tooMany(name: string): Answer {
  return failure('invalid_request', { message: `${name}: at most ${NAMES_MAX}` });
}

function ok(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body) };
}
