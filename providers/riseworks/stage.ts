import type { PrivateKeyAccount } from 'viem/accounts';
import type { Outcome } from '../../domain/outcome.ts';
import type { PreparedPayment, SignedRequest, Staged } from '../port.ts';
import { failedOutcome, toFailure } from '../taxonomy.ts';
import { draftProblem, expiryOf, type Expected } from './check-draft.ts';
import { RISE_FAILURES } from './failures.ts';
import { haltOutcome, refusalOf, retryAfterMs, sameKeyLater, type Refusal } from './outcomes.ts';
import type { Session } from './session.ts';
import { draftSchema, readJson, type Draft } from './wire.ts';

/** What drafting and signing need. */
export interface Signing {
  session: Session;
  wallet: PrivateKeyAccount;
  team: string;
  network: string;
  /** What a draft from this address must agree with; null where Rise cannot be asked about it now. */
  expected(from: string): Promise<Expected | null>;
}

type Drafted =
  | { kind: 'draft'; draft: Draft }
  /** Rise refused it for what stands in it: one payment at least. */
  | { kind: 'refused'; refusal: Refusal }
  /** The same for all of them. */
  | { kind: 'all'; outcome: Outcome };

/** Drafts that may be asked for while the payments that spoil a draft are found. */
const DRAFTS_MAX = 40;

/**
 * Drafts the payments, checks that the draft is what was ordered, and signs it (Rise's guide "payment
 * integration"). Nothing moves before the signature is executed, so all of it may be repeated. A draft
 * that Rise refuses for single payments is divided until those are found: they fail, the others are
 * drafted again without them.
 */
export async function stage(
  signing: Signing,
  payments: readonly PreparedPayment[],
): Promise<Staged> {
  const drafted = await draft(signing, payments);
  if (drafted.kind === 'draft') return sign(signing, drafted.draft, payments);
  if (drafted.kind === 'all') return forAll(payments, drafted.outcome);
  const search = { left: DRAFTS_MAX, outcomes: new Map<string, Outcome>() };
  await findRefused(signing, payments, drafted.refusal, search);
  const again = sameKeyLater('redrafted', 0);
  return {
    kind: 'refused',
    outcomes: new Map(
      payments.map(({ reference }) => [reference, search.outcomes.get(reference) ?? again]),
    ),
  };
}

/** The request without its signature, as Rise's guide writes it. */
export const draftBody = (
  { team, network }: Pick<Signing, 'team' | 'network'>,
  payments: readonly PreparedPayment[],
): string =>
  `{"from":${JSON.stringify(team)},"to":[${payments.map(({ body }) => body).join(',')}],"pay_now":true,"network":${JSON.stringify(network)}}`;

async function draft(signing: Signing, payments: readonly PreparedPayment[]): Promise<Drafted> {
  const result = await signing.session.call({
    method: 'POST',
    path: '/v2/payments',
    body: draftBody(signing, payments),
  });
  if (result.kind !== 'answered') {
    return { kind: 'all', outcome: sameKeyLater('provider_unreachable') };
  }
  const { status } = result;
  const draft = status < 300 ? readJson(draftSchema, result.text)?.data : undefined;
  if (draft) return { kind: 'draft', draft };
  if (status === 429) {
    const waitMs = retryAfterMs(result.headers) ?? 1_000;
    return { kind: 'all', outcome: sameKeyLater('rate_limited', waitMs) };
  }
  const refusal = refusalOf(result);
  const halt = haltOutcome(status, refusal.word);
  if (halt) return { kind: 'all', outcome: halt };
  if (status >= 400 && status < 500) return { kind: 'refused', refusal };
  // An answer that is always the same may be about these payments; an outage is about none.
  const burnsRetry = status < 400 || status === 500;
  return { kind: 'all', outcome: sameKeyLater(`http_${status}`, null, burnsRetry) };
}

interface Search {
  left: number;
  outcomes: Map<string, Outcome>;
}

/** Finds the payments that Rise refuses: those that it names, or else by drafting halves. */
async function findRefused(
  signing: Signing,
  payments: readonly PreparedPayment[],
  refusal: Refusal,
  search: Search,
): Promise<void> {
  const named = payments.filter(({ accountRef }) => namesUser(refusal.text, accountRef));
  const guilty = payments.length === 1 ? payments : named;
  if (guilty.length > 0) {
    const outcome = failedOutcome(RISE_FAILURES, refusal.word, null);
    for (const { reference } of guilty) search.outcomes.set(reference, outcome);
    return;
  }
  const middle = Math.ceil(payments.length / 2);
  for (const half of [payments.slice(0, middle), payments.slice(middle)]) {
    if (search.left === 0) return;
    search.left -= 1;
    const drafted = await draft(signing, half);
    if (drafted.kind === 'refused') await findRefused(signing, half, drafted.refusal, search);
    if (drafted.kind === 'all') {
      for (const { reference } of half) search.outcomes.set(reference, drafted.outcome);
    }
  }
}

/** Whether the text holds the user's id as a whole. */
export const namesUser = (text: string, accountRef: string): boolean =>
  text.split(/[^\w-]+/).includes(accountRef);

async function sign(
  signing: Signing,
  draft: Draft,
  payments: readonly PreparedPayment[],
): Promise<Staged> {
  const expected = await signing.expected(draft.typed_data.from);
  if (!expected) return forAll(payments, sameKeyLater('team_account_unknown'));
  const problem = draftProblem(draft, payments, expected);
  if (problem !== null) return forAll(payments, mismatch(problem));
  const { domain, types, primary_type: primaryType, typed_data: message } = draft;
  try {
    const signature = await signing.wallet.signTypedData({
      domain: { ...domain, chainId: Number(domain.chainId) },
      types,
      primaryType,
      message,
    });
    const request: SignedRequest = {
      body: executionBody(signing, draft, payments, signature),
      expiresAt: expiryOf(message),
    };
    return { kind: 'signed', request };
  } catch {
    // What cannot be encoded by its own types; the error would repeat the whole draft.
    return forAll(payments, mismatch('types'));
  }
}

const mismatch = (problem: string): Outcome => ({
  kind: 'HALT_BATCH',
  code: 'draft_mismatch',
  cause: 'forbidden',
  remedy: `${toFailure(RISE_FAILURES, 'draft_mismatch').operatorRemedy} (${problem})`,
});

/**
 * The request that executes a draft. Its fields are not documented in full: it carries the draft as
 * it came, its signature and signer, and, as Rise's first version asked, the payments once more.
 */
function executionBody(
  signing: Signing,
  { domain, types, primary_type, typed_data }: Draft,
  payments: readonly PreparedPayment[],
  signature: string,
): string {
  const signed = JSON.stringify({
    domain,
    types,
    primary_type,
    typed_data,
    salt: typed_data.salt,
    signer: signing.wallet.address,
    signature,
  });
  return `${draftBody(signing, payments).slice(0, -1)},${signed.slice(1)}`;
}

const forAll = (payments: readonly PreparedPayment[], outcome: Outcome): Staged => ({
  kind: 'refused',
  outcomes: new Map(payments.map(({ reference }) => [reference, outcome])),
});
