import { randomBytes } from 'node:crypto';
import type { Operation } from '../../effects.ts';
import type { Ledger } from '../../ledger.ts';
import type { Answer, Call, Prepared, Wire } from '../port.ts';
import { prepareDraft } from './drafts.ts';
import { attempt, failure } from './envelope.ts';
import {
  falsified,
  messageOf,
  messagesOf,
  RECEIVER_TIMEOUT_MS,
  RETRY_AFTER_MS,
  SENT_PART,
} from './events.ts';
import { prepareExecute } from './execute.ts';
import { Login } from './login.ts';
import {
  prepareBalance,
  prepareInvites,
  prepareMember,
  preparePayments,
  prepareTeams,
  prepareUsers,
} from './lookup.ts';
import { PROVIDER } from './payments.ts';

export type RiseOptions = {
  /** Addresses of the wallets that may sign in and sign payments. */
  readonly wallets: readonly string[];
  readonly team: string;
  readonly webhookSecret: string;
  readonly tokenSeconds?: number | undefined;
  readonly draftSeconds?: number | undefined;
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /v2/auth/siwe': 'login',
  'POST /v2/auth/verify': 'login',
  'POST /v2/payments': 'draft',
  'PUT /v2/payments': 'submit',
  'GET /v2/payments': 'lookup',
  'GET /v2/balance': 'balance',
  'GET /v2/user/teams': 'accounts',
  'POST /v2/invites': 'accounts',
};
const USERS = /^\/v2\/teams\/([^/]+)\/users$/;
const MEMBER = /^\/v2\/teams\/([^/]+)\/member\/([^/]+)\/summary$/;

/** Rise's B2B API, version 2: payments are drafted, signed by a wallet (EIP-712) and executed as a group. */
export function makeRiseWire(options: RiseOptions): Wire {
  const { wallets, webhookSecret: secret, tokenSeconds } = options;
  const login = new Login({ wallets, secret: `login ${secret}`, tokenSeconds });
  const wrongSecret = randomBytes(24).toString('hex');
  return {
    provider: PROVIDER,
    operationOf: (method, path) => {
      const isOfTeam = method === 'GET' && (USERS.test(path) || MEMBER.test(path));
      return OPERATIONS[`${method} ${path}`] ?? (isOfTeam ? 'accounts' : null);
    },
    prepare: async (call, ledger) => await attempt(() => prepare(call, ledger, options, login)),
    failure,
    messages: messagesOf,
    webhook: (eventId, view, atMs, forged, part) =>
      forged
        ? messageOf(wrongSecret, { eventId, view: falsified(view), atMs, part: SENT_PART })
        : messageOf(secret, { eventId, view, atMs, part }),
    retryAfterMs: RETRY_AFTER_MS,
    receiverTimeoutMs: RECEIVER_TIMEOUT_MS,
    endpointOf: (method, path) => `${method} ${path.split('/').slice(0, 3).join('/')}`,
  };
}

function prepare(
  call: Call,
  ledger: Ledger,
  { team, draftSeconds }: RiseOptions,
  login: Login,
): Prepared | Answer | Promise<Prepared | Answer> {
  const address = `${call.method} ${call.path}`;
  if (address === 'GET /v2/auth/siwe') return login.prepareMessage(call);
  if (address === 'POST /v2/auth/verify') return login.prepareVerify(call);
  login.mustBeIn(call);
  switch (address) {
    case 'POST /v2/payments':
      return prepareDraft(call, ledger, team, draftSeconds);
    case 'PUT /v2/payments':
      return prepareExecute(call, ledger, login);
    case 'GET /v2/payments':
      return preparePayments(call, ledger, team);
    case 'GET /v2/balance':
      return prepareBalance(call, ledger, team);
    case 'GET /v2/user/teams':
      return prepareTeams(team);
    case 'POST /v2/invites':
      return prepareInvites(call, team);
    default:
      return prepareOfTeam(call, ledger, team);
  }
}

function prepareOfTeam({ path }: Call, ledger: Ledger, team: string): Prepared {
  const users = USERS.exec(path)?.[1];
  if (users !== undefined) return prepareUsers(ledger, team, users);
  const [, asked = '', user = ''] = MEMBER.exec(path) ?? [];
  return prepareMember(ledger, team, asked, user);
}
