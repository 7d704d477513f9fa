import type { Ledger } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import type { Call, Prepared } from '../port.ts';
import { isUser } from './drafts.ts';
import { jsonIn, ok, Refusal } from './envelope.ts';
import { itemOf, PROVIDER, stateOf, userOf } from './payments.ts';
import { addressOf } from './typed-data.ts';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const DAY_MS = 86_400_000;
const STATES = ['all', 'intent', 'scheduled', 'complete'];
const USUAL_CURRENCIES = ['USD', 'EUR'];

const invitesSchema = z.object({
  nanoid: z.string(),
  invites: z
    .array(z.object({ email: z.email() }))
    .min(1)
    .max(100),
  role: z.enum(['contractor', 'team_employee']),
  anonymous: z.boolean().optional(),
});

/** `GET /v2/payments`: those of a team, by state, recipient and the days (UTC) of their creation. */
export function preparePayments(call: Call, ledger: Ledger, team: string): Prepared {
  const query = new URLSearchParams(call.query);
  mustBeTeam(query.get('team_nanoid') ?? '', team);
  const queryType = query.get('query_type') ?? '';
  const state = query.get('state') ?? 'all';
  const recipient = query.get('recipient');
  const sinceMs = dayIn(query, 'start_date') ?? 0;
  const lastDayMs = dayIn(query, 'end_date') ?? Number.MAX_SAFE_INTEGER - DAY_MS;
  if (!['payable', 'receivable'].includes(queryType)) throw bad('query_type');
  if (!STATES.includes(state)) throw bad('state');
  const rows: Transfer[] = [];
  const end = ledger.firstSince(lastDayMs + DAY_MS);
  const begin = queryType === 'payable' ? ledger.firstSince(sinceMs) : end;
  const nowMs = Date.now();
  for (let at = begin; at < end; at += 1) {
    const transfer = ledger.transfers[at];
    if (transfer?.provider !== PROVIDER) continue;
    if (recipient !== null && transfer.recipient !== recipient) continue;
    if (state === 'all' || stateOf(ledger.view(transfer), nowMs) === state) rows.push(transfer);
  }
  return {
    operation: 'lookup',
    items: rows.map(({ reference, recipient: to }) => ({ reference, recipient: to, key: null })),
    isBatch: false,
    perform(turn) {
      const views = rows.flatMap((row) => turn.show(row) ?? []);
      return ok({ items: turn.arrange(views.map((view) => itemOf(view, Date.now()))) });
    },
  };
}

/** `GET /v2/balance?nanoid=&currencies=` */
export function prepareBalance(call: Call, ledger: Ledger, team: string): Prepared {
  const query = new URLSearchParams(call.query);
  mustBeTeam(query.get('nanoid') ?? '', team);
  const book = ledger.book(PROVIDER);
  const wanted = query.get('currencies')?.split(',');
  return {
    operation: 'balance',
    items: [],
    isBatch: false,
    perform() {
      const currencies = wanted ?? [...new Set([...USUAL_CURRENCIES, ...book.currencies])];
      const balances = currencies.map((currency) => ({
        currency,
        balance_cents: Number(book.available(currency)),
      }));
      return ok({ rise_account_address: addressOf(team), balances });
    },
  };
}

/** `GET /v2/user/teams`. The documentation shows no answer; ours is the one team. */
export function prepareTeams(team: string): Prepared {
  const company = 'co-simulator00';
  return listing(() => ({
    teams: [{ nanoid: team, name: 'Simulated team', company_nanoid: company, role: 'team_admin' }],
  }));
}

/** `GET /v2/teams/{team}/users`: those that were set. */
export function prepareUsers(ledger: Ledger, team: string, asked: string): Prepared {
  mustBeTeam(asked, team);
  return listing(() => ({
    users: [...ledger.book(PROVIDER).accounts.values()].map(({ accountRef, email }) => ({
      ...userOf(accountRef, email),
      role: 'contractor',
    })),
  }));
}

/** `GET /v2/teams/{team}/member/{user}/summary`: of whoever can be paid. */
export function prepareMember(ledger: Ledger, team: string, asked: string, user: string): Prepared {
  mustBeTeam(asked, team);
  if (!isUser(ledger, user)) throw new Refusal('NOT_FOUND', { message: `no member ${user}` });
  const email = ledger.book(PROVIDER).accounts.get(user)?.email;
  return {
    ...listing(() => ({ ...userOf(user, email), role: 'contractor', team_nanoid: team })),
    items: [{ reference: null, recipient: user, key: null }],
  };
}

/** `POST /v2/invites`: of contractors and employees, who need no signature. */
export function prepareInvites(call: Call, team: string): Prepared {
  const body = invitesSchema.safeParse(jsonIn(call.body));
  if (!body.success) throw bad(body.error.issues[0]?.path.join('.') ?? 'body');
  mustBeTeam(body.data.nanoid, team);
  const { invites } = body.data;
  return listing(() => ({ nanoids: invites.map(() => `in-${randomBytes(6).toString('hex')}`) }));
}

function listing(data: () => unknown): Prepared {
  return { operation: 'accounts', items: [], isBatch: false, perform: () => ok(data()) };
}

function mustBeTeam(asked: string, team: string): void {
  if (!/^te-\w+$/.test(asked)) throw bad('nanoid of the team');
  if (asked !== team) throw new Refusal('NOT_FOUND', { message: `no team ${asked}` });
}

function dayIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  if (value === null) return null;
  const atMs = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(atMs)) throw bad(name);
  return atMs;
}

function bad(name: string): Refusal {
  return new Refusal('BAD_REQUEST', { message: `${name} is missing or invalid` });
}
