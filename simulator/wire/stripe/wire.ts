import { randomBytes } from 'node:crypto';
import type { Operation } from '../../effects.ts';
import { falsifiedAccount } from '../../records.ts';
import type { Answer, Prepared, Wire } from '../port.ts';
import { accountObject, balanceObject, mustReach } from './accounts.ts';
import { failure, Refusal } from './errors.ts';
import { accountMessageOf, falsified, messageOf, messagesOf, RETRY_AFTER_MS } from './events.ts';
import { listOf, PROVIDER } from './objects.ts';
import * as payouts from './payouts.ts';
import { attempt, paramsOf, reading, type Request } from './request.ts';
import * as transfers from './transfers.ts';

export type StripeOptions = {
  readonly secretKey: string;
  /** `whsec_…`, as it is: Stripe's is no base64. */
  readonly webhookSecret: string;
  /** The platform's own account. */
  readonly account: string;
};

type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Operation;
  prepare(request: Request, id: string): Prepared;
};

const ROUTES: readonly Route[] = [
  route('POST', /^\/v1\/transfers$/, 'submit', transfers.prepareCreate),
  route('GET', /^\/v1\/transfers$/, 'lookup', transfers.prepareList),
  route('GET', /^\/v1\/transfers\/([^/]+)$/, 'lookup', transfers.prepareRead),
  route('GET', /^\/v1\/transfers\/([^/]+)\/reversals$/, 'lookup', transfers.prepareReversals),
  route('POST', /^\/v1\/transfers\/([^/]+)\/reversals$/, 'cancel', transfers.prepareReverse),
  route('POST', /^\/v1\/payouts$/, 'submit', payouts.prepareCreate),
  route('GET', /^\/v1\/payouts$/, 'lookup', payouts.prepareList),
  route('GET', /^\/v1\/payouts\/([^/]+)$/, 'lookup', payouts.prepareRead),
  route('POST', /^\/v1\/payouts\/([^/]+)\/cancel$/, 'cancel', payouts.prepareCancel),
  route('GET', /^\/v1\/balance$/, 'balance', prepareBalance),
  route('GET', /^\/v1\/account$/, 'accounts', prepareOwnAccount),
  route('GET', /^\/v1\/accounts$/, 'accounts', prepareAccounts),
  route('GET', /^\/v1\/accounts\/([^/]+)$/, 'accounts', prepareAccount),
];

/** Stripe Connect: transfers to connected accounts, and their payouts. */
export function makeStripeWire({ secretKey, webhookSecret, account }: StripeOptions): Wire {
  const livemode = !secretKey.startsWith('sk_test_');
  const wrongSecret = `whsec_${randomBytes(16).toString('hex')}`;
  return {
    provider: PROVIDER,
    operationOf: (method, path) => routeOf(method, path)?.operation ?? null,
    prepare: (call, ledger) =>
      attempt(() => {
        mustKnow(call.headers.authorization, secretKey);
        return prepare({ call, ledger, livemode, platform: account, account });
      }),
    failure,
    messages: messagesOf,
    webhook: (eventId, view, atMs, forged, part) =>
      forged
        ? messageOf(wrongSecret, { eventId, view: falsified(view), atMs, part, livemode })
        : messageOf(webhookSecret, { eventId, view, atMs, part, livemode }),
    accountWebhook: (eventId, account, forged) =>
      forged
        ? accountMessageOf(wrongSecret, eventId, falsifiedAccount(account), livemode)
        : accountMessageOf(webhookSecret, eventId, account, livemode),
    retryAfterMs: RETRY_AFTER_MS,
    endpointOf: (method, path) => `${method} ${path.split('/').slice(0, 3).join('/')}`,
  };
}

function prepare(request: Request): Prepared | Answer {
  const { call, ledger, platform } = request;
  const found = routeOf(call.method, call.path);
  if (found === undefined) return failure('not_found');
  const header = call.headers['stripe-account'];
  const account = typeof header === 'string' && header !== platform ? header : platform;
  if (account !== platform) mustReach(ledger, account);
  return found.prepare({ ...request, account }, found.path.exec(call.path)?.[1] ?? '');
}

function prepareBalance(request: Request): Prepared {
  paramsOf(request, []);
  return reading('balance', [], () => balanceObject(request.ledger, request.livemode));
}

function prepareOwnAccount(request: Request): Prepared {
  paramsOf(request, []);
  const own = { accountRef: request.account, kycStatus: 'APPROVED', updatedAtMs: 0 } as const;
  const found =
    request.account === request.platform ? own : mustReach(request.ledger, own.accountRef);
  return reading('accounts', [], () => accountObject(found));
}

function prepareAccount(request: Request, id: string): Prepared {
  paramsOf(request, []);
  const found = mustReach(request.ledger, id);
  const items = [{ reference: null, recipient: id, key: null }];
  return reading('accounts', items, () => accountObject(found));
}

// Those that were set; the newest first, and of the same time the one that was named last.
function prepareAccounts(request: Request): Prepared {
  const params = paramsOf(request, ['limit', 'starting_after', 'created']);
  const limit = params.integer('limit', 1, 100) ?? 10;
  const after = params.text('starting_after');
  const all = [...request.ledger.book(PROVIDER).accounts.values()].toReversed();
  const start = after === undefined ? 0 : all.findIndex((each) => each.accountRef === after) + 1;
  if (after !== undefined && start === 0) {
    const message = `No such account: '${after}'`;
    throw new Refusal({ status: 400, code: 'resource_missing', message, param: 'starting_after' });
  }
  const page = all.slice(start, start + limit);
  const hasMore = all.length > start + limit;
  return reading('accounts', [], () => listOf(page.map(accountObject), hasMore, '/v1/accounts'));
}

function mustKnow(authorization: string | undefined, secretKey: string): void {
  const given = keyIn(authorization);
  if (given === secretKey) return;
  const message =
    given === ''
      ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
      : `Invalid API Key provided: ${given.slice(0, 8)}${'*'.repeat(12)}`;
  throw new Refusal({ status: 401, message });
}

// Bearer, or the user name of Basic with an empty password.
function keyIn(authorization = ''): string {
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme === 'Bearer') return value;
  if (scheme !== 'Basic') return '';
  return Buffer.from(value, 'base64').toString('utf8').replace(/:$/, '');
}

function routeOf(method: string, path: string): Route | undefined {
  return ROUTES.find((each) => each.method === method && each.path.test(path));
}

function route(
  method: string,
  path: RegExp,
  operation: Operation,
  prepare: Route['prepare'],
): Route {
  return { method, path, operation, prepare };
}
